"""The queue server is stopped while bids are sent in: nobody notices, and effects follow on its return."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from bench import ground, region, sending
from bench.chaos import coherence
from bench.chaos.killing import DUE, revive
from bench.ground import Ground
from bench.measuring import Call, Outcome, drive
from fundapp.embedded import Servers
from fundapp.extensions import db

# Sending in asks for notices; the rounds that were opened, for their printed forms.
WORKERS = [("jobs", "notices"), ("jobs", "letters"), ("relay",)]
TURNS = 3
CONNECTIONS = 4
PACE = 0.3
MOST_SECONDS = 30.0
MOST_SLOWER = 0.05

Say = Callable[[str], None]


def run(servers: Servers, *, seconds: float, seed: int, say: Say) -> tuple[dict[str, float], list[str]]:
    """Send bids in by turns with the queue up and down, in all so many seconds down."""
    say(f"R3: the queue is down for {seconds:.0f} s while bids are sent in")
    each = seconds / TURNS
    wanted = int(CONNECTIONS / PACE * 2 * seconds) + 8
    with ground.ground(servers, "queue_down", relay_sweep_seconds=0.5, outbox_attempts=50) as place:
        presses = office_with_drafts(place, wanted, seed)
        supervisor = place.workers(WORKERS)
        supervisor.start()
        try:
            with ground.web(place):
                calls = iter(presses(place.settings.bind))
                up, down, backlogs = [], [], []
                for _ in range(TURNS):
                    up.append(_send(place, calls, each))
                    servers.valkey.stop(immediately=True)
                    down.append(_send(place, calls, each))
                    servers.valkey.start()
                    backlogs.append(_seconds_until_done(place, lambda: revive(supervisor)))
        finally:
            supervisor.stop()
        return _judge(place, up, down, backlogs)


def office_with_drafts(place: Ground, drafts: int, seed: int) -> Callable[[str], list[Call]]:
    """A small office with many drafts; returns what presses them all once its pages are served."""
    app = place.app()
    with app.app_context():
        built = region.build(region.Wanted(20, 2, drafts=drafts, seed=seed), lambda _: None)
        db.session.remove()
        db.engine.dispose()
    place.become_real()

    def presses(address: str) -> list[Call]:
        with app.app_context():
            try:
                return sending.calls(address, built.drafts, ground.cookie_of)
            finally:
                db.engine.dispose()

    return presses


def _send(place: Ground, calls: Iterator[Call], seconds: float) -> Outcome:
    base = f"http://{place.settings.bind}"
    return drive(base, calls, seconds=seconds, connections=CONNECTIONS, pace=PACE)


def _seconds_until_done(place: Ground, look_after: Callable[[], None]) -> float:
    began = time.monotonic()
    while coherence.scalar(place, DUE):
        look_after()
        if time.monotonic() - began > 4 * MOST_SECONDS:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def _judge(
    place: Ground, up: list[Outcome], down: list[Outcome], backlogs: list[float]
) -> tuple[dict[str, float], list[str]]:
    refused = sum(count for each in up + down for status, count in each.statuses.items() if status != 302)
    slower = median(each.p95 for each in down) - median(each.p95 for each in up)
    figures = {
        "r3_sent_while_down": sum(len(each.times) for each in down),
        "r3_refused": refused,
        "r3_p95_up_ms": median(each.p95 for each in up) * 1000,
        "r3_p95_down_ms": median(each.p95 for each in down) * 1000,
        "r3_backlog_seconds": max(backlogs),
    }
    found = coherence.faults(place)
    if refused:
        found.append(f"{refused} bids were not received")
    if slower > MOST_SLOWER:
        found.append(f"pages were {slower * 1000:.0f} ms slower while the queue was down")
    if max(backlogs) > MOST_SECONDS:
        found.append(f"what waited took {max(backlogs):.0f} s after the queue was back")
    return figures, found
