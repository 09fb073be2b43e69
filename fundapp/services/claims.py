"""Claims in arrears: opened with the project, made, checked, approved; each approval feeds the R&D total."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, ClaimLine
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import approvals, casework
from fundapp.transaction import lock, transaction
from workflows.rules import costs
from workflows.rules.cost_sums import places_by_category
from workflows.rules.money import in_words
from workflows.rules.rd_spend import Nature

COUNTING = ("approved", "in_run", "paid")
WITH_US = ("submitted", "checked", "approved", "in_run")


@dataclass(frozen=True, slots=True)
class Line:
    """One cost as an applicant claims it: pence, dates, whether VAT comes back, what part is R&D."""

    supplier: str
    invoice_number: str
    invoiced_on: date
    paid_on: date
    net_pence: int
    vat_pence: int
    vat_recoverable: bool
    category: str
    rd_type: str
    rd_share_bp: int


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a checker allows of a line, and why where it is less than was claimed."""

    approved_pence: int
    reason: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """The claim that would pay what is kept back from an award, for asking the rulebook beforehand."""

    payable_pence: int
    state: str = "due"


def open_for(award: Award) -> list[Claim]:
    """Open one claim for each instalment of an award; part of starting its project."""
    return [_open(award, each.number, each.due_on) for each in award.instalments]


@transaction()
def submit(claim: Claim, lines: Sequence[Line], actor: Person) -> Claim:
    """Make a claim for costs already paid.

    In order: the lines replace those of an earlier try; the rulebook tests that nothing is missing;
    finance and the applicant are told.
    """
    db.session.execute(delete(ClaimLine).where(ClaimLine.claim_id == claim.id))
    db.session.add_all(_line(claim, number, each) for number, each in enumerate(lines, start=1))
    claim.submitted_at, claim.submitted_by_id = clock.now(), actor.id
    casework.advance(claim, "submit", actor, facts={"gaps": _gaps(claim.award, lines)})
    return claim


@transaction()
def query(claim: Claim, question: str, actor: Person) -> Claim:
    """Ask the applicant about a claim; it waits for their answer."""
    casework.advance(claim, "query", actor, facts={"reason": question}, personal={"question": question})
    return claim


@transaction()
def check(claim: Claim, reductions: Mapping[int, Reduction], actor: Person) -> Claim:
    """Check each line against its evidence, by number; a line reduced says why.

    In order: the award is held, so that its claims are counted one at a time; approved amounts and
    reasons are kept; what is payable and what is retained follow from all claims so far; the checker is
    recorded, and may not approve.
    """
    lock(claim.award)
    gaps = tuple(gap for line in claim.lines for gap in _reduce(line, reductions.get(line.number)))
    _work_out(claim)
    casework.advance(
        claim,
        "check",
        actor,
        facts={"parts": parts_of(claim.award.application_id), "gaps": gaps},
        recorded={"payable_pence": claim.payable_pence, "retained_pence": claim.retained_pence},
    )
    claim.checked_by_id = actor.id
    return claim


@transaction()
def approve(claim: Claim, actor: Person) -> Claim:
    """Approve a checked claim: it becomes payable, and its R&D cost counts as defrayed.

    In order: the award is held; what is payable is worked out again, for another claim of the award may
    have been approved since this one was checked; the postings' figures are frozen in the event; the
    approver is recorded, and may not release the payment.
    """
    lock(claim.award)
    _work_out(claim)
    casework.advance(
        claim,
        "approve",
        actor,
        facts={"parts": parts_of(claim.award.application_id), "award_left_pence": award_left(claim)},
        recorded=figures(claim),
    )
    claim.approved_by_id, claim.approved_at = actor.id, clock.now()
    return claim


@transaction()
def reject(claim: Claim, reason: str, actor: Person) -> Claim:
    """Reject a checked claim, with the reason the applicant reads."""
    casework.advance(
        claim,
        "reject",
        actor,
        facts={"parts": parts_of(claim.award.application_id), "reason": reason},
        personal={"reason": reason},
    )
    return claim


@transaction()
def release_retention(award: Award, actor: Person) -> Claim:
    """Accept the final report: what was kept back from the award's claims becomes payable.

    In order: the award is held; a claim without costs is opened that pays it and takes it off what is
    kept back; it is approved, and waits for a payment run like any other.
    """
    lock(award)
    claim = _open(award, _next_number(award.id), award.ends_on)
    kept = kept_back(award.id)
    claim.payable_pence, claim.retained_pence = kept, -kept
    claim.submitted_at = clock.now()
    casework.advance(
        claim, "release_retention", actor, facts=retention_facts(award),
        recorded=approvals.figures(award, award.application) | {"payable_pence": claim.payable_pence},
    )  # fmt: skip
    claim.approved_by_id, claim.approved_at = actor.id, clock.now()
    return claim


def retention_facts(award: Award) -> dict[str, object]:
    """What the rulebook wants to know before what was kept back is released."""
    gaps = [] if award.state == "live" else ["The project is not under way."]
    if open_on(award.id):
        gaps.append("Claims made are not yet paid or rejected.")
    return {"parts": parts_of(award.application_id), "gaps": tuple(gaps)}


