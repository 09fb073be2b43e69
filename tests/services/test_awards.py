"""Awards: the order the law sets, the limit and its window, who signs, when, and for which letter."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp import clock, ledger
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.funds import RoundBudget
from fundapp.models.letters import Letter
from fundapp.queries.letters import offer_letter
from fundapp.services import awards, demo_clock, letters, personas
from fundapp.transaction import transaction
from tests.factories import meetings, outbox, people, region
from tests.factories.region import Region
from tests.stages import Stages, with_everybody
from workflows.actors import Role
from workflows.machine import Blocked
from workflows.rules import schedule, subsidy
from workflows.rules.subsidy import Assistance

pytestmark = pytest.mark.usefixtures("app_context")

LIMIT = 31_500_000
AMOUNT = 5_000_000
Approve = Callable[..., tuple[Region, Award]]


def refusal(*codes: str) -> pytest.RaisesExc[Blocked]:
    return pytest.RaisesExc(
        Blocked, check=lambda blocked: tuple(each.code for each in blocked.blockers) == codes
    )


def today() -> date:
    day = clock.in_london(clock.now()).date()
    db.session.rollback()
    return day


def approved_bid() -> Region:
    """An approved bid, its decision still held."""
    here = region.invent_region()
    call = region.open_round(here, region.install(here))
    meetings.decided(here, call, meetings.assessed(here, call, [5]), ["approve"])
    return here


@pytest.fixture
def approve(app_context: Flask, stages: Stages) -> Approve:
    """That bid's award, its decision out or still held."""

    def approved(*, out: bool = True) -> tuple[Region, Award]:
        here = stages.at("approved_bid", approved_bid)
        if out:
            region.pass_time(days=60)
        return with_everybody(here), db.session.scalars(select(Award)).one()

    return approved


def offered(here: Region, award: Award, *received: Assistance) -> Award:
    awards.confirm_subsidy(award, received, here.applicants[0])
    outbox.work_off()
    awards.release_offer(award, here.second_officer)
    return award


def budgets(award: Award) -> tuple[int, int]:
    """What the round holds and has committed, over all its years."""
    rows = db.session.scalars(
        select(RoundBudget)
        .where(RoundBudget.round_id == award.application.round_id)
        .execution_options(populate_existing=True)
    ).all()
    return sum(each.held_pence for each in rows), sum(each.committed_pence for each in rows)


def test_the_law_sets_the_order(approve: Approve) -> None:
    here, award = approve(out=False)
    with refusal("mfa_not_notified"):
        awards.confirm_subsidy(award, [], here.applicants[0])
    region.pass_time(days=60)
    with refusal("mfa_not_confirmed", "no_letter"):
        awards.release_offer(award, here.second_officer)
    with refusal("wrong_state"):
        awards.accept(award, "Applicant 1", here.applicants[0])
    awards.confirm_subsidy(award, [], here.applicants[0])
    with refusal("no_letter"):
        awards.release_offer(award, here.second_officer)
    outbox.work_off()
    awards.release_offer(award, here.second_officer)
    assert (award.state, award.application.state) == ("offered", "offered")
    awards.accept(award, "Applicant 1", here.applicants[0])
    outbox.work_off()
    kinds = db.session.scalars(select(Letter.kind).order_by(Letter.id)).all()
    assert kinds == ["offer_of_grant", "mfa_confirmation"]
    assert ledger.balances(award_id=award.id)["contracted"] == AMOUNT


def test_exactly_the_limit_may_be_given(approve: Approve) -> None:
    here, award = approve()
    earlier = Assistance("mfa", today() - timedelta(days=30), LIMIT - AMOUNT)
    awards.confirm_subsidy(award, [earlier], here.applicants[0])
    assert (award.earlier_assistance_pence, award.state) == (26_500_000, "subsidy_check")


def test_a_penny_over_the_limit_is_refused_in_words_and_nothing_is_kept(approve: Approve) -> None:
    here, award = approve()
    earlier = Assistance("mfa", today() - timedelta(days=30), LIMIT - AMOUNT + 1)
    with pytest.raises(Blocked) as refused:
        awards.confirm_subsidy(award, [earlier], here.applicants[0])
    start = schedule.day_in_words(subsidy.window_start(today()))
    assert [each.reason for each in refused.value.blockers] == [
        f"£265,000.01 received since {start} plus £50,000 is £315,000.01, against a limit of £315,000."
    ]
    assert (award.earlier_assistance_pence, award.subsidy_confirmed_at) == (0, None)


