"""A bid is sent in once however often the button is pressed, on time to the instant, and never changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from fundapp import chain, clock
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Application, Submission
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Round
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.services import answers, size_facts, submissions
from fundapp.services import costs as cost_verbs
from fundapp.services.bids import Money
from fundapp.services.size_facts import Said
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import costs, people, rounds
from tests.factories.bids import DECLARED
from workflows.machine import Blocked

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    return people.applicant()


@pytest.fixture
def bid(call: Round, applicant: Person) -> Application:
    return factory.complete_draft(call, applicant, factory.firm(applicant))


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def promised() -> list[tuple[str, str]]:
    rows = db.session.query(OutboxRow).order_by(OutboxRow.id)
    return [(row.kind, row.payload["message"]) for row in rows if row.payload["case_kind"] == "application"]


def test_sending_in_freezes_hashes_records_and_promises(bid: Application, applicant: Person) -> None:
    sent = factory.send_in(bid, applicant)
    event = db.session.query(Event).filter_by(case_kind="application", action="submit").one()
    assert (bid.state, bid.submitted_at, bid.closes_at) == ("submitted", sent.submitted_at, rounds.CLOSES)
    assert sent.sha256 == sha256_of(sent.content)
    assert event.facts == {
        "version": 1,
        "sha256": sent.sha256,
        "total_cost_pence": 11_840_000,
        "grant_requested_pence": 5_920_000,
        "batch_id": None,
    }
    assert db.session.query(EventPersonal).filter_by(event_id=event.id).one().body == {
        "signatory": "Marguerite Osei"
    }
    assert (sent.content["answers"]["team"], len(sent.content["answers"])) == (
        {"text": "Who will do it? Some words."},
        13,
    )
    assert promised() == [("notify", "bid_received")]
    assert list(chain.verify()) == []


def test_a_second_press_finds_the_first_submission(bid: Application, applicant: Person) -> None:
    first, second = factory.send_in(bid, applicant), factory.send_in(bid, applicant)
    other_tab = factory.send_in(bid, applicant, key="another tab")
    assert (second.id, other_tab.id, db.session.query(Submission).count()) == (first.id, first.id, 1)
    assert promised() == [("notify", "bid_received")]


def test_the_same_press_with_another_body_is_refused(bid: Application, applicant: Person) -> None:
    factory.send_in(bid, applicant)
    with pytest.raises(submissions.OtherContentError):
        submissions.submit(
            bid, key="first press", signatory="Tomasz Bell", declared=list(DECLARED), actor=applicant
        )
    assert db.session.query(Submission).count() == 1


def test_another_press_on_a_received_bid_is_refused(bid: Application, applicant: Person) -> None:
    factory.send_in(bid, applicant)
    with pytest.raises(Blocked) as refused:
        submissions.submit(
            bid, key="other", signatory="Tomasz Bell", declared=list(DECLARED), actor=applicant
        )
    assert codes(refused) == ["wrong_state"]


@pytest.mark.parametrize(
    ("before", "state"), [(MILLISECOND, "submitted"), (0 * MILLISECOND, "draft"), (-MILLISECOND, "draft")]
)
def test_the_closing_instant_itself_is_too_late(
    call: Round, bid: Application, applicant: Person, before: timedelta, state: str
) -> None:
    """The round closes so long after the very transaction that sends the bid in began."""
    bid_id = bid.id
    db.session.rollback()
    call.closes_at = clock.now() + before
    if state == "submitted":
        factory.send_in(bid, applicant)
    else:
        with pytest.raises(Blocked) as refused:
            factory.send_in(bid, applicant)
        assert codes(refused) == ["round_closed"]
    assert db.session.get_one(Application, bid_id).state == state
    assert db.session.query(Submission).count() == (state == "submitted")


def test_every_gap_stops_a_bid_at_once(call: Round, applicant: Person) -> None:
    bid = factory.draft(call, applicant, factory.firm(applicant))
    with pytest.raises(Blocked) as refused:
        submissions.submit(bid, key="press", signatory="", declared=[], actor=applicant)
    assert codes(refused) == ["gap"] * 17 + ["amount_low", "not_declared"]
    assert (bid.state, bid.submitted_at, db.session.query(Submission).count()) == ("draft", None, 0)


def test_a_bid_is_taken_back_changed_and_sent_in_again(bid: Application, applicant: Person) -> None:
    first = factory.send_in(bid, applicant)
    submissions.reopen(bid, applicant)
    answers.save(bid, "team", {"text": "Two people."}, 1, applicant)
    second = factory.send_in(bid, applicant, key="second press")
    assert (first.number, second.number, first.sha256 == second.sha256) == (1, 2, False)
    assert first.content["answers"]["team"] == {"text": "Who will do it? Some words."}
    assert promised() == [("notify", "bid_received")] * 2


def test_the_first_press_repeated_after_a_change_is_refused(bid: Application, applicant: Person) -> None:
    factory.send_in(bid, applicant)
    submissions.reopen(bid, applicant)
    answers.save(bid, "team", {"text": "Two people."}, 1, applicant)
    with pytest.raises(submissions.OtherContentError):
        factory.send_in(bid, applicant)
    assert bid.state == "draft"


def test_what_was_sent_in_goes_forward_when_the_close_passes(bid: Application, applicant: Person) -> None:
    factory.send_in(bid, applicant)
    submissions.reopen(bid, applicant)
    costs.write(bid, applicant, Money(8_000_000, 2_500_000, 5_500_000, 5_000))
    rounds.move_to(rounds.CLOSES)
    with transaction():
        submissions.carry_forward(rounds.CLOSES)
        submissions.carry_forward(rounds.CLOSES)
    assert (bid.state, bid.grant_requested_pence) == ("submitted", 5_920_000)
    assert [each.sheet.asks_pence for each in cost_verbs.stated_of(bid)] == [5_920_000]
    assert promised() == [("notify", "bid_received"), ("notify", "version_carried_forward")]
    assert list(chain.verify()) == []


def test_a_draft_never_sent_in_stays_a_draft_after_the_close(bid: Application, applicant: Person) -> None:
    rounds.move_to(rounds.CLOSES)
    with transaction():
        submissions.carry_forward(rounds.CLOSES)
    assert bid.state == "draft"


@pytest.mark.parametrize("sent_in", [False, True])
def test_a_bid_is_withdrawn_and_that_is_its_end(bid: Application, applicant: Person, sent_in: bool) -> None:
    if sent_in:
        factory.send_in(bid, applicant)
    submissions.withdraw(bid, "We found another way.", applicant)
    assert bid.state == "withdrawn"
    for again in (
        lambda: submissions.withdraw(bid, "", applicant),
        lambda: factory.send_in(bid, applicant, "x"),
    ):
        with pytest.raises(Blocked) as refused:
            again()
        assert codes(refused) == ["wrong_state"]


def test_a_stranger_neither_sends_in_nor_takes_back_nor_withdraws(bid: Application) -> None:
    stranger = people.applicant("Nosy Parker", "nosy@rival.example")
    for act in (
        lambda: factory.send_in(bid, stranger),
        lambda: submissions.withdraw(bid, "", stranger),
    ):
        with pytest.raises(Blocked) as refused:
            act()
        assert codes(refused) == ["not_permitted"]
    assert bid.state == "draft"


def test_a_rolling_rounds_bid_joins_the_batch_whose_cut_off_comes_next(app_context: Flask) -> None:
    rounds.begin_demo()
    officer, applicant = people.officer(), people.applicant()
    first, second = datetime(2026, 11, 1, 12, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
    call, (early, late) = rounds.open_rolling_round(officer, (first, second))
    firm = factory.firm(applicant)
    project = replace(
        factory.PROJECT,
        theme=call.rules.themes[0].key,
    )
    money = replace(costs.MONEY, grant_requested_pence=11_840_000, match_funding_pence=0)
    made = [
        factory.complete(
            factory.draft(call, applicant, firm, title),
            applicant,
            replace(project, title=title),
            money=money,
        )
        for title in ("One", "Two")
    ]
    factory.send_in(made[0], applicant)
    rounds.move_to(first)
    factory.send_in(made[1], applicant)
    assert [bid.batch_id for bid in made] == [early.id, late.id]


def test_a_change_of_the_organisation_makes_its_part_incomplete(bid: Application, applicant: Person) -> None:
    size_facts.state(bid.organisation, Said(None, None, 20_000_000), applicant)
    with pytest.raises(Blocked) as refused:
        factory.send_in(bid, applicant)
    assert [blocker.reason for blocker in refused.value.blockers] == [
        "Give the figures of the organisation’s size: staff, turnover and gross assets."
    ]
