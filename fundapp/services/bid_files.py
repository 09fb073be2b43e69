"""Files in a bid: added and taken out while it is written; their bytes are kept once and never changed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.installed import settings
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_files import BidFile
from fundapp.models.costs import CostShare
from fundapp.models.people import Person
from fundapp.queries import bid_files as queries
from fundapp.services import casework, costs
from fundapp.services.answers import UnknownQuestionError
from fundapp.services.bids import insist_answerable, insist_writable
from fundapp.services.uploads.examining import Candidate
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.funds import showing
from workflows.funds.definition import Question
from workflows.rules.file_types import FileTerms
from workflows.rules.funding import evidence_key
from workflows.rules.scans import Scan

# How long after each try that found the scanner down the next one comes; the last pause goes on for ever.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 600))


class UnknownFileError(LookupError):
    """The bid has no such file now."""


def terms_of(question: Question) -> FileTerms:
    """What a question takes: its own limits, and no file larger than this installation takes at all."""
    if question.files is None:
        raise UnknownQuestionError(question.key)
    return replace(question.files, most_bytes=min(question.files.most_bytes, settings().upload_max_bytes))


@transaction()
def add(
    bid: Application, question: Question, file: Candidate, actor: Person, share: CostShare | None = None
) -> BidFile:
    """Add a file that was examined to a question of a bid, or of one organisation's share of its costs.

    In order: the bid is locked and it, or the share, must be open to this person's writing; a file with the
    very bytes of one already there changes nothing and finds that one; one more than the question takes
    raises `RefusedFile`; the bytes are kept under their SHA-256, where the same bytes are kept once and
    others never over them; the row is added; an event holds its id, size and SHA-256, and apart from it its
    name; where there is a scanner, the scan is promised.
    """
    lock(bid)
    insist_open(bid, question.key, share, actor)
    digest = sha256(file.content).hexdigest()
    there = _there(bid, question)
    if digest in there:
        return there[digest]
    most = terms_of(question).most_files
    if len(there) >= most:
        raise RefusedFile(f"“{file.name}” is one file too many: {most} are allowed. Remove one first.")
    stored = open_storage(settings().files).put(f"bid_files/{digest}", file.content)
    added = BidFile(
        application_id=bid.id,
        question=question.key,
        name=file.name,
        type=file.type,
        size=stored.size,
        pages=file.pages,
        sha256=stored.sha256,
        storage_key=stored.key,
        added_at=clock.now(),
        added_by_id=actor.id,
        scan=Scan.PENDING if settings().clamd else Scan.NOT_SCANNED,
    )
    db.session.add(added)
    db.session.flush()
    _note(bid, "add_file", added, actor)
    if added.scan == Scan.PENDING:
        promise_scan(added)
    return added


@transaction()
def remove(bid: Application, file: BidFile, actor: Person, share: CostShare | None = None) -> None:
    """Take a file out of a bid; whatever version named it goes on naming it, and its bytes stay.

    In order: the bid is locked and it, or the share, must be open to this person's writing; a file that is
    not there now raises `UnknownFileError`; the row says who took it out and when; an event says so too.
    """
    lock(bid)
    insist_open(bid, file.question, share, actor)
    db.session.refresh(file)
    is_here = share is None or file.question == evidence_key(share.number)
    if file.application_id != bid.id or file.removed_at is not None or not is_here:
        raise UnknownFileError(file.id)
    file.removed_at = clock.now()
    file.removed_by_id = actor.id
    _note(bid, "remove_file", file, actor)


def put_back(bid: Application, sent: Submission) -> None:
    """Make the files a version names those of the bid again, in the caller's transaction.

    One added since is taken out, as if by whoever added it; one taken out since is added again. What that
    version did not ask stays as it is. An event says so of each file.
    """
    named, there = queries.named_by(sent), queries.added(bid.id)
    for key in _asked_in(bid, sent):
        wanted = {each.id: each for each in named.get(key, ())}
        present = {each.id: each for each in there.get(key, ())}
        for file in (present[number] for number in present if number not in wanted):
            file.removed_at, file.removed_by_id = clock.now(), file.added_by_id
            _note(bid, "remove_file", file, casework.SYSTEM)
        for file in (wanted[number] for number in wanted if number not in present):
            _file_again(bid, file)


def _file_again(bid: Application, file: BidFile) -> None:
    """Add a file once more that was taken out: a row that says so never says otherwise again."""
    kept = ("application_id", "question", "name", "type", "size", "pages", "sha256", "storage_key")
    copied = {name: getattr(file, name) for name in (*kept, "added_by_id", "scan", "scanned_at")}
    again = BidFile(**copied, added_at=clock.now())
    db.session.add(again)
    db.session.flush()
    _note(bid, "add_file", again, casework.SYSTEM)
    if again.scan == Scan.PENDING:
        promise_scan(again)


def _asked_in(bid: Application, sent: Submission) -> list[str]:
    """The places for files that a version has: questions asked in it, and each calculation it counts."""
    hidden = showing.hidden(bid.round.rules.questions, sent.content["answers"])
    questions = [each.key for each in bid.round.rules.of_kind("file") if each.key not in hidden]
    counted = (each for each in costs.stated_in(sent.content) if each.sheet.overheads.is_calculated)
    return [*questions, *(each.evidence for each in counted)]


def insist_open(bid: Application, question: str, share: CostShare | None, actor: Person) -> None:
    """Raise `Blocked` when this person may add no files here: to a question, or to a share of the costs.

    The caller holds the bid.
    """
    if share is None:
        insist_answerable(bid, question, actor)
    else:
        insist_writable(bid, actor, Permission.BID_COSTS, on=share)


def promise_scan(file: BidFile, tries: int = 0) -> None:
    """Promise the scan of a file in the caller's transaction; the first at once, each other after a pause."""
    pause = PAUSES[min(tries, len(PAUSES)) - 1] if tries else timedelta(0)
    payload = {"file_id": file.id, "tries": tries}
    outbox.stage("scan_file", f"{file.id}-{tries}", payload, clock.now() + pause)


def content_of(file: BidFile) -> bytes:
    """The bytes that were added, proved to be those."""
    return open_storage(settings().files).get(file.storage_key, file.sha256)


def _there(bid: Application, question: Question) -> Mapping[str, BidFile]:
    """The files in an answer now, by their SHA-256."""
    return {each.sha256: each for each in queries.added(bid.id).get(question.key, ())}


def _note(bid: Application, action: str, file: BidFile, actor: Person | None) -> None:
    casework.note(
        bid.case_kind,
        bid.id,
        action,
        actor,
        recorded={
            "file_id": file.id,
            "question": file.question,
            "size": file.size,
            "pages": file.pages,
            "sha256": file.sha256,
        },
        personal={"name": file.name},
    )
