"""The board's meeting: who votes, what is carried, how the last money goes to one bid, what closing needs."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.decisions import Decision
from fundapp.models.funds import Round, RoundBudget
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.people import Person, RoleGrant
from fundapp.services import board, outcomes
from fundapp.services.budget import BudgetExceeded
from fundapp.services.votes import count_votes
from fundapp.transaction import transaction
from tests.at_once import at_once
from tests.factories import meetings, region
from tests.factories.region import Region
from tests.stages import Stages, with_everybody
from workflows.actors import Permission, Role
from workflows.machine import Blocked
from workflows.rules.quorum import Choice

pytestmark = pytest.mark.usefixtures("app_context")

Begin = Callable[..., tuple[Region, Meeting]]


@pytest.fixture
def begin(app_context: Flask, stages: Stages) -> Begin:
    """A region and a meeting in session on as many bids as marks are given."""

    def started(*marks: int, pence: int = 5_000_000, budget: int = 80_000_000) -> tuple[Region, Meeting]:
        def build() -> Region:
            here = region.invent_region()
            call = region.open_round(here, region.install(here), budget=budget)
            bids = meetings.assessed(here, call, marks or (5,), pence=pence)
            meetings.in_session(here, call, bids)
            return here

        name = f"in_session_{len(marks)}_{pence}_{budget}"
        here = with_everybody(stages.at(name, build))
        return here, db.session.get_one(Meeting, 1)

    return started


@pytest.fixture
def papers(app_context: Flask, stages: Stages) -> tuple[Region, Meeting]:
    """A region and a meeting on one bid whose papers are out."""

    def build() -> Region:
        here = region.invent_region()
        call = region.open_round(here, region.install(here))
        board.issue_papers(meetings.plan(here, call, meetings.assessed(here, call, [5])), here.officer)
        return here

    here = with_everybody(stages.at("papers", build))
    return here, db.session.get_one(Meeting, 1)


def held(call: Round) -> list[tuple[int, int]]:
    """What each year's budget holds and has committed."""
    rows = db.session.execute(
        select(RoundBudget.held_pence, RoundBudget.committed_pence)
        .where(RoundBudget.round_id == call.id)
        .order_by(RoundBudget.financial_year)
    ).all()
    return [(row[0], row[1]) for row in rows]


def refusal(code: str) -> pytest.RaisesExc[Blocked]:
    return pytest.RaisesExc(Blocked, check=lambda blocked: [each.code for each in blocked.blockers] == [code])


def test_a_vote_is_cast_once(begin: Begin) -> None:
    here, meeting = begin()
    item = meeting.items[0]
    board.vote(item, Choice.FOR, here.members[0])
    with refusal("voted"):
        board.vote(item, Choice.AGAINST, here.members[0])
    assert [(vote.person_id, vote.choice) for vote in item.votes] == [(here.members[0].id, "for")]


def test_nobody_from_outside_the_meeting_votes(begin: Begin) -> None:
    here, meeting = begin()
    for stranger in (here.officer, here.decider, here.assessors[0], here.applicants[0]):
        with refusal("not_permitted"):
            board.vote(meeting.items[0], Choice.FOR, stranger)


def test_a_member_who_is_not_there_does_not_vote(papers: tuple[Region, Meeting]) -> None:
    here, meeting = papers
    with refusal("not_in_session"):
        board.vote(meeting.items[0], Choice.FOR, here.members[0])
    board.open_session(meeting, here.board[:-1], here.chair)
    with refusal("not_able"):
        board.vote(meeting.items[0], Choice.FOR, here.members[-1])


def test_a_meeting_does_not_open_without_its_quorum(papers: tuple[Region, Meeting]) -> None:
    here, meeting = papers
    with refusal("no_quorum"):
        board.open_session(meeting, here.board[:4], here.chair)
    assert meeting.state == "papers_issued"
    assert [member.is_present for member in meeting.members] == [False] * 7


def test_who_leaves_the_room_sees_no_papers_and_has_no_vote(begin: Begin) -> None:
    here, meeting = begin()
    item, member = meeting.items[0], here.members[0]
    assert Permission.BID_READ in held_by(member, item)
    board.vote(item, Choice.FOR, member)
    board.declare_interest(item, "Holds shares in a supplier", True, member)
    assert {Permission.BID_READ, Permission.MEETING_VOTE} & held_by(member, item) == set()
    assert Permission.BID_READ not in held_by(member, item.application)
    assert (count_votes(item).votes_for, count_votes(item).able) == (0, 6)
    with refusal("not_able"):
        board.vote(item, Choice.FOR, member)


