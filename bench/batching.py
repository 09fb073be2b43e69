"""Measures whether a batch of award letters uses every worker: real workers, relay and queue, one or two."""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench import region
from bench.ground import Ground, ground
from fundapp.config import load_settings
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.processes.supervisor import Supervisor

PATIENCE = 600.0
WARM_SECONDS = 4.0
WAITING = "SELECT count(*) FROM outbox_rows WHERE kind = 'issue_letter' AND done_at IS NULL"

Say = Callable[[str], None]


def measure(servers: Servers, count: int, say: Say) -> dict[str, float]:
    """Seconds for a batch with one worker and with two, and the lesser worker's part of the work."""
    with ground(servers, "batch") as place:
        with place.app().app_context():
            region.build(region.Wanted(4 * count, count, letters_to_print=True), lambda _: None)
            db.session.remove()
            db.engine.dispose()
        say(f"{count} letters by one worker, then by two")
        servers.postgres.create_database("batch_again", template=place.database)
        one, _ = _seconds(place, 1)
        elsewhere = load_settings(
            servers.environment("batch_again"), var=place.settings.var, log_level="error"
        )
        again = Ground(servers, elsewhere, "batch_again")
        two, shares = _seconds(again, 2)
        servers.postgres.drop_database("batch_again")
    return {
        "batch_letters": count,
        "batch_one_worker_seconds": one,
        "batch_two_workers_seconds": two,
        "batch_speedup_of_two": one / two,
        "batch_lesser_share": min(shares) / max(sum(shares), 0.01),
    }


def _seconds(place: Ground, workers: int) -> tuple[float, list[float]]:
    letters = place.workers([("jobs", "letters")] * workers)
    relay = place.workers([("relay",)])
    letters.start()
    time.sleep(WARM_SECONDS)
    try:
        began = time.perf_counter()
        relay.start()
        _wait(place)
        seconds = time.perf_counter() - began
        return seconds, [_work_of(letters, number) for number in range(workers)]
    finally:
        relay.stop()
        letters.stop()


def _wait(place: Ground) -> None:
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        while connection.execute(WAITING).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise RuntimeError("the letters are not being made")
            time.sleep(0.05)


def _work_of(letters: Supervisor, number: int) -> float:
    """Seconds of processor time that the forks of one worker have used."""
    process = letters.children[number].process
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / 100
