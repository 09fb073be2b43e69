"""Letters as real workers make them: each sound, each saying its award's figures, none lost, none twice.

The workers are killed in the middle of a letter and their queue is flushed on the way.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from flask import Flask
from sqlalchemy import func, select

from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.ledger import LedgerEntry
from fundapp.models.letters import Letter
from fundapp.models.organisations import Organisation
from fundapp.models.outbox import OutboxRow
from fundapp.models.rd_entries import RdEntry
from fundapp.processes.supervisor import Supervisor
from fundapp.queries import outstanding
from fundapp.services import awards, board, letters, verification
from tests.factories import region as made
from tests.factories.region import Region
from tests.letters.reading import running_text
from tests.letters.structure import findings
from tests.letters.test_accessible import CHECKER
from workflows.rules.money import in_words
from workflows.rules.quorum import Choice

BIDS = 8
APPROVED = 6
PENCE = 2_500_000
KILLS = 6
PATIENCE = 90.0
WORKERS = (
    ("jobs", "letters"),
    ("jobs", "letters"),
    ("jobs", "notices"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("relay",),
)


def test_kills_and_a_flush_lose_and_double_nothing(
    app: Flask, app_context: Flask, environment: dict[str, str], servers: Servers, process_number: int,
    tmp_path: Path,
) -> None:  # fmt: skip
    region = made.invent_region()
    call = made.open_round(region, made.install(region), days=3)
    bids = [made.apply(region, call, number, pence=PENCE) for number in range(1, BIDS + 1)]
    made.pass_time(days=3)
    made.assess(region, call, bids, [5] * APPROVED + [3] * (BIDS - APPROVED))
    quick = {"FUNDAPP_OUTBOX_LEASE_SECONDS": "3", "FUNDAPP_RELAY_SWEEP_SECONDS": "0.3"}
    quick |= {"FUNDAPP_OUTBOX_ATTEMPTS": "50", "FUNDAPP_LOG_LEVEL": "error"}
    supervisor = Supervisor(WORKERS, dict(os.environ) | environment | quick)
    with _looked_after(supervisor):
        _decide(region, bids)
        made.pass_time(days=60)
        for award in _awards():
            awards.confirm_subsidy(award, [], award.application.lead)
        _disturb(supervisor, servers.valkey.url(process_number))
        _settle()
        for award in _awards():
            awards.release_offer(award, region.second_officer)
            awards.accept(award, award.application.lead.name, award.application.lead)
        _settle()
    _every_letter_is_there_once()
    _every_letter_is_sound(tmp_path)
    _the_books_agree()


def _decide(region: Region, bids: list[Application]) -> None:
    meeting = board.plan_meeting(
        bids[0].round, title="Investment panel", meets_at=made.now(), quorum=5, members=region.members,
        chair=region.chair, bids=bids, actor=region.officer,
    )  # fmt: skip
    board.issue_papers(meeting, region.officer)
    board.open_session(meeting, region.board, region.chair)
    for position, item in enumerate(list(meeting.items)):
        for member in region.board[:5]:
            board.vote(item, Choice.FOR, member)
        outcome = "approve" if position < APPROVED else "decline"
        board.record_outcome(
            item, outcome, amount_pence=PENCE, reason="Said in a sentence.", conditions=[], actor=region.chair
        )
    board.close(meeting, region.officer)


def _disturb(supervisor: Supervisor, queue_url: str) -> None:
    """Kill letter workers in the middle of letters, and lose the queue once, while there is work left."""
    killed = 0
    deadline = time.monotonic() + PATIENCE
    while killed < KILLS and time.monotonic() < deadline:
        at_work = _rendering(supervisor)
        waiting = outstanding.waiting("issue_letter")
        db.session.rollback()
        if at_work and waiting:
            try:
                os.killpg(at_work[0], signal.SIGKILL)
            except ProcessLookupError:
                continue  # The one killed just before, whose end had not been noticed yet.
            killed += 1
            if killed == KILLS // 2:
                with redis.Redis.from_url(queue_url) as queue:
                    queue.flushdb()
        elif not waiting:
            break
        time.sleep(0.02)
    assert killed >= 3


def _rendering(supervisor: Supervisor) -> list[int]:
    """The letter workers that have forked: the process that prints is a child of that fork."""
    running = [child.process for child in supervisor.children if child.arguments == ("jobs", "letters")]
    return [process.pid for process in running if process and _grandchildren(process)]


def _grandchildren(process: "subprocess.Popen[bytes]") -> list[str]:
    return [below for child in _children(process.pid) for below in _children(int(child))]


def _children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []


def _every_letter_is_there_once() -> None:
    made_letters = db.session.execute(
        select(Letter.kind, func.count(), func.count(Letter.application_id.distinct())).group_by(Letter.kind)
    ).all()
    assert {tuple(row) for row in made_letters} == {
        ("offer_of_grant", APPROVED, APPROVED),
        ("mfa_confirmation", APPROVED, APPROVED),
        ("decline", BIDS - APPROVED, BIDS - APPROVED),
    }
    undone = select(func.count()).where(OutboxRow.done_at.is_(None), OutboxRow.next_at <= func.fundapp_now())
    assert db.session.scalar(undone) == 0
    assert outstanding.parked() == 0


def _every_letter_is_sound(folder: Path) -> None:
    files = []
    for letter in db.session.scalars(select(Letter).order_by(Letter.id)).all():
        pdf = letters.open_pdf(letter)
        assert findings(pdf) == []
        words = running_text(pdf)
        bid = db.session.get_one(Application, letter.application_id)
        assert letter.code in words
        assert db.session.get_one(Organisation, bid.organisation_id).name in words
        if letter.kind == "offer_of_grant":
            award = db.session.get_one(Award, letter.award_id)
            assert in_words(award.amount_pence) in words
            assert award.amount_pence == PENCE
            assert bid.lead.name in words
        files.append(folder / f"{letter.code}.pdf")
        files[-1].write_bytes(pdf)
    if CHECKER.exists():
        command = [sys.executable, str(CHECKER), *map(str, files)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def _the_books_agree() -> None:
    found = [
        *letters.verify_all(), *verification.verify_events(), *verification.verify_ledger(),
        *verification.verify_rd(),
    ]  # fmt: skip
    assert found == []
    contracted = select(func.sum(LedgerEntry.pence)).where(LedgerEntry.account == "contracted")
    assert db.session.scalar(contracted) == APPROVED * PENCE
    counted = db.session.execute(
        select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure)
    ).all()
    expected = APPROVED * 2 * PENCE * 8 // 10
    assert {tuple(row) for row in counted} == {("committed", expected), ("contracted", expected)}


def _awards() -> list[Award]:
    found = list(db.session.scalars(select(Award).order_by(Award.id)))
    assert len(found) == APPROVED
    return found


def _settle() -> None:
    deadline = time.monotonic() + PATIENCE
    while outstanding.waiting():
        db.session.rollback()
        assert time.monotonic() < deadline, "the workers do not do what is due"
        time.sleep(0.1)
    db.session.rollback()


@contextmanager
def _looked_after(supervisor: Supervisor) -> Iterator[None]:
    stop = threading.Event()
    watching = threading.Thread(target=supervisor.run, args=(stop,))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()
