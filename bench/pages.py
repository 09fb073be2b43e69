"""Measures pages at two sizes of office: how many a second, how long alone, how many statements."""

import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench import ground
from bench.ground import Ground
from bench.measuring import Call, drive
from bench.region import Region
from fundapp.extensions import db

Figures = dict[str, float]
Say = Callable[[str], None]

MOST_STATEMENTS = 6
STAFF = ("officer", "finance", "assessor", "board_chair", "administrator", "auditor")
LEAD = "lead"
WARMING = 12


@dataclass(frozen=True, slots=True)
class Page:
    """A page to measure: its name in the figures, where it is, as whom, and whether it is a list."""

    name: str
    path: str
    who: str = ""
    is_list: bool = False
    is_driven: bool = True


@dataclass(frozen=True, slots=True)
class Office:
    """A built region, who is signed in there, and where its pages are."""

    place: Ground
    app: Flask
    cookies: Mapping[str, str]
    pages: Mapping[str, Page]


def open_office(place: Ground, app: Flask, region: Region) -> Office:
    """Take the demonstration's mark off, sign everybody in by the clock of real work, and name the pages."""
    with app.app_context():
        named = {page.name: page for page in _pages(region)}
        people = {key: region.cast.persona[key].id for key in STAFF} | {LEAD: region.drafts[0].lead_id}
        db.session.remove()
        place.become_real()
        signed_in = {key: ground.cookie_of(person_id) for key, person_id in people.items()}
        db.session.remove()
        db.engine.dispose()
    return Office(place, app, signed_in, named)


def _pages(region: Region) -> Iterator[Page]:
    round_ref, open_ref = region.decided.round.ref, region.open.round.ref
    closed_ref = open_ref[:-1] + "6"
    draft = region.drafts[0].reference
    question = next(each.key for each in region.open.round.rules.questions if each.kind == "text")
    yield Page("staff_list", "/office/bids", "officer", is_list=True)
    yield Page("staff_list_last", "/office/bids?after=51", "officer", is_list=True)
    yield Page("filtered_list", f"/office/bids?round={round_ref}&state=recommended", "officer", is_list=True)
    yield Page("searched_list", "/office/bids?q=gannet", "officer", is_list=True)
    yield Page("bid", f"/office/bids/{round_ref}-0001", "officer")
    yield Page("staff_home", "/office", "officer")
    yield Page("round_dashboard", f"/office/rounds/{round_ref}", "officer", is_driven=False)
    yield Page("award_list", "/finance/awards", "finance", is_list=True)
    yield Page("claim_list", "/finance/claims?state=submitted", "finance", is_list=True)
    yield Page("form_page", f"/bids/{draft}/questions/{question}", LEAD)
    yield Page("public_round", f"/rounds/{open_ref}")
    yield Page("rd_total", "/rd-total")
    yield Page("public_awards", "/awards", is_list=True, is_driven=False)
    for name, path, who in (
        ("triage_list", f"/office/rounds/{closed_ref}/triage", "officer"),
        ("ranked_list", f"/office/rounds/{round_ref}/ranked", "officer"),
        ("moderation_list", f"/office/rounds/{round_ref}/moderation", "officer"),
        ("letter_list", "/office/letters", "officer"),
        ("assess_queue", "/assess", "assessor"),
        ("board_list", "/board", "board_chair"),
        ("finance_home", "/finance", "finance"),
        ("run_list", "/finance/runs", "finance"),
        ("ledger_list", "/finance/ledger", "finance"),
        ("own_bids", "/bids", LEAD),
        ("people_list", "/admin/people", "administrator"),
        ("parked_list", "/admin/parked", "administrator"),
        ("public_home", "/", ""),
    ):
        yield Page(name, path, who, is_list=True, is_driven=False)


def statements(office: Office) -> tuple[Figures, list[str]]:
    """Statements and bytes of every page, and a sentence for each list that sends too many."""
    found: Figures = {}
    over: list[str] = []
    with office.app.app_context():
        engine = db.engine
    client = office.app.test_client(use_cookies=False)
    for page in office.pages.values():
        headers = {"Cookie": office.cookies.get(page.who, "")}
        first = client.get(page.path, headers=headers)
        if first.status_code != 200:
            raise RuntimeError(f"{page.path} answers {first.status_code}")
        with _counting(engine) as seen:
            size = len(client.get(page.path, headers=headers).data)
        found[f"{page.name}_statements"] = len(seen)
        found[f"{page.name}_bytes"] = size
        if page.is_list and len(seen) > MOST_STATEMENTS:
            over.append(f"{page.path} sends {len(seen)} statements, not {MOST_STATEMENTS} at most")
    return found, over


