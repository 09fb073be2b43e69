"""`python -m bench.chaos`: kills, flushes and crashes on throw-away servers; writes var/chaos.json."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping

from bench import ground, reporting
from bench.chaos import crashing, killing, queue_down, rushing
from bench.reporting import Value
from fundapp.embedded import Servers

Trial = Callable[[Servers], tuple[Mapping[str, float], list[str]]]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def trials(asked: argparse.Namespace) -> dict[str, Trial]:
    """What is tried, in order."""
    return {
        "r1": lambda servers: killing.run(
            servers, kills=asked.kills, flushes=4, awards=asked.awards, seed=asked.seed, say=_say
        ),
        "r3": lambda servers: queue_down.run(servers, seconds=asked.down, seed=asked.seed, say=_say),
        "r4": lambda servers: crashing.run(servers, crashes=asked.crashes, seed=asked.seed, say=_say),
        "rush": lambda servers: rushing.run(servers, kills=asked.rush, seed=asked.seed, say=_say),
    }


def run(asked: argparse.Namespace) -> tuple[dict[str, Value], list[str]]:
    """The figures of every trial, and a sentence for each thing that went wrong."""
    figures: dict[str, Value] = {"seed": asked.seed, **reporting.machine()}
    wrong: list[str] = []
    for name, trial in trials(asked).items():
        if asked.only and name not in asked.only:
            continue
        with ground.servers(durable=True) as servers:
            found, faults = trial(servers)
        figures |= found
        figures[f"{name}_passed"] = not faults
        wrong += [f"{name.upper()}: {fault}" for fault in faults]
        _say(f"{name.upper()} {'passed' if not faults else 'FAILED'}")
    return figures, wrong


def asking(words: list[str] | None = None) -> argparse.Namespace:
    """How much of each is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of each, under three minutes")
    parser.add_argument("--kills", type=int, help="how many processes are killed; default 1,000")
    parser.add_argument("--awards", type=int, help="how many awards wait for their letters; default 120")
    parser.add_argument("--down", type=float, help="seconds the queue is down; default 60")
    parser.add_argument("--crashes", type=int, help="how often PostgreSQL is crashed; default 20")
    parser.add_argument("--rush", type=int, help="how many kills in the rush before a close; default 12")
    parser.add_argument("--only", nargs="*", choices=("r1", "r3", "r4", "rush"), help="only these trials")
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args(words)
    defaults = (60, 12, 9.0, 3, 3) if asked.quick else (1_000, 120, 60.0, 20, 12)
    for name, value in zip(("kills", "awards", "down", "crashes", "rush"), defaults, strict=True):
        if getattr(asked, name) is None:
            setattr(asked, name, value)
    return asked


def main() -> int:
    """Try, print, write; 1 when anything was lost, doubled, refused or too slow."""
    asked = asking()
    began = time.monotonic()
    figures, wrong = run(asked)
    figures["seconds"] = time.monotonic() - began
    print(reporting.table(figures))
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    print(f"seed {asked.seed}; written to {reporting.write('chaos.json', figures)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