def test_only_what_the_law_counts_in_the_window_counts(approve: Approve) -> None:
    here, award = approve()
    start = subsidy.window_start(today())
    received = [
        Assistance("mfa", start, 1_000),
        Assistance("tca_safa", start, 200),
        Assistance("mfa", start - timedelta(days=1), LIMIT),
        Assistance("other", today(), LIMIT),
    ]
    awards.confirm_subsidy(award, received, here.applicants[0])
    assert award.earlier_assistance_pence == 1_200
    assert award.earlier_assistance[2] == {
        "kind": "mfa", "given_on": (start - timedelta(days=1)).isoformat(), "gross_pence": LIMIT,
    }  # fmt: skip


@given(earlier=st.integers(0, 2 * LIMIT), amount=st.integers(1, LIMIT))
@settings(max_examples=50)
def test_within_the_limit_means_the_sum_does_not_pass_it(earlier: int, amount: int) -> None:
    assert subsidy.within(LIMIT, earlier, amount) == (earlier + amount <= LIMIT)


def test_the_limit_is_tested_again_at_acceptance(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    with transaction():
        award.earlier_assistance_pence = LIMIT
    with refusal("mfa_limit"):
        awards.accept(award, "Applicant 1", here.applicants[0])
    assert (award.state, award.accepted_at) == ("offered", None)


def test_only_the_person_named_signs(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    colleague = personas.invent("Colleague One", "colleague@firm1.example", Role.APPLICANT)
    people.join(award.application.organisation, colleague)
    with refusal("not_signatory"):
        awards.accept(award, "Colleague One", colleague)
    with refusal("not_signatory"):
        awards.decline(award, colleague)
    with refusal("not_permitted"):
        awards.accept(award, "Priya Lund", here.officer)
    assert award.state == "offered"


def test_an_offer_is_accepted_to_its_last_instant_and_not_after(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    accept_by = award.accept_by
    assert accept_by is not None
    demo_clock.move_clock(accept_by + timedelta(seconds=1))
    with refusal("offer_lapsed"):
        awards.accept(award, "Applicant 1", here.applicants[0])
    with transaction():
        awards.lapse_by_clock(clock.now())
    assert award.state == "lapsed"
    assert budgets(award) == (0, 0)
    outbox.work_off()
    assert {account: pence for account, pence in ledger.balances(award_id=award.id).items() if pence} == {}


def test_the_offer_may_be_accepted_by_the_instant_its_letter_names(approve: Approve) -> None:
    here, award = approve()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    region.pass_time(days=3)
    awards.release_offer(award, here.second_officer)
    letter = offer_letter(award.id)
    assert letter is not None
    assert award.accept_by == awards.reply_by(letter)


def test_an_offer_whose_date_has_passed_is_not_released(approve: Approve) -> None:
    here, award = approve()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    region.pass_time(days=31)
    with refusal("reply_by_past"):
        awards.release_offer(award, here.second_officer)
    assert award.state == "subsidy_check"


def test_a_void_letter_is_not_accepted_and_its_successor_is(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    first = offer_letter(award.id)
    assert first is not None
    letters.void(first, "The start date was wrong.", here.officer, make_again=True)
    with refusal("no_letter"):
        awards.accept(award, "Applicant 1", here.applicants[0])
    outbox.work_off()
    second = offer_letter(award.id)
    assert second is not None
    assert (second.number, second.replaces_id) == (2, first.id)
    with refusal("other_letter"):
        awards.accept(award, "Applicant 1", here.applicants[0], code=first.code)
    letters.release(second, here.second_officer)
    accepted = awards.accept(award, "Applicant 1", here.applicants[0], code=second.code)
    assert (accepted.letter_id, accepted.pdf_sha256) == (second.id, second.pdf_sha256)


def test_who_closed_the_meeting_does_not_release_the_offer(approve: Approve) -> None:
    here, award = approve()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    with refusal("same_person"):
        awards.release_offer(award, here.officer)
    for stranger in (here.finance[0], here.decider, here.chair):
        with refusal("not_permitted"):
            awards.release_offer(award, stranger)
    awards.release_offer(award, here.second_officer)
    assert award.state == "offered"


def test_an_offer_declined_gives_its_money_back(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    assert budgets(award) == (0, AMOUNT)
    awards.decline(award, here.applicants[0])
    outbox.work_off()
    assert award.state == "declined_by_applicant"
    assert budgets(award) == (0, 0)
    assert {account: pence for account, pence in ledger.balances(award_id=award.id).items() if pence} == {}
    with refusal("wrong_state"):
        awards.accept(award, "Applicant 1", here.applicants[0])


def test_an_offer_is_accepted_once(approve: Approve) -> None:
    here, award = approve()
    offered(here, award)
    awards.accept(award, "Applicant 1", here.applicants[0])
    with refusal("wrong_state"):
        awards.accept(award, "Applicant 1", here.applicants[0])
    with refusal("wrong_state"):
        awards.decline(award, here.applicants[0])
