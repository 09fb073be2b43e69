"""Bids from a file are filed all or none, exactly as if each had been sent in by its form."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pkgutil import resolve_name
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as happening
from sqlalchemy import func, select

from fundapp import chain
from fundapp.extensions import Model, db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person, RoleGrant
from fundapp.outbox import ROUTES
from fundapp.services import organisations, verification
from fundapp.services.imports import MistakesError, Report, Table, import_round
from fundapp.services.imports.importing import LOCK
from fundapp.services.organisations import Details
from tests.factories import bids as factory
from tests.factories import imports as made
from tests.factories import people, rounds
from workflows.actors import Role
from workflows.machine import Blocked

TOUCHED: tuple[type[Model], ...] = (
    Application, Answer, Submission, Assessment, Mark, Event, OutboxRow, Organisation, Membership, Person,
    RoleGrant,
)  # fmt: skip


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


@pytest.fixture
def officer(call: Round) -> Person:
    return people.officer("Importing Officer")


def counts() -> Mapping[str, int]:
    found = {
        kind.__name__: db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in TOUCHED
    }
    db.session.rollback()
    return found


def work_off(*kinds: str) -> None:
    """Run the due jobs of these kinds in this process, as workers would."""
    due = db.session.execute(
        select(OutboxRow.id, OutboxRow.kind)
        .where(OutboxRow.kind.in_(kinds), OutboxRow.next_at <= func.fundapp_now())
        .order_by(OutboxRow.id)
    ).all()
    db.session.rollback()
    for row_id, kind in due:
        assert resolve_name(ROUTES[kind].job)(row_id) != "failed"


def mistakes(call: Round, table: Table, officer: Person, scores: Table | None = None) -> list[str]:
    before = counts()
    with pytest.raises(MistakesError) as found:
        import_round(call, table, officer, scores=scores)
    assert counts() == before
    return [str(mistake) for mistake in found.value.mistakes]


def test_an_imported_bid_is_like_any_other(call: Round, officer: Person) -> None:
    report = import_round(call, made.bids(made.bid(1), made.bid(2)), officer)
    assert report.filed == 2
    assert report.skipped == 0
    one, other = db.session.scalars(select(Application).order_by(Application.id))
    assert (one.reference, one.state, one.bid_ref) == ("FIF7-0001", "submitted", "B1")
    assert one.submitted_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert one.closes_at == call.closes_at
    money = (one.total_cost_pence, one.grant_requested_pence, one.match_funding_pence, one.rd_share_bp)
    assert money == (10_000_000, 5_000_000, 5_000_000, 8_000)
    assert other.organisation_id != one.organisation_id
    version = db.session.scalars(select(Submission).where(Submission.application_id == one.id)).one()
    assert version.sha256 == sha256_of(version.content)
    assert version.signatory == "Lead 1"
    assert version.content["answers"] == {"problem": {"text": "The problem of bid 1."}}
    steps = db.session.scalars(
        select(Event)
        .where(Event.case_kind == "application", Event.case_id == one.id)
        .order_by(Event.sequence)
    ).all()
    assert [(step.action, step.actor_id, step.acting_for_id) for step in steps] == [
        ("open", officer.id, None),
        ("submit", officer.id, one.lead_id),
    ]
    receipts = db.session.scalars(
        select(OutboxRow).where(OutboxRow.payload["message"].astext == "bid_received")
    ).all()
    assert next(row.payload["event_id"] for row in receipts) == steps[1].id
    assert len(receipts) == 2
    work_off("post_ledger", "notify")
    told = [*verification.verify_events(), *verification.verify_ledger(), *verification.verify_rd()]
    assert [str(finding) for finding in told] == []
    mails = db.session.scalars(select(Message).where(Message.case_kind == "application")).all()
    assert {mail.to_address for mail in mails} >= {"lead@firm1.example", "lead@firm2.example"}


def test_leads_become_applicants_and_act_for_their_organisation(call: Round, officer: Person) -> None:
    import_round(call, made.bids(made.bid(1)), officer)
    lead = db.session.scalars(select(Person).where(Person.email == "lead@firm1.example")).one()
    assert (lead.password_hash, lead.roles) == (None, frozenset({Role.APPLICANT}))
    member = db.session.scalars(select(Membership)).one()
    firm = db.session.get_one(Organisation, member.organisation_id)
    assert member.person_id == lead.id
    assert (firm.company_number, firm.authority) == ("10000001", None)
    told = db.session.execute(
        select(Event.case_kind, Event.action)
        .where(Event.case_kind.in_(("person", "organisation")))
        .order_by(Event.id)
    ).all()
    assert [tuple(row) for row in told] == [
        ("person", "import"),
        ("organisation", "register"),
        ("organisation", "join"),
    ]


def test_organisations_are_found_by_their_number_however_it_is_written(call: Round, officer: Person) -> None:
    lead = people.applicant(email="known@wrackline.example")
    known = organisations.register(Details(name="Wrackline Ltd", company_number="00123456"), lead)
    report = import_round(
        call,
        made.bids(
            made.bid(1, company_number="123456", organisation="Wrackline Limited"),
            made.bid(2, company_number=" 00 123-456 ", organisation="Wrackline Limited"),
        ),
        officer,
    )
    assert {bid.organisation_id for bid in db.session.scalars(select(Application))} == {known.id}
    assert report.notes[-1] == "Row 3: the company is on record as “Wrackline Ltd”, and keeps that name."
    assert list(chain.verify()) == []


def test_organisations_without_a_number_are_told_apart_by_whose_mail_they_use(
    call: Round, officer: Person
) -> None:
    def unnumbered(number: int, email: str) -> dict[str, str]:
        return made.bid(number, company_number="", organisation="J. Smith", contact_email=email)

    rows = [
        unnumbered(1, "one@smith.example"),
        unnumbered(2, "two@smith.example"),
        unnumbered(3, "smith@gmail.com"),
        unnumbered(4, "j.smith@gmail.com"),
    ]
    import_round(call, made.bids(*rows), officer)
    import_round(call, made.bids(unnumbered(5, "three@smith.example")), officer)
    firms = db.session.scalars(select(Application.organisation_id).order_by(Application.id)).all()
    assert firms[0] == firms[1] == firms[4]
    assert len(set(firms)) == 3
    assert list(chain.verify()) == []


def test_the_same_again_is_skipped_and_counted(call: Round, officer: Person) -> None:
    import_round(call, made.bids(made.bid(1), made.bid(2)), officer)
    before = counts()
    turned = made.bids(
        made.bid(2, total_cost="100000", postcode="l31bp"),
        made.bid(1, rd_share="80"),
        columns=tuple(reversed(made.COLUMNS)),
    )
    assert import_round(call, turned, officer) == Report(0, 2, 0, 0, notes=_note())
    assert counts() == before
    assert import_round(call, made.bids(made.bid(2), made.bid(3)), officer).filed == 1


def test_other_content_under_a_known_reference_is_refused(call: Round, officer: Person) -> None:
    import_round(call, made.bids(made.bid(1)), officer)
    told = mistakes(call, made.bids(made.bid(1, title="Another idea"), made.bid(2)), officer)
    assert told == [
        (
            "bids, row 2, bid_ref: A bid with this reference was imported before with other content,"
            " and stays as it is"
        )
    ]


def test_every_mistake_is_told_at_once_and_nothing_is_filed(call: Round, officer: Person) -> None:
    outside = people.person("Reader", Role.ASSESSOR, email="reader@readers.example")
    table = made.bids(
        made.bid(1, total_cost="1,000.005", postcode="NOWHERE"),
        made.bid(2, grant_requested="NaN", submitted_at="2026-02-30"),
        made.bid(3, grant_requested="-5", rd_share="101"),
        made.bid(4, grant_requested="80,000", total_cost="160,000", match_funding="80,000"),
        made.bid(5, match_funding="10"),
        made.bid(6, bid_ref="B5", company_number="12"),
        made.bid(7, title="", contact_email="nobody", q_problem=""),
        made.bid(8, summary="word " * 121, q_problem="word " * 301),
        made.bid(9, submitted_at="18/12/2026 12:00"),
        made.bid(10, contact_email=outside.email),
        made.bid(11, company_number="10000001", organisation="Another Firm"),
        made.bid(12, q_problem="A\x00B"),
        made.bid(13),
        made.bid(14, q_problem="x" * 10_000_000, postcode="L" * 50_001),
    )
    assert mistakes(call, table, officer) == [
        "bids, row 2, postcode: Enter a full UK postcode, like L3 1BP. It holds “NOWHERE”",
        "bids, row 2, total_cost: Enter an amount in pounds, like 25,000 or 25,000.50. It holds “1,000.005”",
        "bids, row 3, grant_requested: Enter an amount in pounds, like 25,000 or 25,000.50. It holds “NaN”",
        (
            "bids, row 3, submitted_at: There is no such day. Enter a real date, like 2026-11-23 or"
            " 23/11/2026. It holds “2026-02-30”"
        ),
        "bids, row 4, grant_requested: Enter an amount in pounds, like 25,000 or 25,000.50. It holds “-5”",
        "bids, row 4, rd_share: Enter a percentage of 100 or less. It holds “101”",
        "bids, row 5, grant_requested: The most you can ask for is £75,000.",
        "bids, row 6, match_funding: £49,990 of the costs is not paid for yet.",
        "bids, row 7, bid_ref: Row 6 has this reference already. Each bid has its own",
        "bids, row 8, contact_email: Enter an e-mail address, like name@example.co.uk. It holds “nobody”",
        "bids, row 8, q:problem: Answer “What is the problem, and who has it?”",
        "bids, row 8, title: This cell is empty. Enter the title of the project",
        "bids, row 9, q:problem: “What is the problem, and who has it?”: 1 word over. Shorten it.",
        "bids, row 9, summary: The summary is 1 word over. Shorten it.",
        "bids, row 10, submitted_at: This lies in the future",
        (
            "bids, row 11, contact_email: This is somebody who works with the funds."
            " Give the address of the applicant"
        ),
        (
            "bids, row 13, q:problem: It holds hidden characters that cannot be kept. Take them out."
            " It holds “A?B”"
        ),
        "bids, row 15, postcode: It has 50,001 characters; 50,000 is the most",
        "bids, row 15, q:problem: It has 10,000,000 characters; 50,000 is the most",
    ]


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\ufdd0", "\ufffe", "\uffff"])
def test_signs_that_deceive_or_cannot_be_kept_are_refused(call: Round, officer: Person, sign: str) -> None:
    (told,) = mistakes(call, made.bids(made.bid(1, title=f"Fast{sign}er")), officer)
    assert told.startswith("bids, row 2, title: It holds hidden characters that cannot be kept. Take them")


def test_a_time_the_clocks_leave_out_is_told_in_whole_sentences(call: Round, officer: Person) -> None:
    (told,) = mistakes(call, made.bids(made.bid(1, submitted_at="2026-03-29 01:30")), officer)
    assert told.endswith(" Choose a time outside that hour. It holds “2026-03-29 01:30”")


def test_a_number_is_one_companys(call: Round, officer: Person) -> None:
    table = made.bids(made.bid(1), made.bid(2, company_number="10000001"))
    assert mistakes(call, table, officer) == [
        "bids, row 3, company_number: Row 2 gives this number to “Firm 1 Ltd”. A number is one company’s"
    ]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (
            "2026-11-02 08:59",
            "This round has not opened. It opens at 09:00 (UK time), Monday 2 November 2026.",
        ),
        ("18/12/2026 12:00", "This round closed at 12:00 (UK time), Friday 18 December 2026."),
        (
            "",
            "This round closed at 12:00 (UK time), Friday 18 December 2026. An empty cell means now",
        ),
    ],
)
def test_a_bid_was_sent_in_while_the_round_was_open(
    call: Round, officer: Person, sent: str, told: str
) -> None:
    rounds.move_to(rounds.CLOSES + timedelta(days=1))
    assert mistakes(call, made.bids(made.bid(1, submitted_at=sent)), officer) == [
        f"bids, row 2, submitted_at: {told}"
    ]


def test_the_last_moment_before_the_close_is_in_time(call: Round, officer: Person) -> None:
    rounds.move_to(rounds.CLOSES + timedelta(days=1))
    table = made.bids(made.bid(1, submitted_at="2026-12-18T11:59:59Z"))
    assert import_round(call, table, officer).filed == 1


def test_an_empty_instant_means_now(call: Round, officer: Person) -> None:
    import_round(call, made.bids(made.bid(1, submitted_at="")), officer)
    bid = db.session.scalars(select(Application)).one()
    assert bid.submitted_at == bid.created_at
    again = import_round(call, made.bids(made.bid(1, submitted_at="")), officer)
    assert (again.filed, again.skipped) == (0, 1)


def test_a_dry_run_finds_the_same_and_changes_nothing(call: Round, officer: Person) -> None:
    before = counts()
    assert import_round(call, made.bids(made.bid(1)), officer, dry_run=True).filed == 1
    assert counts() == before
    with pytest.raises(MistakesError):
        import_round(call, made.bids(made.bid(1, postcode="X")), officer, dry_run=True)


def test_headers_stand_in_any_order_case_and_spelling(call: Round, officer: Person) -> None:
    written = [name.replace("_", " ").title() for name in made.COLUMNS]
    table = made.bids(made.bid(1))
    assert import_round(call, Table("bids", written, table.rows), officer).filed == 1


def test_what_does_not_fit_in_the_header_is_told_by_its_place(call: Round, officer: Person) -> None:
    headers = ["Bid ref", "BID_REF", "titel", "", "q:nowhere", "turnover"]
    told = mistakes(call, Table("bids", headers, []), officer)
    assert told[0] == "bids, row 1, bid_ref: This column stands there 2 times. Keep one"
    assert told[1] == "bids, row 1, column C: No column is called “titel”. Did you mean title?"
    assert told[2] == "bids, row 1, column D: This column has no name. Name it, or take it out"
    assert told[3].startswith(
        "bids, row 1, column E: No question in words has the reference “nowhere”. There are: problem, answer,"
    )
    missing = [line.split(", ")[2].partition(":")[0] for line in told[4:]]
    assert missing == [
        "contact_email", "contact_name", "grant_requested", "organisation", "postcode", "rd_share", "summary",
        "title", "total_cost",
    ]  # fmt: skip


def test_ragged_rows_are_told_and_blank_ones_passed_over(call: Round, officer: Person) -> None:
    table = made.bids(made.bid(1), {}, made.bid(3))
    cells = table.rows[2].cells
    rows = [
        table.rows[0],
        table.rows[1],
        type(table.rows[2])(4, cells[:-1]),
        type(table.rows[2])(5, [*cells, "x"]),
    ]
    assert mistakes(call, Table("bids", table.headers, rows), officer) == [
        f"bids, row {row}: This row has {cells} cells and the header 14."
        " A text with a comma in it needs quotation marks around it"
        for row, cells in ((4, 13), (5, 15))
    ]


def test_columns_of_choice_are_taken_and_judged(call: Round, officer: Person) -> None:
    columns = (*made.COLUMNS, "theme", "district", "starts_on", "months", "staff_count")
    chosen = {"theme": "Tech for good", "district": "st helens", "starts_on": "01/04/2027", "months": "12"}
    import_round(call, made.bids(made.bid(1, **chosen, staff_count="14"), columns=columns), officer)
    bid = db.session.scalars(select(Application)).one()
    assert (bid.theme, str(bid.starts_on), bid.months) == ("tech_for_good", "2027-04-01", 12)
    assert (bid.organisation.authority, bid.organisation.staff_count) == ("E08000013", 14)
    wrong = {"theme": "Cheese", "district": "Chester", "starts_on": "31/04/2027", "months": "61"}
    told = mistakes(call, made.bids(made.bid(2, **wrong), columns=columns), officer)
    assert [line.split(", ")[2].partition(":")[0] for line in told] == [
        "district", "months", "starts_on", "theme",
    ]  # fmt: skip


def test_text_that_looks_like_a_formula_stays_text(call: Round, officer: Person) -> None:
    title = '=HYPERLINK("http://bad.example";"click")'
    import_round(call, made.bids(made.bid(1, title=title, organisation="@SUM(A1) Ltd")), officer)
    bid = db.session.scalars(select(Application)).one()
    assert (bid.title, bid.organisation.name) == (title, "@SUM(A1) Ltd")


def test_questions_without_a_column_are_named(call: Round, officer: Person) -> None:
    assert import_round(call, made.bids(made.bid(1)), officer).notes == _note()


def test_a_share_of_less_than_one_percent_everywhere_is_doubted(call: Round, officer: Person) -> None:
    report = import_round(call, made.bids(made.bid(1, rd_share="0.8")), officer, dry_run=True)
    assert report.notes[-1] == "Every rd_share is 1% or less. Write 80 for 80%, not 0.8."


def test_only_those_who_may_import_and_only_into_a_published_round(call: Round, officer: Person) -> None:
    table = made.bids(made.bid(1))
    with pytest.raises(Blocked, match="You may not import bids"):
        import_round(call, table, people.applicant())
    lead = people.person("Both", Role.OFFICER, email="lead@firm1.example")
    organisations.register(Details(name="Firm 1 Ltd", company_number="10000001"), lead)
    told = mistakes(call, made.bids(made.bid(1, contact_email="new@firm1.example")), lead)
    assert told == [
        "bids, row 2, organisation: You act for this organisation. Somebody else must import its bid"
    ]


def test_a_second_import_into_the_same_round_waits_its_turn(call: Round, officer: Person) -> None:
    with db.engine.connect() as other:
        other.execute(select(func.pg_advisory_xact_lock(LOCK, call.id)))
        with pytest.raises(Blocked, match="Another import into this round is running"):
            import_round(call, made.bids(made.bid(1)), officer)
    assert import_round(call, made.bids(made.bid(1)), officer).filed == 1


def test_a_rolling_rounds_bids_join_the_batch_they_came_in_for(app_context: Flask) -> None:
    rounds.begin_demo()
    officer = people.officer()
    cut_offs = (rounds.OPENS, rounds.CLOSES)
    call, batches = rounds.open_rolling_round(officer, cut_offs)
    columns = tuple(name for name in made.COLUMNS if name != "q:problem")
    early, late = (f"{day:%Y-%m-%d} 10:00" for day in (rounds.OPENS - timedelta(days=1), rounds.OPENS))
    rounds.move_to(rounds.CLOSES - timedelta(days=1))
    table = made.bids(made.bid(1, submitted_at=early), made.bid(2, submitted_at=late), columns=columns)
    import_round(call, table, officer)
    joined = db.session.scalars(select(Application.batch_id).order_by(Application.id)).all()
    assert joined == [batch.id for batch in batches]
    reader = people.person("Reader", Role.ASSESSOR, email="a@readers.example")
    first, second = (made.scores(*made.marks(call, ref, reader)) for ref in ("B1", "B2"))
    assert import_round(call, table, officer, scores=first).scored == 1
    with pytest.raises(MistakesError, match="This batch gathers bids until 12:00"):
        import_round(call, table, officer, scores=second)


def test_a_bid_begun_by_form_beside_the_imported_ones_gets_the_next_number(
    call: Round, officer: Person
) -> None:
    import_round(call, made.bids(made.bid(1), made.bid(2)), officer)
    lead = people.applicant()
    assert factory.draft(call, lead, factory.firm(lead)).reference == "FIF7-0003"


def test_statements_do_not_grow_with_the_rows(call: Round, officer: Person) -> None:
    statements: list[str] = []

    def count(*given: Any) -> None:
        statements.append(given[2])

    happening.listen(db.engine, "before_cursor_execute", count)
    import_round(call, made.bids(*(made.bid(number) for number in range(400))), officer)
    happening.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= 45
    assert list(chain.verify()) == []


def _note() -> tuple[str, ...]:
    unasked = (
        "answer, unknowns, plan, milestones, team, risks, why_grant, "
        "funded_before, funded_by, assistance, difference, jobs"
    )
    return (f"No column answers these questions, which stay empty: {unasked}.",)