def open_on(award_id: int) -> int:
    """How many claims of an award lie with the office or the bank."""
    wanted = select(func.count()).where(Claim.award_id == award_id, Claim.state.in_(WITH_US))
    return db.session.scalars(wanted).one()


def kept_back(award_id: int) -> int:
    """What is kept back from the approved claims of an award until its final report, in pence."""
    wanted = select(func.coalesce(func.sum(Claim.retained_pence), 0)).where(
        Claim.award_id == award_id, Claim.state.in_(COUNTING)
    )
    return int(db.session.scalars(wanted).one())


def award_left(claim: Claim) -> int:
    """The award less everything payable, retained or paid on its other claims, in pence."""
    spoken_for = db.session.scalar(
        select(func.coalesce(func.sum(Claim.payable_pence + Claim.retained_pence), 0)).where(
            Claim.award_id == claim.award_id, Claim.id != claim.id, Claim.state.in_(COUNTING)
        )
    )
    return claim.award.amount_pence - int(spoken_for or 0) - claim.retained_pence


def figures(claim: Claim) -> dict[str, Any]:
    """Everything the ledger and the R&D total derive from a claim, frozen for its event.

    A claim does not say where work was done, by whom it was bought from or by a partner; it is taken to be
    done where the sheets the award rests on foresaw it, category by category in the same parts.
    """
    bid = claim.award.application
    terms = bid.round.rules.costs
    places = places_by_category((each.sheet for each in approvals.sheets_of(bid)), terms)
    return approvals.figures(claim.award, bid) | {
        "payable_pence": claim.payable_pence,
        "retained_pence": claim.retained_pence,
        "lines": [_entered(line, places.get(line.category, {})) for line in claim.lines],
    }


def _entered(line: ClaimLine, places: Mapping[str, int]) -> dict[str, Any]:
    entered = {
        "pence": line.approved_pence,
        "rd_share_bp": line.rd_share_bp,
        "rd_type": line.rd_type,
        "nature": Nature.CASH,
        "paid_on": line.paid_on.isoformat(),
    }
    return entered | ({"places": places} if places else {})


def _open(award: Award, number: int, period_ends_on: date) -> Claim:
    claim = Claim(
        award_id=award.id, number=number, period_ends_on=period_ends_on, payable_pence=0, retained_pence=0
    )
    casework.open_case(claim, casework.SYSTEM, recorded={"award_id": award.id, "number": number})
    return claim


def _next_number(award_id: int) -> int:
    return (db.session.scalar(select(func.max(Claim.number)).where(Claim.award_id == award_id)) or 0) + 1


def _line(claim: Claim, number: int, each: Line) -> ClaimLine:
    values = {name: getattr(each, name) for name in Line.__slots__}
    return ClaimLine(
        claim_id=claim.id, number=number, approved_pence=eligible(each), reduction_reason="", **values
    )


def _gaps(award: Award, lines: Sequence[Line]) -> tuple[str, ...]:
    found = [] if lines else ["The claim has no costs yet."]
    if award.state != "live":
        found.append("The award has ended, so nothing more can be claimed on it.")
    today = clock.in_london(clock.now()).date()
    for number, line in enumerate(lines, start=1):
        if not award.starts_on <= line.paid_on <= award.ends_on:
            found.append(f"Line {number} was paid outside the project's dates.")
        if line.paid_on > today:
            found.append(f"Line {number} is not paid yet; claim it once it is.")
    return tuple(found)


def eligible(line: Line | ClaimLine) -> int:
    """The most that may be approved of a line: its cost, with VAT only where that cannot be recovered."""
    return costs.eligible(
        line.net_pence, line.vat_pence, vat_recoverable=line.vat_recoverable, vat_allowed=True
    )


def _reduce(line: ClaimLine, allowed: Reduction | None) -> Iterator[str]:
    """Keep what is allowed of a line; a sentence for what cannot be so."""
    if allowed is None:
        return
    most = eligible(line)
    if not 0 <= allowed.approved_pence <= most:
        yield f"Line {line.number}: approve {in_words(most)} at most, and not less than nothing."
        return
    line.approved_pence, line.reduction_reason = allowed.approved_pence, allowed.reason.strip()
    if allowed.approved_pence < most and not line.reduction_reason:
        yield f"Line {line.number} is reduced without a reason."


def _work_out(claim: Claim) -> None:
    come_to = _payable(claim)
    claim.payable_pence, claim.retained_pence = come_to.payable_pence, come_to.retained_pence


def _payable(claim: Claim) -> costs.Payable:
    before = db.session.scalar(
        select(func.coalesce(func.sum(ClaimLine.approved_pence), 0))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.award_id == claim.award_id, Claim.id != claim.id, Claim.state.in_(COUNTING))
    )
    return costs.payable(
        approved_pence=sum(line.approved_pence for line in claim.lines),
        approved_before_pence=int(before or 0),
        rate_bp=claim.award.rate_bp,
        retention_bp=claim.award.retention_bp,
        award_pence=claim.award.amount_pence,
    )
