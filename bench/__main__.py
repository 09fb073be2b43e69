"""`python -m bench`: measures the promises of speed on throw-away servers and writes var/bench.json."""

import argparse
import sys
import time
from dataclasses import dataclass
from random import Random

from bench import batching, exporting, ground, letters, pages, proving, region, reporting, sending
from bench.drafting import Draft
from bench.pages import Office, Say
from bench.reporting import Promise, Value
from bench.rush import loads
from bench.rush.promises import PROMISES as OF_THE_RUSH
from fundapp.embedded import Servers
from fundapp.extensions import db

SMALL = 100
PROMISES = (
    Promise("staff_list_per_second", 200, at_least=True),
    Promise("filtered_list_per_second", 150, at_least=True),
    Promise("searched_list_per_second", 150, at_least=True),
    Promise("bid_per_second", 150, at_least=True),
    Promise("staff_home_per_second", 150, at_least=True),
    Promise("award_list_per_second", 150, at_least=True),
    Promise("claim_list_per_second", 150, at_least=True),
    Promise("form_page_per_second", 200, at_least=True),
    Promise("submit_per_second", 100, at_least=True),
    Promise("staff_list_bytes", 100_000),
    Promise("bid_statements", 8),
    Promise("last_page_over_first", 1.2),
    Promise("csv_seconds", 5),
    Promise("csv_memory_growth_mb", 20),
    Promise("web_worker_memory_mb", 150),
    Promise("rd_total_server_ms", 20),
    Promise("verify_rd_seconds", 180),
    Promise("letter_job_over_bare", batching.JOB_LIMIT),
    Promise("letter_speedup_over_bare", letters.WORKERS_LIMIT, at_least=True),
    *OF_THE_RUSH,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the office is and how long each thing is measured."""

    bids: int
    awards: int
    sent: int
    rounds: int
    seconds: float
    alone: int
    letters: int
    turns: int
    batch: int
    last: float
    most: int


def measure(size: Size, seed: int, say: Say) -> tuple[dict[str, Value], list[str]]:
    """All figures, and a sentence for each page that sends too many statements and each thing lost."""
    figures: dict[str, Value] = {"seed": seed, "bids": size.bids, **reporting.machine()}
    with ground.servers(durable=True) as running:
        with (
            ground.ground(running, "bench_large") as large_place,
            ground.ground(running, "bench_small") as small_place,
        ):
            say(f"An office with {size.bids:,} bids")
            began = time.perf_counter()
            wanted = region.Wanted(size.bids, size.awards, drafts=size.sent + 1, seed=seed)
            large, drafts = _office(large_place, wanted, say)
            figures["region_seconds"] = time.perf_counter() - began
            small_wanted = region.Wanted(SMALL, max(4, SMALL // 10), drafts=1, seed=seed)
            small, _ = _office(small_place, small_wanted, lambda _: None)
            over = _pages(figures, large, small, size, say)
            say("Sending bids in, the file of all bids, the proofs")
            figures |= exporting.measure(large_place, large.cookies["officer"])
            figures |= sending.measure(large_place, drafts[1:])
            figures |= proving.measure(large.app)
        figures |= _letters(running, size, say)
        rush, lost = loads.measure(running, loads.wanted(size.last, size.most, Random(seed)), seed, say)
    return figures | rush, over + lost


def _office(place: ground.Ground, wanted: region.Wanted, say: Say) -> tuple[Office, list[Draft]]:
    app = place.app()
    with app.app_context():
        built = region.build(wanted, say)
        office = pages.open_office(place, app, built)
        db.engine.dispose()
    place.settle()
    return office, list(built.drafts)


def _pages(figures: dict[str, Value], large: Office, small: Office, size: Size, say: Say) -> list[str]:
    say("Statements of every page, at both sizes")
    counted_small, over_small = pages.statements(small)
    counted, over = pages.statements(large)
    figures |= {f"{name}_small": value for name, value in counted_small.items()} | counted
    say("Pages under load, by turns with the bare limit")
    figures |= pages.speed(large, small, rounds=size.rounds, seconds=size.seconds, alone=size.alone)
    figures["rd_total_server_ms"] = pages.server_time(large, "rd_total", 4 * size.alone)
    return over_small + over


def _letters(running: Servers, size: Size, say: Say) -> dict[str, float]:
    say("Letters, by turns with the bare render")
    found = letters.measure(repeats=size.letters, rounds=size.turns, batch=max(2, size.letters // 3))
    return found | batching.measure(running, size.batch, say)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--bids", type=int, default=10_000, help="how many bids the large office has")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each page is driven at a time")
    parser.add_argument("--last", type=float, default=20, help="seconds of the last hour that are driven")
    parser.add_argument("--most", type=int, default=10_000, help="presses in the minute that is too much")
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


def main() -> int:
    """Measure, print, write; 1 when a page sends more statements than are promised, or anything is lost."""
    asked = _asked()
    size = Size(
        bids=asked.bids,
        awards=max(4, asked.bids // 25),
        sent=max(8, min(600, asked.bids // 10)),
        rounds=3, seconds=asked.seconds, alone=10, letters=30, turns=5, batch=24,
        last=asked.last, most=asked.most,
    )  # fmt: skip
    figures, wrong = measure(size, asked.seed, lambda said: print(said, file=sys.stderr, flush=True))
    figures["wrong"] = len(wrong)
    print(reporting.table(figures, PROMISES))
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    print(f"seed {asked.seed}; written to {reporting.write('bench.json', figures)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
