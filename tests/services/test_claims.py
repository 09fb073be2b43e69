"""Claims add up to the penny in any order, are reduced with a reason only, and need two people each."""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp import ledger
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.people import Person
from fundapp.models.sums import LedgerSum
from fundapp.services import claims
from fundapp.services.claims import Reduction
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories.awards import At
from tests.factories.region import Region
from tests.stages import Stages
from workflows.machine import Blocked
from workflows.rules import money

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def at(app_context: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def overdrawn() -> list[str]:
    """Every account but funding that is below nothing, in any round and year."""
    found = select(LedgerSum.account).where(LedgerSum.account != "funding", LedgerSum.pence < 0)
    return list(db.session.scalars(found))


def come_to(award: Award) -> tuple[int, int, int]:
    """Approved cost, payable and kept of an award's approved claims."""
    found = [each for each in factory.claims_of(award) if each.state == "approved"]
    cost = sum(line.approved_pence for each in found for line in each.lines)
    return cost, sum(each.payable_pence for each in found), sum(each.retained_pence for each in found)


def what_is_due(award: Award, cost: int) -> tuple[int, int]:
    """What one claim for all of that cost would pay and keep."""
    earned = min(money.share(cost, award.rate_bp), award.amount_pence)
    kept = money.share(earned, award.retention_bp)
    return earned - kept, kept


def some_reductions(random: Random, claim: Claim) -> Mapping[int, Reduction]:
    return {
        line.number: Reduction(random.randint(0, line.approved_pence), "Not for this project.")
        for line in claim.lines
        if random.random() < 0.4
    }


def claim_is_worth_something(claim: Claim, award: Award) -> bool:
    """Whether paying this claim as well would pay anything more."""
    cost, payable, _ = come_to(award)
    return what_is_due(award, cost + sum(line.approved_pence for line in claim.lines))[0] > payable


def run_through(region: Region, award: Award, lead_number: int, random: Random) -> None:
    """Make every claim, check them in one order and approve them in another, as people really do."""
    lead = region.applicants[lead_number]
    found = factory.claims_of(award)
    for claim in found:
        lines = [
            factory.cost(award, random.randint(1, 4_000_003), number)
            for number in range(random.randint(1, 4))
        ]
        claims.submit(claim, lines, lead)
    for claim in random.sample(found, len(found)):
        claims.check(claim, some_reductions(random, claim), region.finance[0])
    for claim in random.sample(found, len(found)):
        if claim_is_worth_something(claim, award):
            claims.approve(claim, region.finance[1])
        else:
            with pytest.raises(Blocked, match="Nothing is payable"):
                claims.approve(claim, region.finance[1])
            claims.reject(claim, "Nothing of it can be paid.", region.finance[1])
        cost, payable, kept = come_to(award)
        assert (payable, kept) == what_is_due(award, cost)
        outbox.work_off()
        assert overdrawn() == []


def test_claims_add_up_to_what_one_claim_for_everything_would_come_to(at: At) -> None:
    region, both = at(factory.two_live)
    for number, award in enumerate(both):
        run_through(region, award, number, Random(number))
        cost, payable, kept = come_to(award)
        balances = ledger.balances(award_id=award.id)
        assert (balances["payable"], balances["retained"]) == (payable, kept)
        assert balances["contracted"] == award.amount_pence - payable - kept
        assert sum(balances.values()) == 0
        assert cost > 0


def test_a_claim_is_checked_line_by_line_and_asked_about(at: At) -> None:
    region, (award,) = at(factory.one_live)
    lead = region.applicants[0]
    claim = factory.claims_of(award)[0]
    finance = region.finance

    with pytest.raises(Blocked, match="The claim has no costs yet"):
        claims.submit(claim, [], lead)
    before = factory.cost(award, 100, paid_on=award.starts_on.replace(year=award.starts_on.year - 1))
    with pytest.raises(Blocked, match="Line 1 was paid outside the project's dates"):
        claims.submit(claim, [before], lead)
    with pytest.raises(Blocked, match="You may not do this"):
        claims.submit(claim, [factory.cost(award, 100)], finance[0])
    assert (claim.state, claim.lines) == ("due", [])

    bills = [
        factory.cost(award, 100_000, 1, vat_pence=20_000, vat_recoverable=False),
        factory.cost(award, 50_000, 2, vat_pence=10_000),
    ]
    claims.submit(claim, bills, lead)
    assert [line.approved_pence for line in claim.lines] == [120_000, 50_000]

    claims.query(claim, "What was the second bill for?", finance[0])
    assert claim.state == "queried"
    claims.submit(claim, bills, lead)

    refused = (
        ({1: Reduction(110_000, " ")}, "Line 1 is reduced without a reason"),
        ({1: Reduction(120_001, "More, please")}, "Line 1: approve £1,200 at most"),
        ({2: Reduction(-1, "Less than nothing")}, "Line 2: approve £500 at most"),
    )
    for reductions, why in refused:
        with pytest.raises(Blocked, match=why):
            claims.check(claim, reductions, finance[0])
        assert (claim.state, [line.approved_pence for line in claim.lines]) == (
            "submitted",
            [120_000, 50_000],
        )
    claims.check(claim, {1: Reduction(110_000, "Half of it was for another project.")}, finance[0])
    assert (claim.payable_pence, claim.retained_pence, claim.checked_by_id) == (72_000, 8_000, finance[0].id)

    for person, why in ((finance[0], "already checked this claim"), (lead, "You may not do this")):
        with pytest.raises(Blocked, match=why):
            claims.approve(claim, person)
    claims.approve(claim, finance[1])
    assert (claim.state, claim.approved_by_id) == ("approved", finance[1].id)
    with pytest.raises(Blocked, match="not possible while this is"):
        claims.approve(claim, finance[1])


def whoever_may(people: list[Person], act: Callable[[Person], object]) -> tuple[int, list[str]]:
    """Who of them was allowed, tried in order, and why each before was not."""
    refused: list[str] = []
    for person in people:
        try:
            act(person)
        except Blocked as blocked:
            refused += [each.code for each in blocked.blockers]
        else:
            return person.id, refused
    raise AssertionError(f"nobody may: {refused}")


def test_nobody_both_checks_and_approves_on_one_award_whoever_tries_first(at: At) -> None:
    region, (award,) = at(factory.one_live)
    checkers, approvers = set(), set()
    random = Random(7)
    for claim in factory.claims_of(award):
        claims.submit(claim, [factory.cost(award, 10_000)], region.applicants[0])
        order = random.sample(region.finance, len(region.finance))
        checker, why_not_check = whoever_may(order, partial(claims.check, claim, {}))
        approver, why_not_approve = whoever_may(order, partial(claims.approve, claim))
        assert {*why_not_check, *why_not_approve} <= {"same_person"}
        checkers.add(checker)
        approvers.add(approver)
    assert not checkers & approvers


def test_the_record_of_a_claim_says_who_did_what(at: At) -> None:
    region, (award,) = at(factory.one_live)
    claim = factory.approved_claim(region, award, region.applicants[0], 1, 100_000)
    frozen = claims.figures(claim)
    assert (frozen["payable_pence"], frozen["retained_pence"], len(frozen["lines"])) == (45_000, 5_000, 1)
    assert frozen["lines"][0] == {
        "pence": 100_000, "rd_share_bp": 8_000, "rd_type": "experimental", "nature": "cash",
        "paid_on": claim.lines[0].paid_on.isoformat(),
    }  # fmt: skip
