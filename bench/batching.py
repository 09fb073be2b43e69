"""Measures a batch of award letters made by real workers, relay and queue, one worker or two.

The job's time is what one worker needs from one letter's commit to the next one's: fetching the job,
forking, claiming the row, gathering facts, printing, keeping and committing. It is held against the bare
render of the same letters' HTML, done meanwhile on the other core, so that a slow minute falls on both.
"""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import psycopg

from bench import region
from bench.ground import Ground, ground
from fundapp.config import load_settings
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.letters.facts import refreeze
from fundapp.letters.press import print_here
from fundapp.letters.render import Composed, compose, warm
from fundapp.processes.supervisor import Supervisor

PATIENCE = 600.0
WARM_SECONDS = 6.0
JOB_LIMIT = 1.5
WAITING = "SELECT count(*) FROM outbox_rows WHERE kind = 'issue_letter' AND done_at IS NULL"
MADE = (
    "SELECT extract(epoch FROM done_at)::float FROM outbox_rows WHERE kind = 'issue_letter' ORDER BY done_at"
)
SAID = "SELECT kind, body FROM letters JOIN letter_facts ON letter_id = letters.id ORDER BY letters.id"

Say = Callable[[str], None]


def measure(servers: Servers, count: int, say: Say) -> dict[str, float]:
    """Seconds for a batch with one worker and with two, for one letter's job, and for its bare render."""
    with ground(servers, "batch") as place:
        with place.app().app_context():
            region.build(region.Wanted(4 * count, count, letters_to_print=True), lambda _: None)
            db.session.remove()
            db.engine.dispose()
        say(f"{count} letters by two workers, then by one")
        servers.postgres.create_database("batch_again", template=place.database)
        elsewhere = load_settings(
            servers.environment("batch_again"), var=place.settings.var, log_level="error"
        )
        again = Ground(servers, elsewhere, "batch_again")
        two, shares = _seconds(again, 2, lambda: time.sleep(0.05))
        letters = _letters(again)
        servers.postgres.drop_database("batch_again")
        beside: list[float] = []
        one, _ = _seconds(place, 1, lambda: beside.append(_bare_seconds(letters[len(beside) % len(letters)])))
        job, bare = _job_seconds(place), median(beside)
    return {
        "batch_letters": count,
        "batch_bare_seconds": bare,
        "letter_job_seconds": job,
        "letter_job_over_bare": job / bare,
        "batch_one_worker_seconds": one,
        "batch_two_workers_seconds": two,
        "batch_speedup_of_two": one / two,
        "batch_lesser_share": min(shares) / max(sum(shares), 0.01),
    }


def _seconds(place: Ground, workers: int, meanwhile: Callable[[], None]) -> tuple[float, list[float]]:
    letters = place.workers([("jobs", "letters")] * workers)
    relay = place.workers([("relay",)])
    letters.start()
    time.sleep(WARM_SECONDS)
    try:
        began = time.perf_counter()
        relay.start()
        _wait(place, meanwhile)
        seconds = time.perf_counter() - began
        return seconds, [_work_of(letters, number) for number in range(workers)]
    finally:
        relay.stop()
        letters.stop()


def _job_seconds(place: Ground) -> float:
    """Median time from one letter's commit to the next, when one worker made them all."""
    with psycopg.connect(place.superuser_url) as connection:
        done: list[float] = [at for (at,) in connection.execute(MADE)]
    return median(later - earlier for earlier, later in pairwise(done))


def _letters(place: Ground) -> list[Composed]:
    """The letters that were made, ready to be printed again by a process as warm as the workers."""
    warm()
    with psycopg.connect(place.superuser_url) as connection:
        said = connection.execute(SAID).fetchall()
    return [compose(CATALOGUE[Kind(kind)], refreeze(body)) for kind, body in said]


def _bare_seconds(letter: Composed) -> float:
    began = time.perf_counter()
    print_here(letter.html, letter.images)
    return time.perf_counter() - began


def _wait(place: Ground, meanwhile: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        while connection.execute(WAITING).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise RuntimeError("the letters are not being made")
            meanwhile()


def _work_of(letters: Supervisor, number: int) -> float:
    """Seconds of processor time that the forks of one worker have used."""
    process = letters.children[number].process
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / 100