def test_who_declares_and_stays_still_votes(begin: Begin) -> None:
    here, meeting = begin()
    item, member = meeting.items[0], here.members[0]
    board.declare_interest(item, "Met the founder at an event", False, member)
    board.vote(item, Choice.FOR, member)
    board.declare_interest(item, "And has shares after all", True, member)
    board.declare_interest(item, "Says it is not much", False, member)
    assert [each.leaves for each in item.declarations] == [True]
    assert count_votes(item).votes_for == 0


def test_where_the_chair_leaves_another_member_takes_the_chair_for_that_item(begin: Begin) -> None:
    here, meeting = begin(5, 4)
    first, second = meeting.items
    board.declare_interest(first, "Is the founder’s cousin", True, here.chair)
    meetings.carry(here, first)
    with refusal("recused"):
        meetings.record(here, first)
    board.record_outcome(
        first, "approve", amount_pence=100, reason="Good.", conditions=[], actor=here.members[0]
    )
    assert first.recorded_by_id == here.members[0].id
    meetings.carry(here, second)
    with refusal("not_permitted"):
        board.record_outcome(
            second, "approve", amount_pence=100, reason="Good.", conditions=[], actor=here.members[0]
        )


def test_who_took_another_part_in_the_bid_does_not_vote_on_it(app_context: Flask) -> None:
    here = region.invent_region()
    call = region.open_round(here, region.install(here))
    bids = meetings.assessed(here, call, [5])
    reader = db.session.scalars(
        select(Person)
        .join(Assessment, Assessment.assessor_id == Person.id)
        .where(Assessment.application_id == bids[0].id)
        .limit(1)
    ).one()
    with transaction():
        grant = RoleGrant(person_id=reader.id, role=Role.BOARD_MEMBER.value, granted_at=clock.now())
        db.session.add(grant)
    here.members.append(reader)
    meeting = meetings.in_session(here, call, bids)
    with refusal("same_person"):
        board.vote(meeting.items[0], Choice.FOR, reader)


def test_an_item_without_its_quorum_can_only_be_deferred(begin: Begin) -> None:
    here, meeting = begin()
    item = meeting.items[0]
    for member in here.members[:3]:
        board.declare_interest(item, "Has an interest", True, member)
    meetings.carry(here, item)
    assert (count_votes(item).votes_for, count_votes(item).quorate) == (4, False)
    with refusal("not_carried"):
        meetings.record(here, item)
    assert meetings.record(here, item, "defer").outcome == "defer"


def test_an_outcome_holds_its_amount_and_another_frees_it(begin: Begin) -> None:
    here, meeting = begin()
    item = meetings.carry(here, meeting.items[0])
    meetings.record(here, item, pence=4_000_000)
    assert sum(each[0] for each in held(meeting.round)) == 4_000_000
    meetings.record(here, item, pence=5_000_000)
    assert sum(each[0] for each in held(meeting.round)) == 5_000_000
    meetings.record(here, item, "reserve")
    assert held(meeting.round) == [(0, 0), (0, 0)]


def test_an_approval_is_of_no_more_than_the_bid_asks(begin: Begin) -> None:
    here, meeting = begin()
    item = meetings.carry(here, meeting.items[0])
    for pence in (0, -1, 5_000_001):
        with refusal("amount"):
            meetings.record(here, item, pence=pence)
    assert held(meeting.round) == [(0, 0), (0, 0)]


def test_an_approval_over_the_budget_changes_nothing(begin: Begin) -> None:
    here, meeting = begin(5, 4, budget=9_000_000)
    first, second = meeting.items
    meetings.record(here, meetings.carry(here, first))
    with pytest.raises(BudgetExceeded, match="£50,000 is more than the £40,000 left"):
        meetings.record(here, meetings.carry(here, second))
    assert second.outcome is None
    assert sum(each[0] for each in held(meeting.round)) == 5_000_000
    meetings.record(here, second, pence=4_000_000)
    assert sum(each[0] for each in held(meeting.round)) == 9_000_000


def test_the_last_money_goes_to_exactly_one_of_two_bids_at_once(begin: Begin, app_context: Flask) -> None:
    here, meeting = begin(5, 4, budget=5_000_000)
    items = [meetings.carry(here, item).id for item in meeting.items]
    chair, round_id = here.chair.id, meeting.round_id

    def record(item_id: int) -> str:
        item, actor = db.session.get_one(MeetingItem, item_id), db.session.get_one(Person, chair)
        try:
            board.record_outcome(
                item, "approve", amount_pence=5_000_000, reason="Good.", conditions=[], actor=actor
            )
        except BudgetExceeded:
            return "refused"
        return "held"

    db.session.rollback()
    ended = at_once(app_context, *(partial(record, item_id) for item_id in items))
    assert sorted(ended) == ["held", "refused"]
    assert sum(each[0] for each in held(db.session.get_one(Round, round_id))) == 5_000_000


