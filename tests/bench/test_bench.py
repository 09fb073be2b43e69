"""The benches run, at a tiny size, and give the figures they promise."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench import ground, measuring, pages, proving, region, reporting, sending
from bench.__main__ import PROMISES
from bench.chaos import coherence
from bench.chaos.__main__ import asking
from bench.measuring import Call
from bench.reporting import Promise
from fundapp.embedded import Servers
from fundapp.extensions import db

AWARDS = 3


@pytest.fixture(scope="module")
def place(servers: Servers) -> Iterator[ground.Ground]:
    with ground.ground(servers, "bench_smoke") as found:
        yield found


@pytest.fixture(scope="module")
def built(place: ground.Ground) -> tuple[pages.Office, region.Region]:
    app = place.app()
    with app.app_context():
        made = region.build(region.Wanted(30, AWARDS, drafts=4, leads=2), lambda _: None)
        office = pages.open_office(place, app, made)
        db.session.remove()
        db.engine.dispose()
    return office, made


def test_a_small_office_is_whole(place: ground.Ground, built: tuple[pages.Office, region.Region]) -> None:
    assert coherence.faults(place) == []
    assert coherence.scalar(place, "SELECT count(*) FROM applications WHERE submitted_at IS NOT NULL") == 30
    assert coherence.scalar(place, "SELECT count(*) FROM awards") == AWARDS


def test_every_list_page_keeps_to_six_statements(built: tuple[pages.Office, region.Region]) -> None:
    figures, over = pages.statements(built[0])
    assert over == []
    assert {f"{name}_statements" for name in built[0].pages} <= figures.keys()


def test_the_proofs_are_timed(built: tuple[pages.Office, region.Region]) -> None:
    assert set(proving.measure(built[0].app)) == {
        "verify_events_seconds",
        "verify_ledger_seconds",
        "verify_rd_seconds",
        "verify_letters_seconds",
        "events",
        "ledger_transactions",
        "rd_entries",
    }


def test_bids_are_sent_in_and_pages_driven(
    place: ground.Ground, built: tuple[pages.Office, region.Region]
) -> None:
    office, made = built
    call = Call("/office/bids", office.cookies["officer"])
    address = f"http://{place.settings.bind}"
    # A browser test before this one may have left its event loop running in the main thread.
    with ThreadPoolExecutor(1) as elsewhere:
        figures = elsewhere.submit(sending.measure, place, made.drafts).result()
        with ground.web(place):
            calls = itertools.repeat(call)
            outcome = elsewhere.submit(measuring.drive, address, calls, seconds=0.3).result()
    assert set(figures) == {"submit_per_second", "submit_p50_ms", "submit_p95_ms"}
    assert set(outcome.statuses) == {200}
    assert coherence.faults(place) == []


def test_promises_are_held_to_their_limits() -> None:
    fast, short = Promise("rate", 200, at_least=True), Promise("time", 20)
    assert (fast.kept({"rate": 200}), fast.kept({"rate": 199.9})) == (True, False)
    assert (short.kept({"time": 20}), short.kept({"time": 20.1})) == (True, False)
    assert reporting.table({"rate": 150.0}, (fast,)) == "rate           150.000  >= 200     NOT KEPT"
    assert len({promise.figure for promise in PROMISES}) == len(PROMISES)


def test_chaos_asks_for_little_when_it_is_to_be_quick() -> None:
    assert vars(asking(["--quick"])) | {"seed": 0} == {
        "quick": True,
        "kills": 60,
        "awards": 12,
        "down": 9.0,
        "crashes": 3,
        "rush": 3,
        "only": None,
        "seed": 0,
    }
    assert (asking([]).kills, asking(["--kills", "5"]).kills) == (1_000, 5)
