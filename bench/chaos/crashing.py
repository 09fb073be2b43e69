"""PostgreSQL is crashed again and again under load: what was acknowledged is there, and pages come back."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import psycopg

from bench import fetching, ground
from bench.chaos import coherence
from bench.chaos.queue_down import office_with_drafts
from bench.ground import Ground
from bench.measuring import Call, Outcome, drive
from fundapp.embedded import Servers

DOWN_SECONDS = 0.7
MOST_SECONDS = 10.0
PACE = 0.25
CONNECTIONS = 8
ALLOWED = {0, 302, 503}
PAGE = "/"
SENT = "SELECT reference FROM applications WHERE state = 'submitted'"

Say = Callable[[str], None]


def run(servers: Servers, *, crashes: int, seed: int, say: Say) -> tuple[dict[str, float], list[str]]:
    """Crash the database so often while bids are sent in; then press everything unanswered once more."""
    say(f"R4: PostgreSQL is crashed {crashes} times while bids are sent in")
    with ground.ground(servers, "crashing") as place:
        presses = office_with_drafts(place, 160 * crashes, seed)
        with ground.web(place):
            calls = presses(place.settings.bind)
            load = _Load(place, calls)
            load.start()
            found = [_crash(place, Random(seed + number)) for number in range(crashes)]
            outcome = load.stop()
            lost = sorted(set(outcome.accepted) - _received(place))
            rest = _press_again(place, [each for each in calls[: load.given] if _is_open(each, outcome)])
        figures = {
            "r4_crashes": crashes,
            "r4_acknowledged": len(outcome.accepted),
            "r4_unanswered": outcome.statuses[0],
            "r4_answered_503": outcome.statuses[503] + sum(each.unavailable for each in found),
            "r4_lost": len(lost),
            "r4_slowest_recovery_seconds": max(each.seconds for each in found),
        }
        return figures, [*_faults(outcome, rest, lost, figures), *coherence.faults(place)]


class _Found:
    """What one crash looked like from outside: how many pages said 503, and when one came back."""

    def __init__(self, unavailable: int, seconds: float) -> None:
        self.unavailable = unavailable
        self.seconds = seconds


class _Load(threading.Thread):
    """Sends bids in until it is told to stop."""

    def __init__(self, place: Ground, calls: list[Call]) -> None:
        super().__init__(daemon=True)
        self._base = f"http://{place.settings.bind}"
        self._calls = calls
        self._stopped = threading.Event()
        self._outcome = Outcome()
        self.given = 0

    def run(self) -> None:
        self._outcome = drive(self._base, self._following(), seconds=3600, connections=CONNECTIONS, pace=PACE)

    def stop(self) -> Outcome:
        self._stopped.set()
        self.join()
        return self._outcome

    def _following(self) -> Iterator[Call]:
        for call in self._calls:
            if self._stopped.is_set():
                return
            self.given += 1
            yield call


def _crash(place: Ground, dice: Random) -> _Found:
    time.sleep(dice.uniform(0.5, 2.0))
    place.servers.postgres.stop(immediately=True)
    down: Counter[int | None] = Counter()
    end = time.monotonic() + DOWN_SECONDS
    while time.monotonic() < end:
        down[fetching.status(place.settings.bind, PAGE)] += 1
        time.sleep(0.1)
    place.servers.postgres.start()
    began = time.monotonic()
    while fetching.status(place.settings.bind, PAGE) != 200 and time.monotonic() - began < 6 * MOST_SECONDS:
        time.sleep(0.05)
    return _Found(down[503], time.monotonic() - began)


def _received(place: Ground) -> set[str]:
    with psycopg.connect(place.superuser_url) as connection:
        return {reference for (reference,) in connection.execute(SENT)}


def _is_open(call: Call, outcome: Outcome) -> bool:
    return call.key not in set(outcome.accepted)


def _press_again(place: Ground, calls: list[Call]) -> Outcome:
    """The same presses with the same keys: those that were received find their receipts."""
    return drive(f"http://{place.settings.bind}", iter(calls), seconds=300)


def _faults(outcome: Outcome, rest: Outcome, lost: list[str], figures: dict[str, float]) -> list[str]:
    found = [f"{len(lost)} acknowledged bids are gone, the first is {lost[0]}"] if lost else []
    strange = {status: count for status, count in outcome.statuses.items() if status not in ALLOWED}
    if strange:
        found.append(f"pages answered {strange} while the database was away")
    if set(rest.statuses) - {302}:
        found.append(f"presses sent once more were answered {dict(rest.statuses)}")
    if figures["r4_slowest_recovery_seconds"] > MOST_SECONDS:
        found.append(f"a page took {figures['r4_slowest_recovery_seconds']:.1f} s to come back")
    return found
