"""Bids as they are sent in: frozen, hashed and receipted; taken back, sent in again, withdrawn."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import TO_BE_IN_BY, Application, Submission
from fundapp.models.awards import Award
from fundapp.models.funds import Batch, Round
from fundapp.models.people import Person
from fundapp.queries import bid_files
from fundapp.queries import bids as reading
from fundapp.queries.keeping import UNSENT
from fundapp.services import answers as answer_verbs
from fundapp.services import bid_files as file_verbs
from fundapp.services import bids, casework, costs, entering, refusals, versions
from fundapp.services.answers import answers_of
from fundapp.services.versions import Signature
from fundapp.transaction import is_held, lock, transaction
from workflows.funds.kinds import Value
from workflows.machine import Blocked, Blocker, Facts, Request
from workflows.rules import declarations, schedule
from workflows.rules.funding import Stated

RECEIVED = "submitted"
CARRYING = 200
# The parts of a version that people write.
WRITTEN = ("project", "answers", "costs")

# Asked at every press, so put together once.
_LAST = (
    select(Submission)
    .where(Submission.application_id == bindparam("bid"))
    .order_by(Submission.number.desc())
    .limit(1)
)


class OtherContentError(Exception):
    """The same press came again with other contents: the first stands, the second is refused."""

    def __init__(self) -> None:
        super().__init__(
            "This page was sent before with other contents, so nothing was changed."
            " Open “Check your answers” again."
        )


def submit(
    bid: Application, *, key: str, signatory: str, declared: Collection[str], actor: Person
) -> Submission:
    """Send a bid in. A second press, tab or retry finds the submission the first one made.

    In order: the bid is locked; a press with this key, or with the very content already received, gets
    the submission it made before, and another content under the same key raises `OtherContentError`;
    a press after the close is late, also where an earlier version has gone forward; the rulebook
    judges the instant this transaction began, every gap, the amount and the declarations, and where it
    refuses, the press is written down with that instant and `Blocked` is raised; the content is frozen
    with its SHA-256; the bid copies its closing instant (a rolling round's bid
    joins the next batch), moves on, and the receipt's message is promised.
    """
    signed = Signature(signatory, tuple(sorted(declared)))
    outcome = _press(bid, key, signed, actor)
    if isinstance(outcome, Submission):
        return outcome
    raise Blocked(outcome)


@transaction()
def _press(bid: Application, key: str, signed: Signature, actor: Person) -> Submission | tuple[Blocker, ...]:
    """What `submit` does, as one transaction: what was received, or what was in the way, written down."""
    if not is_held(bid):
        reading.to_send(bid.reference)
    answers = {question: answer.value for question, answer in answers_of(bid).items()}
    stated = costs.stated_of(bid)
    files = bid_files.added(bid.id)
    values = versions.values_of(bid.round, answers, files)
    last = _last_of(bid)
    earlier = _made_before(bid, key, last)
    if earlier is not None:
        if _says_the_same(earlier, versions.content_of(bid, earlier.number, values, signed, stated, files)):
            return earlier
        if earlier.key == key:
            raise OtherContentError
    signed_all = declarations.all_made(signed.declarations, bid.round.rules.declarations)
    facts = submission_facts(bid, answers, files, stated, declared=signed_all)
    # Judged before anything is written: the table itself would refuse a late bid less kindly.
    found = _too_late(bid, actor) or casework.blockers(bid, "submit", actor, facts)
    if found:
        refusals.note(bid, found, actor)
        return found
    number = last.number + 1 if last else 1
    content = versions.content_of(bid, number, values, signed, stated, files)
    submission = versions.freeze(bid, content, number=number, key=key, actor=actor)
    _receive(bid)
    db.session.add(submission)
    casework.advance(
        bid,
        "submit",
        actor,
        facts=facts,
        recorded=receipt_of(bid, number, submission.sha256),
        personal={"signatory": signed.signatory},
        is_held=True,
    )
    return submission


@transaction()
def reopen(bid: Application, actor: Person) -> Application:
    """Take a bid back to change it; what was sent in stays, and goes forward if nothing follows it."""
    last = _last_of(bid)
    casework.advance(bid, "reopen", actor, recorded={"version": last.number if last else 0})
    return bid


@transaction()
def withdraw(bid: Application, reason: str, actor: Person) -> Application:
    """End a bid at the applicant's wish.

    In order: the rulebook judges whether it may still end (an award made from it must have ended
    first); the bid is withdrawn; the office and the applicant are told.
    """
    award_state = db.session.scalar(select(Award.state).where(Award.application_id == bid.id))
    facts = {"award_state": award_state} if award_state else {}
    casework.advance(bid, "withdraw", actor, facts=facts, personal={"reason": reason} if reason else None)
    return bid


def carry_forward(_period: datetime) -> None:
    """Let reopened bids that were not sent in again go forward as last received; run by the clock."""
    waiting = db.session.scalars(
        select(Application)
        .join(Round, Round.id == Application.round_id)
        .where(
            Application.state == "draft",
            Application.submitted_at.is_not(None),
            clock.now() >= TO_BE_IN_BY,
        )
        .order_by(Application.id)
        .limit(CARRYING)
    ).all()
    for bid in waiting:
        _carry(bid)


def submission_facts(
    bid: Application,
    answers: Mapping[str, Value],
    files: bids.Files,
    stated: Sequence[Stated],
    *,
    declared: bool,
) -> Facts:
    """What the rulebook wants to know before a bid is sent in."""
    award = bid.round.rules.award
    return {
        "gaps": (
            *(gap.sentence for gap in bids.gaps_of(bid, answers, files, stated)),
            *(gap.sentence for gap in entering.gaps(bid, answers)),
        ),
        "amount_range_pence": (award.least_pence, award.most_pence),
        "declared": declared,
    }


def receipt_of(bid: Application, number: int, sha256: str) -> dict[str, Any]:
    """What the event of a submission holds for ever."""
    return {
        "version": number,
        "sha256": sha256,
        "total_cost_pence": bid.total_cost_pence,
        "grant_requested_pence": bid.grant_requested_pence,
        "batch_id": bid.batch_id,
    }


def cut_offs_of(call: Round) -> Sequence[Batch]:
    """The batches of a rolling round, the earliest cut-off first."""
    return db.session.scalars(select(Batch).where(Batch.round_id == call.id).order_by(Batch.cut_off_at)).all()


def _last_of(bid: Application) -> Submission | None:
    """The version of a bid received last."""
    return db.session.scalars(_LAST, {"bid": bid.id}).one_or_none()


def _made_before(bid: Application, key: str, last: Submission | None) -> Submission | None:
    """The submission this press made before; while a bid is as its people sent it, the one last received."""
    if last is None:
        return None
    own = select(Submission).where(Submission.application_id == bid.id, Submission.key == key)
    by_key = last if last.key == key else db.session.scalars(own).one_or_none()
    as_sent = bid.state == RECEIVED and bid.state_since == bid.submitted_at
    return last if by_key is None and as_sent else by_key


def _too_late(bid: Application, actor: Person) -> tuple[Blocker, ...]:
    """That the close has passed, for a press on a bid that was received and has gone on since."""
    if bid.state in bids.BEING_WRITTEN or casework.machine_of(bid).state(bid.state).final:
        return ()
    found = schedule.round_open(bid, Request(frozenset(), clock.now(), actor.id))
    return (found,) if found is not None and found.code == schedule.TOO_LATE else ()


def _says_the_same(earlier: Submission, content: dict[str, Any]) -> bool:
    """Whether a version would be the earlier one again; a close moved since is no change of the bid."""
    return sha256_of(content | {"terms_sha256": earlier.content["terms_sha256"]}) == earlier.sha256


def _receive(bid: Application) -> None:
    bid.submitted_at = clock.now()
    bid.closes_at = schedule.closes(bid)
    if bid.closes_at is None:
        coming = (batch.id for batch in cut_offs_of(bid.round) if batch.cut_off_at > clock.now())
        bid.batch_id = next(coming, None)


def _carry(bid: Application) -> None:
    """Let one bid go forward as last received; what was written since is kept beside the event."""
    lock(bid)
    if bid.state not in bids.BEING_WRITTEN:
        return
    last = _last_of(bid)
    if last is None:
        raise LookupError(f"{bid.reference} was sent in, and nothing of it was kept")
    written = versions.draft_content(bid)
    is_changed = any(written[part] != last.content.get(part) for part in WRITTEN)
    bid.project_version += written["project"] != last.content["project"]
    bids.put_project(bid, bids.project_from(last.content["project"]))
    bids.put_money(bid, bids.money_from(last.content["project"]))
    costs.put_back(bid, last.content.get("costs", ()))
    answer_verbs.put_back(bid, last)
    file_verbs.put_back(bid, last)
    casework.advance(
        bid,
        "carry_forward",
        casework.SYSTEM,
        facts={"has_version": True},
        recorded=receipt_of(bid, last.number, last.sha256),
        personal={UNSENT: written} if is_changed else None,
    )
