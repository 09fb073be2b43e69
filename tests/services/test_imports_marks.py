"""Marks from a file take their bids through the checks and are sealed as if each assessor had sent them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp import chain
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.services import assessment, moderation, organisations, triage
from fundapp.services.imports import MistakesError, Report, Table, bid_columns, import_round, table_of
from fundapp.services.organisations import Details
from tests.factories import imports as made
from tests.factories import people, rounds
from workflows.actors import Role


@pytest.fixture
def call(app_context: Flask) -> Round:
    """A round that has closed, so that its bids may be read."""
    rounds.begin_demo()
    opened = rounds.open_round(people.officer())
    rounds.move_to(rounds.CLOSES + timedelta(hours=1))
    return opened


@pytest.fixture
def officer(call: Round) -> Person:
    return people.officer("Importing Officer")


@pytest.fixture
def readers(call: Round) -> list[Person]:
    return [
        people.person(f"Reader {letter}", Role.ASSESSOR, email=f"{letter}@readers.example")
        for letter in "abc"
    ]


def all_marks(call: Round, refs: Sequence[str], readers: Sequence[Person], score: str = "4") -> Table:
    return made.scores(
        *(row for ref in refs for reader in readers for row in made.marks(call, ref, reader, score))
    )


def mistakes(call: Round, bids: Table, officer: Person, scores: Table) -> list[str]:
    before = db.session.scalar(select(func.count()).select_from(Event))
    with pytest.raises(MistakesError) as found:
        import_round(call, bids, officer, scores=scores)
    assert db.session.scalar(select(func.count()).select_from(Event)) == before
    assert db.session.scalar(select(func.count()).select_from(Assessment)) == 0
    return [str(mistake) for mistake in found.value.mistakes]


def test_marked_bids_stand_in_assessment_ready_to_be_closed(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    bids = made.bids(made.bid(1), made.bid(2), made.bid(3))
    report = import_round(call, bids, officer, scores=all_marks(call, ["B1", "B2"], readers))
    assert (report.filed, report.scored, report.scores_skipped) == (3, 6, 0)
    states = db.session.scalars(select(Application.state).order_by(Application.id)).all()
    assert states == ["in_assessment", "in_assessment", "submitted"]
    readings = db.session.scalars(select(Assessment).order_by(Assessment.id)).all()
    assert {(each.state, each.total) for each in readings} == {("submitted", Decimal("80.000000"))}
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 36
    assert list(chain.verify()) == []
    assert moderation.close_all(call, officer) == 2
    bid = db.session.scalars(select(Application).where(Application.bid_ref == "B1")).one()
    assert (bid.state, bid.score) == ("recommended", Decimal("80.000000"))


def test_the_record_says_who_entered_whose_marks_and_what_was_checked(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    import_round(call, made.bids(made.bid(1)), officer, scores=all_marks(call, ["B1"], readers[:1]))
    bid = db.session.scalars(select(Application)).one()
    steps = db.session.scalars(
        select(Event)
        .where(Event.case_kind == "application", Event.case_id == bid.id)
        .order_by(Event.sequence)
    ).all()
    assert [(step.action, step.actor_id, step.acting_for_id) for step in steps] == [
        ("open", officer.id, None),
        ("submit", officer.id, bid.lead_id),
        ("take_up", officer.id, None),
        ("pass", officer.id, None),
    ]
    assert steps[-1].facts == {
        "checks": dict.fromkeys(("place", "size", "legal_form", "solvent"), True),
        "found": [],
    }
    reading = db.session.scalars(select(Assessment)).one()
    opened, entered = db.session.scalars(
        select(Event).where(Event.case_kind == "assessment").order_by(Event.sequence)
    ).all()
    assert opened.facts == {"application_id": bid.id, "assessor_id": readers[0].id, "conflicts": []}
    assert (entered.action, entered.actor_id, entered.acting_for_id) == ("enter", officer.id, readers[0].id)
    assert entered.facts == {
        "application_id": bid.id,
        "total": "80.000000",
        "marks": {criterion.key: 4 for criterion in call.criteria},
    }
    mails = db.session.scalars(
        select(OutboxRow.payload["message"].astext).where(
            OutboxRow.payload["case_kind"].astext == "assessment"
        )
    ).all()
    assert mails == ["assessment_received"]
    assert reading.no_conflict_at is not None


def test_marks_may_come_later_for_the_same_bids_and_once_only(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    bids = made.bids(made.bid(1), made.bid(2))
    import_round(call, bids, officer)
    marks = all_marks(call, ["B1"], readers)
    assert import_round(call, bids, officer, scores=marks) == replace(_report(), skipped=2, scored=3)
    assert import_round(call, bids, officer, scores=marks) == replace(_report(), skipped=2, scores_skipped=3)
    other = all_marks(call, ["B1"], readers[:1], "3")
    with pytest.raises(MistakesError, match="This assessor has this bid already"):
        import_round(call, bids, officer, scores=other)
    more = all_marks(call, ["B2"], readers)
    assert import_round(call, bids, officer, scores=more).scored == 3


def test_a_bid_taken_up_by_hand_is_marked_from_where_it_is(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    bids = made.bids(made.bid(1), made.bid(2))
    import_round(call, bids, officer)
    one, other = db.session.scalars(select(Application).order_by(Application.id)).all()
    triage.take_up(one, officer)
    triage.take_up(other, officer)
    triage.accept(other, officer, findings={check.key: True for check in triage.checks_of(other)})
    report = import_round(call, bids, officer, scores=all_marks(call, ["B1", "B2"], readers))
    assert report.scored == 6
    assert {bid.state for bid in (one, other)} == {"in_assessment"}
    assert list(chain.verify()) == []


def test_a_criterion_that_does_not_apply_is_left_out_of_the_total(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    rows = made.marks(call, "B1", readers[0], "3")
    rows[0][3] = "n/a"
    rows[1][3] = "5"
    import_round(call, made.bids(made.bid(1)), officer, scores=made.scores(*rows))
    reading = db.session.scalars(select(Assessment)).one()
    assert reading.total == Decimal("72.500000")
    assert {mark.score for mark in reading.marks if mark.not_applicable} == {None}


def test_criteria_are_known_by_key_or_name(call: Round, officer: Person, readers: list[Person]) -> None:
    rows = made.marks(call, "B1", readers[0].email.upper())
    rows[0][2] = "CLEAR  need"
    assert import_round(call, made.bids(made.bid(1)), officer, scores=made.scores(*rows)).scored == 1


def test_every_mistake_in_marks_is_told(call: Round, officer: Person, readers: list[Person]) -> None:
    stranger = people.applicant(email="stranger@elsewhere.example")
    good = made.marks(call, "B1", readers[0])
    rows = [
        *good[:5],
        [*good[0][:3], "5", "Again."],
        ["B9", *good[0][1:]],
        ["B2", readers[1].email, "cheese", "4", "Why."],
        ["B2", readers[1].email, "innovation", "6", "Why."],
        ["B2", readers[1].email, "clear_need", "3.5", "word " * 151],
        ["B2", readers[1].email, "why_a_grant", "", ""],
        *made.marks(call, "B2", stranger),
    ]
    whole = "Marks are whole numbers from 0 to 5, or n/a where it does not apply."
    assert mistakes(call, made.bids(made.bid(1), made.bid(2)), officer, made.scores(*rows)) == [
        "scores, row 2, criterion: “Why a grant” has no mark yet. It is for B1 by a@readers.example",
        "scores, row 7, criterion: This assessor’s mark for clear_need of this bid stands in row 2 already",
        "scores, row 8, bid_ref: No bid of this file has the reference “B9”",
        (
            "scores, row 9, criterion: Enter one of: clear_need, innovation, delivery_plan, value_for_money,"
            " place_and_people, why_a_grant. It holds “cheese”"
        ),
        f"scores, row 10, score: {whole} It holds “6”",
        "scores, row 11, comment: It is 1 words over the limit of 150",
        f"scores, row 11, score: {whole} It holds “3.5”",
        "scores, row 12, comment: This cell is empty. Enter the reason, up to 150 words",
        "scores, row 12, score: This cell is empty. Enter a mark from 0 to 5, or n/a",
        (
            "scores, row 13, assessor_email: Nobody with the address stranger@elsewhere.example is an"
            " assessor. Invite them first"
        ),
    ]


def without(table: Table, column: str) -> Table:
    place = table.headers.index(column)
    kept = [[*cells[:place], *cells[place + 1 :]] for cells in made.lines(table)]
    return table_of(table.name, kept[0], kept[1:])


def test_a_missing_column_is_told_once_and_nothing_else(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    bids = made.bids(made.bid(1), made.bid(2))
    marks = all_marks(call, ("B1", "B2"), readers)
    needed = [column.name for column in bid_columns.columns_of(call.rules) if column.needed]
    assert needed[:2] == ["bid_ref", "organisation"]
    for column in needed:
        (told,) = mistakes(call, without(bids, column), officer, marks)
        assert told.startswith(f"bids, row 1, {column}: This column is missing. It holds ")
    for column in made.MARK_COLUMNS:
        (told,) = mistakes(call, bids, officer, without(marks, column))
        assert told.startswith(f"scores, row 1, {column}: This column is missing. It holds ")


def test_a_conflict_that_is_found_stops_the_file(call: Round, officer: Person, readers: list[Person]) -> None:
    colleague = people.person("Colleague", Role.ASSESSOR, email="somebody@firm1.example")
    assessment.declare_interest(readers[0], company="10000002", kind="interest")
    lead = people.applicant("Lead", "lead@firm3.example")
    firm = organisations.register(Details(name="Firm 3 Ltd", company_number="10000003"), lead)
    assert firm.id
    rows = [
        *made.marks(call, "B1", colleague),
        *made.marks(call, "B2", readers[0]),
        *made.marks(call, "B3", readers[1]),
    ]
    bids = made.bids(made.bid(1), made.bid(2), made.bid(3))
    assert mistakes(call, bids, officer, made.scores(*rows)) == [
        "scores, row 2, assessor_email: This person and the bid share the e-mail domain firm1.example.",
        "scores, row 8, assessor_email: This person declared an interest in an organisation on this bid.",
    ]


def test_marks_wait_for_the_close(call: Round, officer: Person, readers: list[Person]) -> None:
    later = rounds.CLOSES + timedelta(days=60)
    dates = replace(
        rounds.DATES, opens_at=rounds.CLOSES + timedelta(hours=2), closes_at=later,
        release_at=later + timedelta(days=60),
    )  # fmt: skip
    still_open = rounds.open_round(officer, number=8, dates=dates)
    marks = all_marks(still_open, ["B1", "B2"], readers)
    bids = made.bids(made.bid(1, submitted_at=""), made.bid(2, submitted_at=""))
    assert mistakes(still_open, bids, officer, marks) == [
        (
            "bids, row 2, bid_ref: Marks cannot be taken for this bid:"
            " The round is open until 12:00 (UK time), Tuesday 16 February 2027."
        )
    ]


def test_marks_come_too_late_for_a_bid_already_judged(
    call: Round, officer: Person, readers: list[Person]
) -> None:
    bids = made.bids(made.bid(1))
    import_round(call, bids, officer, scores=all_marks(call, ["B1"], readers))
    moderation.close_all(call, officer)
    fourth = people.person("Reader D", Role.ASSESSOR, email="d@readers.example")
    with pytest.raises(MistakesError, match="Marks cannot be taken for this bid: it is “Recommended”"):
        import_round(call, bids, officer, scores=all_marks(call, ["B1"], [fourth]))


def _report() -> Report:
    unasked = (
        "answer, unknowns, plan, milestones, team, risks, why_grant, funded_before, funded_by, assistance"
    )
    return Report(
        0,
        0,
        0,
        0,
        (f"No column answers these questions, which stay empty: {unasked}, difference, jobs.",),
    )
