"""Takes a file in pieces: a lost network costs a piece, and the same file goes on where it stopped."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.costs import CostShare
from fundapp.models.people import Person
from fundapp.models.uploads import Upload, UploadPiece
from fundapp.services.bid_files import insist_open, terms_of
from fundapp.services.uploads.examining import insist_on_size
from fundapp.services.uploads.names import shown_name
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.transaction import lock, transaction
from workflows.funds.definition import Question

KEPT_FOR = timedelta(days=1)
# Of one person to one bid: what a browser sends at a time is one, the rest were given up.
MOST_UNFINISHED = 20


class GapError(Exception):
    """This piece does not begin where the last one ended, or reaches past the end of the file."""


@transaction()
def begin(
    bid: Application,
    question: Question,
    name: str,
    size: int,
    modified: int,
    actor: Person,
    share: CostShare | None = None,
) -> Upload:
    """Begin to send a file, or find how far the same file had come.

    In order: the bid is locked and it, or the share, must be open to this person's writing; a size the
    question does not take, or one unfinished file too many, raises `RefusedFile` before a byte is sent; the
    upload is found or made.
    """
    lock(bid)
    insist_open(bid, question.key, share, actor)
    name = shown_name(name)
    try:
        insist_on_size(size, terms_of(question))
    except RefusedFile as refused:
        raise RefusedFile(f"“{name}” {refused}") from None
    own = list(
        db.session.scalars(
            select(Upload).where(Upload.application_id == bid.id, Upload.person_id == actor.id)
        )
    )
    same = (question.key, name, size, modified)
    for each in own:
        if (each.question, each.name, each.size, each.modified) == same:
            return each
    if len(own) >= MOST_UNFINISHED:
        raise RefusedFile("Too many files were begun and not finished. Finish one, or try again tomorrow.")
    upload = Upload(
        application_id=bid.id,
        question=question.key,
        person_id=actor.id,
        name=name,
        size=size,
        modified=modified,
        received=0,
        touched_at=clock.now(),
    )
    db.session.add(upload)
    db.session.flush()
    return upload


@transaction()
def take(upload: Upload, place: int, content: bytes) -> Upload:
    """Keep the next piece of a file.

    In order: the upload is locked; nothing more to a whole file changes nothing, so that its end may be
    asked for again; a piece that leaves a gap, comes again or reaches past the end raises `GapError` and
    changes nothing either; the piece is kept and counted.
    """
    lock(upload)
    if place == upload.received == upload.size and not content:
        return upload
    if place != upload.received or not content or place + len(content) > upload.size:
        raise GapError(upload.received)
    db.session.add(UploadPiece(upload_id=upload.id, place=place, content=content))
    upload.received += len(content)
    upload.touched_at = clock.now()
    return upload


@transaction()
def forget(upload: Upload) -> None:
    """Drop a file on its way, once it is whole or refused."""
    db.session.execute(delete(Upload).where(Upload.id == upload.id))


def content_of(upload: Upload) -> bytes:
    """What has arrived of a file."""
    pieces = select(UploadPiece.content).where(UploadPiece.upload_id == upload.id).order_by(UploadPiece.place)
    return b"".join(db.session.scalars(pieces))


def find(bid: Application, upload_id: int, actor: Person) -> Upload | None:
    """The file this person is sending to this bid under this number."""
    own = select(Upload).where(Upload.id == upload_id, Upload.application_id == bid.id)
    return db.session.scalars(own.where(Upload.person_id == actor.id)).one_or_none()


def forget_by_clock(_period: datetime) -> None:
    """Drop what was begun and not gone on with for a day; run by the clock."""
    db.session.execute(delete(Upload).where(Upload.touched_at < clock.now() - KEPT_FOR))