def test_a_meeting_closes_only_with_an_outcome_for_every_item(begin: Begin) -> None:
    here, meeting = begin(5, 4)
    first, second = meeting.items
    meetings.record(here, meetings.carry(here, first))
    with refusal("items_open"):
        board.close(meeting, here.officer)
    assert db.session.scalars(select(Decision)).all() == []
    meetings.record(here, second, "defer")
    board.close(meeting, here.officer)
    assert [item.application.state for item in meeting.items] == ["approved", "deferred"]
    assert held(meeting.round) in ([(0, 5_000_000), (0, 0)], [(0, 0), (0, 5_000_000)])
    award = db.session.scalars(select(Award)).one()
    assert (award.amount_pence, award.state) == (5_000_000, "subsidy_check")
    assert [each.text for each in award.conditions] == ["Show your match."]


def test_an_outcome_that_is_no_longer_carried_stops_the_close(begin: Begin) -> None:
    here, meeting = begin()
    item = meeting.items[0]
    for member in here.members[:4]:
        board.vote(item, Choice.FOR, member)
    meetings.record(here, item)
    board.declare_interest(item, "Remembers a share", True, here.members[0])
    with refusal("not_carried"):
        board.close(meeting, here.officer)
    assert (meeting.state, item.application.state) == ("in_session", "at_board")


def test_after_the_close_nothing_of_the_meeting_changes(begin: Begin) -> None:
    here, meeting = begin()
    item = meetings.record(here, meetings.carry(here, meeting.items[0]), "decline")
    board.close(meeting, here.officer)
    with refusal("not_in_session"):
        meetings.record(here, item, "reserve")
    with refusal("meeting_over"):
        board.declare_interest(item, "Too late", True, here.members[0])
    with refusal("wrong_state"):
        board.close(meeting, here.officer)
    board.sign_minutes(meeting, here.chair)
    assert meeting.state == "minutes_signed"


def test_an_abandoned_meeting_frees_what_it_held(begin: Begin) -> None:
    here, meeting = begin()
    meetings.record(here, meetings.carry(here, meeting.items[0]))
    board.abandon(meeting, "The heating failed.", here.officer)
    assert held(meeting.round) == [(0, 0), (0, 0)]
    assert meeting.state == "abandoned"


def test_a_decision_is_bound_to_the_version_that_was_judged(begin: Begin) -> None:
    here, meeting = begin()
    item = meetings.record(here, meetings.carry(here, meeting.items[0]))
    board.close(meeting, here.officer)
    made = db.session.scalars(select(Decision)).one()
    assert made.submission_sha256 == outcomes.approvals.latest_version(item.application).sha256
    assert (made.body, made.outcome, made.amount_pence, made.decided_by_id) == (
        "board", "approve", 5_000_000, here.chair.id,
    )  # fmt: skip


CHOICES = st.lists(st.sampled_from([None, *Choice]), min_size=7, max_size=7)


@given(choices=CHOICES, leaving=st.sets(st.integers(0, 6), max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_approval_is_recorded_exactly_when_most_of_those_able_voted_for_it(
    shared_meeting: tuple[Region, Meeting], choices: list[Choice | None], leaving: set[int]
) -> None:
    here, meeting = shared_meeting
    item = next(each for each in meeting.items if not each.votes and not each.declarations)
    able = [seat for seat in range(7) if seat not in leaving]
    for seat in sorted(leaving):
        board.declare_interest(item, "An interest", True, here.board[seat])
    for seat in able:
        if (choice := choices[seat]) is not None:
            board.vote(item, choice, here.board[seat])
    given_for = sum(choices[seat] is Choice.FOR for seat in able)
    against = sum(choices[seat] is Choice.AGAINST for seat in able)
    tied = given_for == against > 0 and 0 in able and choices[0] is Choice.FOR
    wanted = len(able) >= 5 and (given_for > len(able) // 2 or tied)
    actor = here.chair if 0 in able else here.board[able[0]]
    expected: AbstractContextManager[object] = nullcontext() if wanted else refusal("not_carried")
    with expected:
        board.record_outcome(item, "approve", amount_pence=1, reason="Good.", conditions=[], actor=actor)
    assert item.outcome == ("approve" if wanted else None)


@pytest.fixture
def shared_meeting(begin: Begin) -> tuple[Region, Meeting]:
    """A meeting with an item for every example."""
    return begin(*[5] * 16, pence=2_500_000)
