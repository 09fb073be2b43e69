"""The reserve list: who steps a bid up, from which money, where it goes then, and how the list is closed."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.funds import RoundBudget
from fundapp.models.meetings import Meeting
from fundapp.models.outbox import OutboxRow
from fundapp.queries.parts import parts_of
from fundapp.services import board, personas, reserve
from fundapp.services.budget import BudgetExceeded
from tests.factories import meetings, region
from tests.factories.meetings import CONDITIONS
from tests.factories.region import Region
from tests.stages import Stages, with_everybody
from workflows.actors import Permission, Role
from workflows.machine import Blocked
from workflows.rules.duties import Duty

pytestmark = pytest.mark.usefixtures("app_context")

Begin = Callable[..., tuple[Region, Meeting]]
PENCE = 5_000_000
WHY = "An offer lapsed."


@pytest.fixture
def begin(app_context: Flask, stages: Stages) -> Begin:
    """A region and a closed meeting that approved one bid and put two on the reserve list."""

    def started(slug: str = "future_innovation_fund", pence: int = PENCE) -> tuple[Region, Meeting]:
        def build() -> Region:
            here = region.invent_region()
            call = region.open_round(here, region.install(here, slug), budget=3 * pence)
            bids = meetings.assessed(here, call, [5, 5, 4], pence=pence)
            meeting = meetings.in_session(here, call, bids)
            board.declare_interest(meeting.items[2], "A cousin works there", leaves=True, actor=here.chair)
            for item, outcome in zip(list(meeting.items), ("approve", "reserve", "reserve"), strict=True):
                meetings.carry(here, item)
                actor = here.members[0] if item.position == 3 else here.chair
                board.record_outcome(
                    item, outcome, amount_pence=pence, reason="As minuted.", conditions=[], actor=actor
                )
            board.close(meeting, here.officer)
            return here

        here = with_everybody(stages.at(f"in_reserve_{slug}", build))
        return here, db.session.get_one(Meeting, 1)

    return started


def money() -> list[tuple[int, int]]:
    """What each year's budget holds and has committed."""
    rows = db.session.execute(
        select(RoundBudget.held_pence, RoundBudget.committed_pence).order_by(RoundBudget.financial_year)
    )
    return [(row[0], row[1]) for row in rows]


def promised(bid: Application, kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id))
    return [row.payload for row in rows if row.payload.get("case_id") == bid.id]


def step_up(here: Region, meeting: Meeting, position: int = 2, pence: int = PENCE) -> Decision:
    item = meeting.items[position - 1]
    return reserve.step_up(item, amount_pence=pence, reason=WHY, conditions=CONDITIONS, actor=here.chair)


def test_the_board_s_own_approval_takes_effect_at_once(begin: Begin) -> None:
    here, meeting = begin()
    bid = meeting.items[1].application
    before = sum(committed for _, committed in money())
    decision = step_up(here, meeting)
    assert bid.state == "approved"
    assert (sum(held for held, _ in money()), sum(spent for _, spent in money())) == (0, before + PENCE)
    assert (decision.body, decision.outcome, decision.amount_pence) == ("board", "approve", PENCE)
    assert (decision.reason, decision.conditions, decision.decided_by_id) == (WHY, CONDITIONS, here.chair.id)
    reserved = db.session.get_one(Decision, decision.supersedes_id)
    assert (reserved.outcome, reserved.submission_sha256) == ("reserve", decision.submission_sha256)
    assert [item.application.reference for item in reserve.waiting(meeting)] == ["FIF7-0003"]


def test_what_the_delegate_decides_goes_to_the_delegate_with_its_money_held(begin: Begin) -> None:
    here, meeting = begin("lcr_ventures", 20_000_000)
    bid = meeting.items[1].application
    before = sum(held for held, _ in money())
    decision = step_up(here, meeting, pence=20_000_000)
    assert (bid.state, decision.outcome) == ("awaiting_decision", "recommend")
    assert sum(held for held, _ in money()) == before + 20_000_000


def test_more_than_is_left_changes_nothing(begin: Begin) -> None:
    here, meeting = begin()
    budget = db.session.scalars(select(RoundBudget)).all()
    for year in budget:
        year.amount_pence = year.held_pence + year.committed_pence + PENCE - 1
    db.session.commit()
    before = money()
    with pytest.raises(BudgetExceeded):
        step_up(here, meeting)
    assert money() == before
    assert meeting.items[1].application.state == "reserve"
    assert db.session.query(Decision).count() == 3


@pytest.mark.parametrize("pence", [0, -1, PENCE + 1])
def test_an_amount_above_what_was_asked_or_of_nothing_is_refused(begin: Begin, pence: int) -> None:
    here, meeting = begin()
    with pytest.raises(Blocked) as blocked:
        step_up(here, meeting, pence=pence)
    assert [each.code for each in blocked.value.blockers] == ["amount"]


def test_only_a_chair_who_stayed_in_the_room_steps_a_bid_up(begin: Begin) -> None:
    here, meeting = begin()
    for person in (here.officer, here.members[0], here.decider):
        with pytest.raises(Blocked) as blocked:
            reserve.step_up(meeting.items[1], amount_pence=PENCE, reason=WHY, conditions=[], actor=person)
        assert [each.code for each in blocked.value.blockers] == ["not_permitted"]
    left = meeting.items[2]
    assert Permission.BID_STEP_UP not in held_by(here.chair, left)
    assert Permission.BID_STEP_UP not in held_by(here.chair, left.application)
    assert Permission.BID_STEP_UP in held_by(here.chair, meeting.items[1].application)
    with pytest.raises(Blocked) as blocked:
        step_up(here, meeting, position=3)
    assert [each.code for each in blocked.value.blockers] == ["not_permitted"]


def test_a_bid_is_stepped_up_once(begin: Begin) -> None:
    here, meeting = begin()
    step_up(here, meeting)
    with pytest.raises(Blocked) as blocked:
        step_up(here, meeting)
    assert [each.code for each in blocked.value.blockers] == ["not_in_reserve"]
    assert sum(spent for _, spent in money()) == 2 * PENCE


def test_closing_the_list_declines_its_bids_with_letters_that_somebody_else_lets_go(begin: Begin) -> None:
    here, meeting = begin()
    first, left = meeting.items[1].application, meeting.items[2].application
    made = reserve.close(meeting, "The money is spent.", here.chair)
    assert [(each.application_id, each.outcome, each.reason) for each in made] == [
        (first.id, "decline", "The money is spent.")
    ]
    assert (first.state, left.state) == ("declined", "reserve")
    assert here.chair.id in parts_of(first.id)[Duty.LETTER_MAKER]
    assert [each["letter"] for each in promised(first, "issue_letter")] == ["decline"]
    assert promised(first, "notify")[-1]["message"] == "not_funded"


def test_what_one_chair_left_the_room_for_another_chair_closes(begin: Begin) -> None:
    here, meeting = begin()
    reserve.close(meeting, WHY, here.chair)
    with pytest.raises(Blocked) as blocked:
        reserve.close(meeting, WHY, here.chair)
    assert blocked.value.blockers == (reserve.NOT_THEIRS,)
    other = personas.invent("Another Chair", "another.chair@people.example", Role.BOARD_CHAIR)
    assert len(reserve.close(meeting, WHY, other)) == 1
    with pytest.raises(Blocked) as blocked:
        reserve.close(meeting, WHY, other)
    assert blocked.value.blockers == (reserve.NONE_LEFT,)
