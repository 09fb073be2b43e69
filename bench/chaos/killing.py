"""Workers are killed at random moments while award letters are made, and the queue is flushed under them."""

import os
import signal
import time
from collections.abc import Callable
from random import Random

import psycopg
import redis
from sqlalchemy import select

from bench import ground, region
from bench.chaos import coherence
from bench.ground import Ground
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.models.letters import Letter
from fundapp.models.people import Person
from fundapp.processes.supervisor import Supervisor
from fundapp.services import letters

WORKERS = [
    ("jobs", "letters"),
    ("jobs", "letters"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("jobs", "notices"),
    ("relay",),
]
IMPATIENT = {"outbox_lease_seconds": 2, "outbox_attempts": 50, "relay_sweep_seconds": 0.2}
PAUSE_SECONDS = 0.35
WHOLE_PROCESS = 0.12
PATIENCE = 300.0
AGAIN = 15
DUE = (
    "SELECT count(*) FROM outbox_rows WHERE done_at IS NULL AND parked_at IS NULL"
    " AND next_at <= fundapp_now() + interval '10 minutes'"
)
OFFERS = "SELECT count(*) FROM letters WHERE kind = 'offer_of_grant'"
DUE_NOW = (
    "UPDATE outbox_rows SET next_at = fundapp_now()"
    " WHERE done_at IS NULL AND parked_at IS NULL AND rung_at IS NULL AND next_at > fundapp_now()"
    " AND attempts > 0"
)
LIVE_OFFERS = (
    "SELECT count(*) FROM letters l WHERE kind = 'offer_of_grant'"
    " AND NOT EXISTS (SELECT 1 FROM letter_voids v WHERE v.letter_id = l.id)"
)

Say = Callable[[str], None]


def run(
    servers: Servers, *, kills: int, flushes: int, awards: int, seed: int, say: Say
) -> tuple[dict[str, float], list[str]]:
    """Kill so many processes mid-work, flush the queue so often, and compare everything with the truth."""
    say(f"R1: {kills:,} kills and {flushes} flushes while the letters of {awards} awards are made")
    with ground.ground(servers, "killing", **IMPATIENT) as place:
        app = place.app()
        with app.app_context():
            built = region.build(
                region.Wanted(4 * awards, awards, seed=seed, letters_to_print=True), lambda _: None
            )
            officer = built.cast.officer.id
            db.session.remove()
        supervisor = place.workers(WORKERS)
        supervisor.start()
        began = time.monotonic()
        try:
            campaign = Campaign(place, supervisor, Random(seed), officer)
            with app.app_context():
                campaign.kill(kills, flushes)
            killed_seconds = time.monotonic() - began
            _wait_until_done(place, supervisor)
        finally:
            supervisor.stop()
        figures = {
            "r1_kills": kills,
            "r1_kills_of_forks": campaign.forks,
            "r1_flushes": campaign.flushed,
            "r1_awards": awards,
            "r1_letters": coherence.scalar(place, OFFERS),
            "r1_letters_expected": awards + campaign.made_again,
            "r1_seconds_of_killing": killed_seconds,
            "r1_seconds": time.monotonic() - began,
        }
        return figures, [*_lost_or_doubled(place, figures), *coherence.faults(place)]


class Campaign:
    """Who is killed when; while nothing is left to do, some letters are declared void and made again."""

    def __init__(self, place: Ground, supervisor: Supervisor, dice: Random, officer: int) -> None:
        self._place = place
        self._supervisor = supervisor
        self._dice = dice
        self._officer = officer
        self.forks = 0
        self.flushed = 0
        self.made_again = 0

    def kill(self, kills: int, flushes: int) -> None:
        """Kill until the number is reached; flush at even distances on the way."""
        flush_after = {kills * (each + 1) // (flushes + 1) for each in range(flushes)}
        done, last = 0, time.monotonic()
        while done < kills:
            if time.monotonic() - last > PATIENCE:
                raise RuntimeError("there is nobody at work to be killed")
            time.sleep(self._dice.uniform(0, PAUSE_SECONDS))
            revive(self._supervisor)
            if not self._kill_one():
                continue
            done, last = done + 1, time.monotonic()
            if done in flush_after:
                self._flush()
            if done % 10 == 0:
                cut_waits_short(self._place)
                if coherence.scalar(self._place, DUE) == 0:
                    self._make_again()

    def _kill_one(self) -> bool:
        running = [child.process for child in self._supervisor.children if child.process is not None]
        if not running:
            return False
        chosen = self._dice.choice(running)
        if self._dice.random() < WHOLE_PROCESS:
            os.killpg(chosen.pid, signal.SIGKILL)
            return True
        forks = [fork for process in running for fork in ground.children(process.pid)]
        if not forks:
            return False
        try:
            os.kill(self._dice.choice(forks), signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.forks += 1
        return True

    def _flush(self) -> None:
        with redis.Redis.from_url(self._place.servers.valkey.url()) as queue:
            queue.flushall()
        self.flushed += 1

    def _make_again(self) -> None:
        officer = db.session.get_one(Person, self._officer)
        live = select(Letter).where(~Letter.void.has(), Letter.kind == "offer_of_grant").limit(AGAIN)
        for letter in db.session.scalars(live).all():
            letters.void(letter, "The date was wrong.", officer, make_again=True)
            self.made_again += 1
        db.session.remove()


def cut_waits_short(place: Ground) -> None:
    """Let what failed be tried again at once, not after minutes: the pauses grow with each kill."""
    with psycopg.connect(place.superuser_url) as connection:
        connection.execute(DUE_NOW)


def revive(supervisor: Supervisor) -> None:
    """Start again what was killed, without the pause that is meant for what dies by itself."""
    supervisor.look_after()
    for child in supervisor.children:
        child.not_before = 0.0
    supervisor.start()


def _lost_or_doubled(place: Ground, figures: dict[str, float]) -> list[str]:
    found = []
    if figures["r1_letters"] != figures["r1_letters_expected"]:
        found.append(f"{figures['r1_letters']:.0f} letters, not {figures['r1_letters_expected']:.0f}")
    live = coherence.scalar(place, LIVE_OFFERS)
    if live != figures["r1_awards"]:
        found.append(f"{live} letters in force for {figures['r1_awards']:.0f} awards")
    return found


def _wait_until_done(place: Ground, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + PATIENCE
    while coherence.scalar(place, DUE):
        revive(supervisor)
        cut_waits_short(place)
        if time.monotonic() > deadline:
            raise RuntimeError("the workers do not get done")
        time.sleep(1.0)
