"""One assessor's reading of one bid, from the proposal to the sealed score."""

from datetime import date

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, ConflictOverride, Interest, Mark
from fundapp.models.funds import Criterion
from fundapp.models.people import Person
from fundapp.queries import conflicts
from fundapp.queries.parts import parts_of
from fundapp.services import casework, readings, scores
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.cases import CONFLICTS, GAPS, OVERRIDE_BY, PARTS, REASON
from workflows.machine import Blocked, Blocker, Facts
from workflows.rules import scoring
from workflows.rules.identifiers import company_number

MARKING = ("accepted", "in_progress", "returned")


@transaction()
def propose(bid: Application, assessor: Person, actor: Person, *, due_on: date | None = None) -> Assessment:
    """Propose an assessor for a bid; nobody is asked yet. A conflict found is allowed here and recorded.

    In order: the assessment is opened with a place in the assessor's own random reading order and the
    day promised for it to be assessed by; its event names the grounds of every conflict found.
    """
    return readings.propose(bid, assessor, actor, due_on)


@transaction()
def invite(assessment: Assessment, actor: Person) -> Assessment:
    """Ask the proposed assessor: refused while a found conflict has not two signatures; a mail follows."""
    casework.advance(assessment, "invite", actor, facts=invitation_facts(assessment))
    return assessment


@transaction()
def sign_override(assessment: Assessment, actor: Person, *, reason: str) -> Assessment:
    """Sign that an assessor may read a bid despite a conflict that was found; it takes two people.

    In order: the signature and its reason are kept; an event names who signed.
    """
    _lock(assessment)
    if blockers := override_blockers(assessment, actor, reason):
        raise Blocked(blockers)
    db.session.add(
        ConflictOverride(
            assessment_id=assessment.id, signed_by_id=actor.id, reason=reason, signed_at=clock.now()
        )
    )
    casework.note(
        "assessment", assessment.id, "sign_override", actor,
        recorded={"application_id": assessment.application_id}, personal={"reason": reason},
    )  # fmt: skip
    return assessment


@transaction()
def accept(assessment: Assessment, actor: Person) -> Assessment:
    """Declare that there is no conflict of interest and take the bid on; only now is its content shown."""
    _lock(assessment)
    assessment.no_conflict_at = assessment.no_conflict_at or clock.now()
    casework.advance(
        assessment, "accept", actor, facts={PARTS.key: parts_of(assessment.application_id)},
        recorded={"no_conflict_at": assessment.no_conflict_at.isoformat()},
    )  # fmt: skip
    return assessment


@transaction()
def decline(assessment: Assessment, actor: Person, *, reason: str) -> Assessment:
    """Turn the invitation down, with a reason; the office is told and finds somebody else."""
    casework.advance(assessment, "decline", actor, facts={REASON.key: reason}, personal={"reason": reason})
    return assessment


@transaction()
def declare_conflict(assessment: Assessment, actor: Person, *, reason: str) -> Assessment:
    """Declare a conflict of interest, at any moment.

    In order: access to the bid ends; an invitation counts as declined, a reading under way or
    submitted as withdrawn, and the office is told; the scores leave every figure of the bid, while
    the trail stays.
    """
    _lock(assessment)
    if not reason.strip():
        raise Blocked((Blocker("reason_missing", "Say in a sentence what the conflict is."),))
    assessment.conflict_at = clock.now()
    action = "decline" if assessment.state == "invited" else "declare_conflict"
    casework.advance(
        assessment, action, actor, facts={REASON.key: reason},
        recorded={"conflict_at": assessment.conflict_at.isoformat()}, personal={"reason": reason},
    )  # fmt: skip
    scores.bring_up_to_date(assessment.application)
    return assessment


@transaction()
def save_mark(
    assessment: Assessment,
    criterion: Criterion,
    actor: Person,
    *,
    score: int | None,
    comment: str,
    not_applicable: bool = False,
) -> Mark:
    """Keep a mark and its words for one criterion; over-long words are kept too, and said at submission.

    In order: the first mark starts the reading; the mark and the instant it was saved are kept.
    """
    _lock(assessment)
    if blockers := marking_blockers(assessment, criterion, actor, score):
        raise Blocked(blockers)
    if assessment.state == "accepted":
        casework.advance(assessment, "start", actor)
    mark = db.session.get(Mark, (assessment.id, criterion.id))
    if mark is None:
        mark = Mark(assessment_id=assessment.id, criterion_id=criterion.id)
        assessment.marks.append(mark)
    mark.score = None if not_applicable else score
    mark.not_applicable = not_applicable
    mark.comment = comment.strip()
    mark.saved_at = clock.now()
    return mark