def server_time(office: Office, name: str, repeats: int) -> float:
    """Milliseconds one page takes in the application alone, without a network: the median."""
    client, page = office.app.test_client(use_cookies=False), office.pages[name]
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        client.get(page.path, headers={"Cookie": office.cookies.get(page.who, "")})
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def speed(large: Office, small: Office, *, rounds: int, seconds: float, alone: int) -> Figures:
    """Drive every page by turns with the bare limit, so that a busy minute falls on all of them alike."""
    driven = [page for page in large.pages.values() if page.is_driven]
    rates: dict[str, list[float]] = {name: [] for name in ("bare_limit", *(page.name for page in driven))}
    with ExitStack() as running:
        running.enter_context(ground.web(large.place))
        running.enter_context(ground.web(small.place))
        bare = running.enter_context(_bare(large.place))
        base = f"http://{large.place.settings.bind}"
        for office in (large, small):
            _warm(office)
        for _ in range(rounds):
            rates["bare_limit"].append(_rate(bare, Call("/"), seconds))
            for page in driven:
                rates[page.name].append(_rate(base, _call(large, page), seconds))
        found = {f"{name}_per_second": median(values) for name, values in rates.items()}
        found |= _alone(large, small, list(large.pages), alone)
        found["bare_limit_ms_alone"] = _median_ms(bare, Call("/"), alone)
    for page in driven:
        found[f"{page.name}_over_bare"] = found[f"{page.name}_per_second"] / found["bare_limit_per_second"]
    found["last_page_over_first"] = found["staff_list_last_ms_alone"] / found["staff_list_ms_alone"]
    return found


def _warm(office: Office) -> None:
    """Let every process of the web make every page a few times, so that templates are compiled."""
    calls = [_call(office, page) for page in office.pages.values() for _ in range(WARMING)]
    drive(f"http://{office.place.settings.bind}", iter(calls), seconds=300)


def _alone(large: Office, small: Office, names: Sequence[str], repeats: int) -> Figures:
    """How long each page takes when nobody else asks, at both sizes in turn, and the growth between them."""
    found: Figures = {}
    for name in names:
        times: dict[str, list[float]] = {"": [], "_small": []}
        for _ in range(repeats):
            for size, office in (("", large), ("_small", small)):
                call = _call(office, office.pages[name])
                times[size] += drive(
                    f"http://{office.place.settings.bind}", iter([call] * 4), seconds=30, connections=1
                ).times[1:]
        found[f"{name}_ms_alone"] = median(times[""]) * 1000
        found[f"{name}_growth"] = median(times[""]) / median(times["_small"])
    return found


def _median_ms(base: str, call: Call, repeats: int) -> float:
    return drive(base, iter([call] * repeats * 3), seconds=30, connections=1).p50 * 1000


def _rate(base: str, call: Call, seconds: float) -> float:
    outcome = drive(base, itertools.repeat(call), seconds=seconds)
    if set(outcome.statuses) != {200}:
        raise RuntimeError(f"{call.path} answers {dict(outcome.statuses)}")
    return outcome.rate


def _call(office: Office, page: Page) -> Call:
    return Call(page.path, office.cookies.get(page.who, ""))


@contextmanager
def _bare(place: Ground) -> Iterator[str]:
    """The floor, under the same server with as many processes and threads."""
    address = f"127.0.0.1:{ground.free_port()}"
    command = [
        sys.executable, "-P", "-m", "gunicorn", "--bind", address, "--workers",
        str(place.settings.web_workers), "--worker-class", "gthread", "--threads",
        str(place.settings.web_threads), "--log-level", "error", "bench.bare:app",
    ]  # fmt: skip
    environment = place.environment()
    with ground.served(command, environment, address, "/"):
        yield f"http://{address}"


@contextmanager
def _counting(engine: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*details: Any) -> None:
        seen.append(details[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
