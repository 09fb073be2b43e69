"""Awards for tests: carried from bids to live projects by the service verbs, and their claims from there."""

from datetime import date, timedelta
from pkgutil import resolve_name

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.funds import Round
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.outbox import ROUTES
from fundapp.queries import awards as queries
from fundapp.services import awards, bank_accounts, board, claims, payments
from fundapp.services.claims import Line
from tests.factories import region as made
from tests.factories.region import Region
from workflows.rules.quorum import Choice


def work_off_outbox() -> None:
    """Run every due job in this process, as workers would."""
    while True:
        due = db.session.execute(
            select(OutboxRow.id, OutboxRow.kind)
            .where(
                OutboxRow.done_at.is_(None),
                OutboxRow.parked_at.is_(None),
                OutboxRow.next_at <= func.fundapp_now(),
            )
            .order_by(OutboxRow.id)
        ).all()
        db.session.rollback()
        if not due:
            return
        for row_id, kind in due:
            outcome = resolve_name(ROUTES[kind].job)(row_id)
            row = db.session.get(OutboxRow, row_id)
            assert outcome in ("done", "skipped"), row and row.last_error


def decide_all(region: Region, call: Round, bids: list[Application], outcomes: list[str]) -> None:
    """One meeting decides every bid, all voting for it, with a condition before the first payment."""
    meeting = board.plan_meeting(
        call,
        title="Investment panel",
        meets_at=made.now() + timedelta(days=1),
        quorum=5,
        members=region.members,
        chair=region.chair,
        bids=bids,
        actor=region.officer,
    )
    board.issue_papers(meeting, region.officer)
    board.open_session(meeting, region.board, region.chair)
    for item, outcome in zip(list(meeting.items), outcomes, strict=True):
        for member in region.board:
            board.vote(item, Choice.FOR, member)
        board.record_outcome(
            item,
            outcome,
            amount_pence=item.application.grant_requested_pence,
            reason="The need is clearly shown.",
            conditions=[
                {"moment": "Before the first payment", "text": "Show your match.", "before_payment": True}
            ],
            actor=region.chair,
        )
    board.close(meeting, region.officer)


def approved(region: Region, count: int = 1) -> list[Award]:
    """So many grants of £50,000 for projects of £100,000, approved and not released yet."""
    call = made.open_round(region, made.install(region))
    bids = [made.apply(region, call, number) for number in range(1, count + 1)]
    made.pass_time(days=31)
    made.assess(region, call, bids, [5] * count)
    decide_all(region, call, bids, ["approve"] * count)
    work_off_outbox()
    return list(queries.of_round(call.id))


def accepted(region: Region, count: int = 1) -> list[Award]:
    """The same, released, offered and accepted."""
    found = approved(region, count)
    made.pass_time(days=60)
    for award, lead in zip(found, region.applicants, strict=True):
        awards.confirm_subsidy(award, [], lead)
    work_off_outbox()
    for award, lead in zip(found, region.applicants, strict=True):
        awards.release_offer(award, region.second_officer)
        awards.accept(award, lead.name, lead)
    work_off_outbox()
    return found


def live(region: Region, count: int = 1) -> list[Award]:
    """The same, started, at a time when every claim may be made."""
    found = accepted(region, count)
    for award in found:
        awards.start(award, region.officer)
    made.pass_time(days=500)
    work_off_outbox()
    return found


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


def paid(region: Region, found: list[Claim]) -> PaymentRun:
    """A run that pays these claims and that the bank confirms."""
    run = payments.prepare(found, region.finance[2])
    payments.approve(run, region.finance[3])
    payments.export(run, region.finance[2])
    answers = {line.end_to_end_id: payments.PAID for line in run.lines}
    on = made.now().date()
    payments.confirm(run, answers, on, region.finance[2])
    work_off_outbox()
    return run