@transaction()
def submit(assessment: Assessment, actor: Person) -> Assessment:
    """Seal the marks: every criterion has one, and words for it.

    In order: the total is worked out by the scoring rule and kept exactly; the event holds marks and
    total, and the digest of the comments; the assessor gets a receipt.
    """
    _lock(assessment)
    call = assessment.application.round
    marks = scores.marks_of(assessment, call.criteria)
    total = scoring.total(scores.scored_criteria(call), marks)
    assessment.total = None if total is None else scoring.stored(total)
    assessment.submitted_at = clock.now()
    casework.advance(
        assessment, "submit", actor, facts=submission_facts(assessment),
        recorded=readings.sealed(assessment), personal=readings.comments(assessment),
    )  # fmt: skip
    scores.bring_up_to_date(assessment.application)
    return assessment


@transaction()
def give_back(assessment: Assessment, actor: Person, *, reason: str) -> Assessment:
    """Return a submitted assessment to its assessor, with a reason.

    In order: the event keeps the marks and total as they were; the total is taken out of every figure;
    the assessor is told and may change the marks.
    """
    _lock(assessment)
    casework.advance(
        assessment, "return", actor, facts={REASON.key: reason},
        recorded=readings.sealed(assessment), personal=readings.comments(assessment) | {"reason": reason},
    )  # fmt: skip
    assessment.total = None
    assessment.submitted_at = None
    scores.bring_up_to_date(assessment.application)
    return assessment


@transaction()
def withdraw(assessment: Assessment, actor: Person, *, reason: str = "") -> Assessment:
    """Take a bid away from an assessor; a reason is needed once they have been asked, and they are told."""
    casework.advance(
        assessment, "withdraw", actor, facts={REASON.key: reason},
        personal={"reason": reason} if reason else None,
    )  # fmt: skip
    scores.bring_up_to_date(assessment.application)
    return assessment


@transaction()
def declare_interest(assessor: Person, *, company: str, kind: str) -> Interest:
    """Declare a tie to a company ahead of any bid: an `interest` or a `past_employer`. Once is enough."""
    number = company_number(company)
    held = db.session.scalar(
        select(Interest).where(
            Interest.person_id == assessor.id, Interest.company_number == number, Interest.kind == kind
        )
    )
    if held is not None:
        return held
    declared = Interest(person_id=assessor.id, company_number=number, kind=kind, declared_at=clock.now())
    db.session.add(declared)
    db.session.flush()
    casework.note("person", assessor.id, "declare_interest", assessor, recorded={"interest_id": declared.id})
    return declared


def invitation_facts(assessment: Assessment) -> Facts:
    """The conflicts found between assessor and bid today, and who signed that they may stand."""
    pair = (assessment.application_id, assessment.assessor_id)
    found = conflicts.between([assessment.assessor_id], [assessment.application_id]).get(pair, ())
    signers = db.session.scalars(
        select(ConflictOverride.signed_by_id).where(ConflictOverride.assessment_id == assessment.id)
    )
    return {CONFLICTS.key: tuple(each.sentence for each in found), OVERRIDE_BY.key: tuple(signers)}


def submission_facts(assessment: Assessment) -> Facts:
    """What is still missing before the marks can be sealed, and who took which part on the bid."""
    return {GAPS.key: readings.gaps(assessment), PARTS.key: parts_of(assessment.application_id)}


def marking_blockers(
    assessment: Assessment, criterion: Criterion, actor: Person, score: int | None
) -> tuple[Blocker, ...]:
    """Why this mark may not be written now."""
    if Permission.ASSESSMENT_SCORE not in held_by(actor, assessment):
        return (Blocker("not_permitted", "You may not mark this bid."),)
    if assessment.state not in MARKING:
        return (Blocker("sealed", "Your marks are sealed: they were submitted."),)
    if criterion.round_id != assessment.application.round_id:
        return (Blocker("other_round", "This criterion belongs to another round."),)
    if score is not None and not 0 <= score <= criterion.max_score:
        return (Blocker("off_scale", f"Marks go from 0 to {criterion.max_score}."),)
    return ()


def override_blockers(assessment: Assessment, actor: Person, reason: str) -> tuple[Blocker, ...]:
    """Why this person may not sign an override now; the conflict must exist and the reason be given."""
    facts = invitation_facts(assessment)
    signed = db.session.get(ConflictOverride, (assessment.id, actor.id)) is not None
    refused = casework.blockers(assessment, "invite", actor, facts)
    found = [each for each in refused if each.code != "conflict_found"]
    if not refused:
        found.append(Blocker("no_conflict", "No conflict was found, so there is nothing to override."))
    if actor.id == assessment.assessor_id or signed:
        found.append(Blocker("same_person", "An override needs the signature of somebody else."))
    if not reason.strip():
        found.append(Blocker("reason_missing", "Write the reason for the override in a sentence."))
    return tuple(found)


def _lock(assessment: Assessment) -> None:
    db.session.flush()
    lock(assessment)
