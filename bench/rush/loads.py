"""The loads that are promised: the last hour of a round (L2), three times that (L3), the deadline minute."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import psycopg

from bench import ground, region, sending
from bench.drafting import Draft
from bench.ground import Ground
from bench.measuring import Call, no_longer
from bench.rush import arrivals, finding
from bench.rush.arrivals import Arrival
from bench.rush.driving import RECEIVED, REFUSED, Pen, Press, Rush, drive
from fundapp.embedded import Servers
from fundapp.extensions import db

DRAFTS, IN_THE_HOUR, SAVES = 3_300, 410, 60
IN_THE_MINUTE = 2_000
PENS = 600
BIDS_A_LEAD = 25
QUESTION = "problem"
START_SECONDS = 2.0
# Sessions are noted as used once a minute: they begin spread over one, as those of real people are.
_SPREAD = "UPDATE login_sessions SET last_seen_at = last_seen_at - random() * interval '1 minute'"
_CLOSE = "UPDATE rounds SET closes_at = to_timestamp(%s) WHERE id = (SELECT max(id) FROM rounds)"
_TEXTS = (
    "SELECT a.reference, n.value ->> 'text', n.version FROM answers n"
    " JOIN applications a ON a.id = n.application_id WHERE n.question = %s AND a.reference = ANY(%s)"
)

Say = Callable[[str], None]
Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent before a close: whose presses when, counted from it, and how many saves a second."""

    name: str
    presses: Sequence[Arrival]
    saves_per_second: float
    seconds: float
    drafts: int = 0


def wanted(seconds: float, most: int, dice: Random) -> list[Load]:
    """L2 and L3 for the last `seconds` of their hour, the deadline minute, and one with `most` presses."""
    return [
        Load("l2", arrivals.last_hour(IN_THE_HOUR, seconds, dice), SAVES, seconds, DRAFTS),
        Load("l3", arrivals.last_hour(3 * IN_THE_HOUR, seconds, dice), 3 * SAVES, seconds, 3 * DRAFTS),
        Load("minute", arrivals.last_minute(IN_THE_MINUTE, dice), 0, arrivals.MINUTE),
        *([Load("crush", arrivals.last_minute(most, dice), 0, arrivals.MINUTE)] if most else []),
    ]


def measure(servers: Servers, loads: Sequence[Load], seed: int, say: Say) -> tuple[Figures, list[str]]:
    """Drive every load against pages and a database of its own; give its figures and whatever went wrong."""
    needed = max(sum(_people(load) for load in loads) + PENS, *(load.drafts for load in loads))
    with ground.ground(servers, "rush") as place:
        say(f"An office with {needed:,} drafts")
        calls = drafted(place, needed, seed)
        figures: Figures = {}
        wrong: list[str] = []
        with ground.web(place) as web:
            presses = iter(calls(place.settings.bind))
            pens = pens_for(place, list(itertools.islice(presses, PENS)))
            for load in loads:
                say(f"{load.name}: {len(load.presses):,} presses, {load.saves_per_second:g} saves a second")
                mine = list(itertools.islice(presses, _people(load)))
                found, faults = run(place, web.pid, load, mine, pens, Random(seed))
                figures |= {f"{load.name}_{name}": value for name, value in found.items()}
                wrong += [f"{load.name}: {fault}" for fault in faults]
    return figures, wrong


def drafted(place: Ground, count: int, seed: int) -> Callable[[str], list[Call]]:
    """An office with so many drafts; returns what makes their presses once its pages are served."""
    app = place.app()
    with app.app_context():
        asked = region.Wanted(20, 2, drafts=count, leads=1 + count // BIDS_A_LEAD, seed=seed)
        drafts: list[Draft] = region.build(asked, lambda _: None).drafts
        db.session.remove()
        db.engine.dispose()
    place.become_real()

    def calls(address: str) -> list[Call]:
        with app.app_context():
            try:
                return sending.calls(address, drafts, ground.cookie_of)
            finally:
                db.engine.dispose()

    return calls


def pens_for(place: Ground, calls: Sequence[Call]) -> list[Pen]:
    """Somebody at one answer of each of these bids, who has read what it says now."""
    with psycopg.connect(place.superuser_url) as connection:
        connection.execute(_SPREAD)
        rows = connection.execute(_TEXTS, (QUESTION, [call.key for call in calls])).fetchall()
    texts = {reference: (text, version) for reference, text, version in rows}
    return [_pen(call, *texts[call.key]) for call in calls]


def run(
    place: Ground, web: int, load: Load, calls: Sequence[Call], pens: Sequence[Pen], dice: Random
) -> tuple[Figures, list[str]]:
    """Set the close so that the load fits before it, drive it, compare what was told with what is held.

    `web` is the process whose children serve the pages.
    """
    closes = round(time.time() + START_SECONDS + load.seconds, 3)
    close_at(place, closes)
    presses = [Press(calls[each.who], closes - each.left) for each in load.presses]
    rush = Rush(presses, pens)
    worked = ground.processor_seconds(web)
    drive(
        f"http://{place.settings.bind}", rush, saves_per_second=load.saves_per_second, until=closes, dice=dice
    )
    worked = ground.processor_seconds(web) - worked
    near = finding.near_misses_of(place, closes)
    faults = [
        *finding.lost_saves(place, pens),
        *finding.wrong_presses(place, presses, closes),
        *finding.unwritten_refusals(place, presses),
        *finding.unlisted_refusals(presses, near, closes),
    ]
    figures: Figures = {
        **figures_of(rush, closes),
        "web_processor_ms_a_request": worked * 1000 / (len(presses) + len(rush.times)),
        "near_misses": len(near),
        "faults": len(faults),
    }
    return figures, faults


def close_at(place: Ground, instant: float) -> None:
    """Let the round that is open close at an instant, in seconds of the wall clock."""
    with psycopg.connect(place.superuser_url) as connection:
        connection.execute(_CLOSE, (instant,))


def figures_of(rush: Rush, closes: float) -> Figures:
    """How long people waited, and how they were answered."""
    waited = [press.seconds for press in rush.presses]
    statuses = Counter(press.status for press in rush.presses)
    in_time = [press for press in rush.presses if press.left < closes]
    figures: Figures = {
        "presses": len(waited),
        "received": statuses[RECEIVED],
        "refused": statuses[REFUSED],
        "refused_though_sent_in_time": sum(press.status == REFUSED for press in in_time),
        "presses_not_answered": len(waited) - statuses[RECEIVED] - statuses[REFUSED],
        "presses_in_last_second": sum(0 <= closes - press.due < 1 for press in rush.presses),
        **_times("submit", waited),
    }
    if rush.times:
        saved = rush.statuses[200]
        figures |= {
            "saves": saved,
            "saves_not_taken": len(rush.times) - saved,
            **_times("autosave", rush.times),
        }
    return figures


def _times(name: str, times: Sequence[float]) -> Figures:
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {f"{name}_{said}_ms": no_longer(times, share) * 1000 for said, share in shares.items()}


def _people(load: Load) -> int:
    return 1 + max(each.who for each in load.presses)


def _pen(call: Call, text: str, version: int) -> Pen:
    token = str((call.form or {})["csrf_token"])
    saving = Call(f"/bids/{call.key}/questions/{QUESTION}/autosave", call.cookie, {"csrf_token": token})
    return Pen(saving, call.key, QUESTION, text, version)
