"""Awards for tests: brought to a stage that is built once, and their claims and payments from there."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.people import Person
from fundapp.queries import awards as queries
from fundapp.services import awards, bank_accounts, claims, payments
from fundapp.services.claims import Line
from tests.factories import meetings, outbox
from tests.factories import region as made
from tests.factories.region import Region
from tests.stages import Stages, after, with_everybody
from workflows.rules.cost_sheets import Line as SheetLine

Reached = tuple[Region, list[Award]]
At = Callable[[Callable[[], Region]], Reached]


def reached(stages: Stages, build: Callable[[], Region]) -> Reached:
    """The stage that `build` makes, in the session of the context that is pushed, with its awards."""
    region = stages.at(build.__name__, build)
    return with_everybody(region), every_award()


def every_award() -> list[Award]:
    """The awards there are, in the order they were made."""
    return list(db.session.scalars(select(Award).order_by(Award.id)))


def one_approved() -> Region:
    """A grant of £50,000 for a project of £100,000, approved and not released yet."""
    return _approved(1)


@after(one_approved)
def one_accepted(region: Region) -> Region:
    """The same, released, offered and accepted."""
    return _accepted(region)


@after(one_accepted)
def one_live(region: Region) -> Region:
    """The same, started, at a time when every claim may be made."""
    return _live(region)


def one_that_buys_in() -> Region:
    """The same, £20,000 of its costs bought in: half of it in Liverpool, half outside the region."""
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bought_in = [
        SheetLine("subcontract", "Trials", {"pence": 1_000_000}, 10_000, place=place)
        for place in ("E08000012", "uk")
    ]
    bid = made.apply(region, call, 1, bought_in=bought_in)
    made.pass_time(days=31)
    made.assess(region, call, [bid], [5])
    meetings.decided(region, call, [bid], ["approve"])
    outbox.work_off()
    return _live(_accepted(region))


def two_approved() -> Region:
    """Two grants, approved and not released yet."""
    return _approved(2)


@after(two_approved)
def two_live(region: Region) -> Region:
    """Two projects under way."""
    return _live(_accepted(region))


def _approved(count: int) -> Region:
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bids = meetings.assessed(region, call, [5] * count)
    meetings.decided(region, call, bids, ["approve"] * count)
    outbox.work_off()
    return region


def _accepted(region: Region) -> Region:
    made.pass_time(days=60)
    found = every_award()
    for award, lead in zip(found, region.applicants, strict=True):
        awards.confirm_subsidy(award, [], lead)
    outbox.work_off()
    for award, lead in zip(found, region.applicants, strict=True):
        awards.release_offer(award, region.second_officer)
        awards.accept(award, lead.name, lead)
    outbox.work_off()
    return region


def _live(region: Region) -> Region:
    for award in every_award():
        awards.start(award, region.officer)
    made.pass_time(days=500)
    outbox.work_off()
    return region


def may_be_paid(region: Region, award: Award, lead: Person) -> None:
    """Meet the award's conditions and verify its bank details, by two of finance."""
    awards.discharge_condition(award, 1, region.officer)
    account = bank_accounts.enter(award.application.organisation, "Firm 1", "000000", "00000001", lead)
    bank_accounts.verify(account, region.finance[0])
    bank_accounts.verify(account, region.finance[1])


def cost(award: Award, pence: int, number: int = 1, **changed: object) -> Line:
    """One bill paid in the first days of the project, 80% of it R&D."""
    paid_on: date = award.starts_on + timedelta(days=3)
    fields: dict[str, object] = {
        "supplier": "Supplier",
        "invoice_number": f"INV-{number}",
        "invoiced_on": paid_on,
        "paid_on": paid_on,
        "net_pence": pence,
        "vat_pence": 0,
        "vat_recoverable": True,
        "category": "materials",
        "rd_type": "experimental",
        "rd_share_bp": 8_000,
    }
    return Line(**(fields | changed))  # type: ignore[arg-type]


def claims_of(award: Award) -> list[Claim]:
    """The award's claims, in order."""
    return list(queries.claims_of(award.id))


def approved_claim(region: Region, award: Award, lead: Person, number: int, pence: int) -> Claim:
    """One claim of one bill, checked by one of finance and approved by another."""
    claim = claims_of(award)[number - 1]
    claims.submit(claim, [cost(award, pence)], lead)
    claims.check(claim, {}, region.finance[0])
    claims.approve(claim, region.finance[1])
    return claim


def paid(region: Region, found: list[Claim], *, leaving: str = "") -> PaymentRun:
    """A run that pays these claims and that the bank confirms; promises of one kind may be left lying."""
    run = payments.prepare(found, region.finance[2])
    payments.approve(run, region.finance[3])
    payments.export(run, region.finance[2])
    answers = {line.end_to_end_id: payments.PAID for line in run.lines}
    on = clock.now().date()
    db.session.rollback()
    payments.confirm(run, answers, on, region.finance[2])
    outbox.work_off(leaving=leaving)
    return run
