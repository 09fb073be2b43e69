"""Every row that was changed, added or taken away behind the application's back is found and named."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from fundapp import chain, clock
from fundapp.cli import verify
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.events import Anchor, Event
from fundapp.models.outbox import OutboxRow
from fundapp.services import anchors, casework, verification
from fundapp.services.verification import Finding
from fundapp.transaction import transaction
from tests import databases
from tests.factories import awards as factory
from tests.factories import outbox, people, rounds
from tests.factories.region import Region
from tests.stages import Stages, after

Break = Callable[[str], None]


@pytest.fixture
def paid_claim(app_context: Flask, stages: Stages) -> None:
    factory.reached(stages, one_paid_claim)


@pytest.fixture
def approved_claim(app_context: Flask, stages: Stages) -> None:
    factory.reached(stages, one_claim_just_approved)


@pytest.fixture
def breaks(app_context: Flask, servers: Servers, process_number: int) -> Iterator[Break]:
    """Change rows as the superuser, past every trigger, as nobody inside the application could."""
    url = servers.postgres.url("superuser", databases.name_of(process_number))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")

        def run(statement: str) -> None:
            db.session.rollback()
            connection.execute(statement)
            db.session.expire_all()

        yield run


@pytest.fixture(autouse=True)
def no_anchors_outside(app_context: Flask) -> None:
    settings().anchors.unlink(missing_ok=True)


RECORD = (verification.verify_events, verification.verify_anchors)
MONEY = (verification.verify_ledger, verification.verify_rd)
FEEDING = {"post_ledger", "feed_rd_total"}


def found(every: tuple[Callable[[], Iterator[Finding]], ...] = RECORD + MONEY) -> list[str]:
    answer = [str(finding) for verify_one in every for finding in verify_one()]
    db.session.rollback()
    return answer


@after(factory.one_live)
def one_paid_claim(region: Region) -> Region:
    """A live award with one claim that the bank has paid."""
    (award,) = factory.every_award()
    claim = factory.approved_claim(region, award, region.applicants[0], 1, 1_000_001)
    factory.may_be_paid(region, award, region.applicants[0])
    factory.paid(region, [claim])
    return region


@after(factory.one_live)
def one_claim_just_approved(region: Region) -> Region:
    """A live award with one claim approved, before any worker has looked at it."""
    (award,) = factory.every_award()
    factory.may_be_paid(region, award, region.applicants[0])
    factory.approved_claim(region, award, region.applicants[0], 1, 1_000_001)
    return region


def anchor() -> None:
    db.session.rollback()
    with transaction():
        anchors.anchor_by_clock(clock.now())


def last_event() -> int:
    return db.session.scalars(select(func.max(Event.id))).one()


# The table, what is broken in it, how that is mended, which rows, and how the finding must begin.
LAST = "SELECT max(id) FROM ledger_transactions"
LAST_ENTRY = "id = (SELECT max(id) FROM ledger_entries)"
LAST_RD_ENTRY = "id = (SELECT max(id) FROM rd_entries)"
ACCEPTED = "action = 'accept' AND case_kind = 'award'"
TAMPERING = [
    ("ledger_entries", "pence = pence + 1", "pence = pence - 1", LAST_ENTRY, "ledger transaction paid-"),
    (
        "ledger_entries", "award_id = NULL", "award_id = 1", "account = 'retained'",
        "ledger transaction payable-",
    ),
    (
        "ledger_transactions", "key = 'other'", "key = 'contract-' || event_id", "posting = 'contract'",
        "ledger transaction contract-",
    ),
    ("ledger_sums", "pence = pence - 7", "pence = pence + 7", "account = 'paid'", "ledger sum of "),
    ("rd_entries", "pence = pence + 1", "pence = pence - 1", LAST_RD_ENTRY, "R&D entry "),
    (
        "rd_entries", "quarter_starts_on = quarter_starts_on + interval '1 year'",
        "quarter_starts_on = quarter_starts_on - interval '1 year'", "measure = 'defrayed'", "R&D entry ",
    ),
    ("rd_sums", "pence = pence + 1", "pence = pence - 1", "measure = 'defrayed'", "R&D sum of defrayed"),
    (
        "events", """facts = facts || '{"amount_pence": 1}'""",
        """facts = facts || '{"amount_pence": 5000000}'""", ACCEPTED, "event ",
    ),
    ("events", "facts = '{}'", "", "case_kind = 'claim' AND action = 'approve'", "event "),
]  # fmt: skip


def test_every_row_changed_behind_our_back_is_found_and_named(paid_claim: None, breaks: Break) -> None:
    anchor()
    assert found() == []
    for table, broken, mended, where, said in TAMPERING:
        breaks(f"UPDATE {table} SET {broken} WHERE {where}")
        findings = found()
        assert any(line.startswith(said) for line in findings), (table, broken, findings)
        if mended:
            breaks(f"UPDATE {table} SET {mended} WHERE {where}")
            assert found() == [], (table, mended)


def test_rows_taken_away_or_slipped_in_are_found(paid_claim: None, breaks: Break) -> None:
    breaks(f"DELETE FROM ledger_entries WHERE transaction_id = ({LAST})")
    assert any(line.startswith("ledger transaction paid-") for line in found())
    breaks(f"DELETE FROM ledger_transactions WHERE id = ({LAST})")
    assert any("missing, though event" in line for line in found())
    breaks(
        "INSERT INTO ledger_transactions (key, posting, event_id, recorded_at)"
        " VALUES ('slipped in', 'paid', (SELECT max(id) FROM events), now())"
    )
    assert "ledger transaction slipped in: no event says it should exist" in found()
    breaks(
        "INSERT INTO rd_entries (key, event_id, measure, award_id, source_of_funds, authority, rd_type,"
        " quarter_starts_on, pence, is_estimated, recorded_at) SELECT 'more R&D', event_id, measure,"
        " award_id, source_of_funds, authority, rd_type, quarter_starts_on, 1, is_estimated, recorded_at"
        " FROM rd_entries LIMIT 1"
    )
    assert any(line.startswith("R&D entry more R&D (row ") for line in found())
    breaks("DELETE FROM rd_entries WHERE measure = 'defrayed'")
    assert any(line.startswith("R&D entry ") and "missing" in line for line in found())


def test_what_is_promised_is_no_fault_until_it_is_given_up(
    approved_claim: None, breaks: Break, run: CliRunner
) -> None:
    waiting = [finding for verify_one in MONEY for finding in verify_one()]
    db.session.rollback()
    rows = db.session.execute(
        select(OutboxRow.id, OutboxRow.kind).where(OutboxRow.done_at.is_(None), OutboxRow.kind.in_(FEEDING))
    ).all()
    db.session.rollback()
    assert {kind for _, kind in rows} == FEEDING
    assert not any(finding.is_fault for finding in waiting)
    for row_id, _ in rows:
        assert any(str(finding).endswith(f": still promised (outbox row {row_id})") for finding in waiting)
    for command in (verify.ledger, verify.rd):
        answer = run.invoke(command, ["verify"])
        assert (answer.exit_code, " still promised: no fault, workers" in answer.output) == (0, True)

    breaks("UPDATE outbox_rows SET parked_at = now() WHERE done_at IS NULL")
    assert all(": missing, though event " in line for line in found(MONEY))
    assert len(found(MONEY)) == len(waiting)
    for command in (verify.ledger, verify.rd):
        answer = run.invoke(command, ["verify"])
        assert (answer.exit_code, "not agree" in answer.output) == (1, True)
    breaks("UPDATE outbox_rows SET parked_at = NULL WHERE parked_at IS NOT NULL")
    outbox.work_off()
    assert found(MONEY) == []


def test_an_account_is_overdrawn_only_if_what_is_promised_does_not_make_up_for_it(
    app_context: Flask, breaks: Break
) -> None:
    rounds.begin_demo()
    rounds.published_round(people.officer())
    outbox.work_off()
    breaks("UPDATE outbox_rows SET done_at = NULL WHERE kind = 'post_ledger'")
    breaks("DELETE FROM ledger_entries")
    breaks("DELETE FROM ledger_transactions")
    breaks("DELETE FROM ledger_sums WHERE account = 'funding'")
    breaks("UPDATE ledger_sums SET pence = -1")
    faults = [str(each) for each in verification.verify_ledger() if each.is_fault]
    assert not any("is below nothing" in fault for fault in faults), faults
    breaks("UPDATE ledger_sums SET pence = -1000000000000")
    faults = [str(each) for each in verification.verify_ledger() if each.is_fault]
    assert any(fault.startswith("ledger account available of round ") for fault in faults)


def rewritten(breaks: Break) -> None:
    """Change an early event and make its whole chain agree with itself again."""
    first = db.session.scalars(select(Event).order_by(Event.id).limit(1)).one()
    kind, case_id = first.case_kind, first.case_id
    breaks(f"UPDATE events SET facts = facts || '{{\"changed\": 1}}' WHERE id = {first.id}")
    previous = chain.GENESIS
    same_case = select(Event).where(Event.case_kind == kind, Event.case_id == case_id)
    for number in [each.id for each in db.session.scalars(same_case.order_by(Event.sequence))]:
        breaks(f"UPDATE events SET previous_hash = '{previous}' WHERE id = {number}")
        previous = chain.hash_of(db.session.get_one(Event, number))
        breaks(f"UPDATE events SET hash = '{previous}' WHERE id = {number}")


def test_history_rewritten_or_cut_off_is_found_by_its_anchors(breaks: Break) -> None:
    rounds.begin_demo()
    call = rounds.published_round(people.officer())
    anchor()
    kept = db.session.scalars(select(Anchor)).one()
    assert (kept.last_event_id, kept.events) == (last_event(), last_event())
    line = json.loads(settings().anchors.read_text())
    assert (line["last_event_id"], line["digest"]) == (kept.last_event_id, kept.digest)
    anchor()
    assert db.session.scalar(select(func.count()).select_from(Anchor)) == 1

    with transaction():
        casework.note("round", call.id, "look", None)
    anchor()
    assert found(RECORD) == []

    rewritten(breaks)
    assert not list(verification.verify_events())
    said = [str(finding) for finding in verification.verify_anchors()]
    db.session.rollback()
    assert [line.split(":")[0] for line in said] == [
        "anchor 1",
        "anchors.log, line 1",
        "anchor 2",
        "anchors.log, line 2",
    ]
    assert all("are not what they were at " in line for line in said)


def test_a_tail_cut_off_with_its_anchor_is_found_by_the_line_outside(breaks: Break) -> None:
    rounds.begin_demo()
    call = rounds.published_round(people.officer())
    anchor()
    with transaction():
        casework.note("round", call.id, "look", None)
    anchor()
    gone = last_event()
    breaks(f"DELETE FROM anchors WHERE last_event_id = {gone}")
    breaks(f"DELETE FROM events WHERE id = {gone}")
    (said,) = found(RECORD)
    assert said.startswith(f"anchors.log, line 2: events up to {gone} were there at ")
    settings().anchors.write_text("this is no line of ours\n")
    assert found(RECORD) == ["anchors.log, line 1: it cannot be read"]


def test_an_anchor_waits_for_what_is_still_being_written(
    app: Flask, app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.begin_demo()
    call_id = rounds.published_round(people.officer()).id
    db.session.rollback()
    written, may_end = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with app.app_context(), transaction():
            casework.note("round", call_id, "slow", None)
            written.set()
            may_end.wait(30)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    written.wait(30)
    with transaction():
        casework.note("round", call_id + 1, "quick", None)
    monkeypatch.setattr(anchors, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(anchors.StillWriting):
        anchor()
    assert not settings().anchors.exists()
    may_end.set()
    writer.join()
    anchor()
    assert db.session.scalars(select(Anchor.events)).one() == last_event()
    assert found(RECORD) == []


@pytest.fixture
def run(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(verify, "office", app_context.app_context)
    return CliRunner()


def test_the_commands_say_what_they_proved_and_name_what_they_cannot(run: CliRunner, breaks: Break) -> None:
    rounds.begin_demo()
    rounds.published_round(people.officer())
    outbox.work_off()
    anchor()
    count = last_event()
    db.session.rollback()
    proofs = (
        (verify.audit, "events in unbroken chains, 1 anchors agree"),
        (verify.ledger, "1 ledger transactions"),
    )
    for command, said in proofs:
        answer = run.invoke(command, ["verify"])
        assert (answer.exit_code, said in answer.output) == (0, True), answer.output
    answer = run.invoke(verify.rd, ["verify"])
    assert (answer.exit_code, answer.output) == (0, f"0 R&D entries are what {count} events say\n")

    breaks("UPDATE ledger_entries SET pence = pence * 2")
    answer = run.invoke(verify.ledger, ["verify"])
    assert answer.exit_code == 1
    assert "ledger transaction fund-" in answer.output
    breaks("UPDATE events SET action = 'other' WHERE id = 1")
    answer = run.invoke(verify.audit, ["verify"])
    assert answer.exit_code == 1
    assert "event 1 (" in answer.output
    assert Path(settings().anchors).exists()
