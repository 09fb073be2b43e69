"""Files of bids: those in a bid now, those a version names, and one of them for whoever opens it.

They go by the key of the question they were added to; the calculation of overheads goes by the key its
organisation's costs have for it.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from sqlalchemy import bindparam, select

from fundapp.bulk import among
from fundapp.extensions import db
from fundapp.models.applications import Submission
from fundapp.models.bid_files import BidFile
from workflows.rules.funding import evidence_key

# Asked at every submit and on every page that says what is missing, so put together once.
_ADDED = (
    select(BidFile)
    .where(BidFile.application_id == bindparam("bid"), BidFile.removed_at.is_(None))
    .order_by(BidFile.question, BidFile.id)
)


def added(application_id: int) -> Mapping[str, Sequence[BidFile]]:
    """The files in a bid now by key, in the order they came, in one statement."""
    found = db.session.scalars(_ADDED, {"bid": application_id})
    return {question: list(files) for question, files in groupby(found, key=lambda each: each.question)}


def named_by(submission: Submission | None) -> Mapping[str, Sequence[BidFile]]:
    """The files a version that was sent in names by key, in its order, in one statement."""
    content = submission.content if submission else {}
    shares = {evidence_key(each["number"]): each for each in content.get("costs", ())}
    named_in = content.get("answers", {}) | shares
    ids = {key: _ids(value) for key, value in named_in.items() if _names_files(value)}
    if not ids:
        return {}
    wanted = chain.from_iterable(ids.values())
    found = {each.id: each for each in db.session.scalars(select(BidFile).where(among(BidFile.id, wanted)))}
    return {key: [found[each] for each in named] for key, named in ids.items()}


def of_bid(application_id: int, file_id: int) -> BidFile | None:
    """A file that is in a bid, or was."""
    file = db.session.get(BidFile, file_id)
    return file if file is not None and file.application_id == application_id else None


def of_version(submission: Submission | None, file_id: int) -> BidFile | None:
    """A file that a version that was sent in names."""
    return next(
        (each for files in named_by(submission).values() for each in files if each.id == file_id), None
    )


def _names_files(value: Any) -> bool:
    return isinstance(value, Mapping) and "files" in value


def _ids(value: Mapping[str, Sequence[Mapping[str, int]]]) -> list[int]:
    return [each["id"] for each in value["files"]]
