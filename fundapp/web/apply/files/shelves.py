"""Where in a bid files are kept together: under a question, or with one organisation's share of the costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.costs import CostShare
from fundapp.queries import bid_files as queries
from fundapp.web.attached import Href
from workflows.funds import evidence
from workflows.funds.definition import Question


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place for files: the question that asks for them, and the share it belongs to, where it does."""

    bid: Application
    question: Question
    share: CostShare | None = None

    @property
    def page(self) -> str:
        """The page that lists its files and takes more."""
        return self._address("files", "calculation", key=self.question.key)

    @property
    def sending(self) -> str:
        """Where a form sends files to."""
        return self._address("add_files", "add_calculation", key=self.question.key)

    @property
    def uploads(self) -> str:
        """Where a script begins to send one."""
        return self._address("begin_upload", "begin_calculation", key=self.question.key)

    def piece(self, upload_id: int, place: int) -> str:
        """Where a script sends the piece of a file that begins at this place."""
        return self._address("take_piece", "take_calculation_piece", upload_id=upload_id, place=place)

    def opening(self, file: BidFile) -> str:
        """Where a file of it is opened."""
        return self._address("file", "calculation_file", file_id=file.id)

    def removing(self, file_id: int) -> str:
        """Where a file is taken out of it."""
        return self._address("remove_file", "remove_calculation", file_id=file_id)

    def files(self) -> Sequence[BidFile]:
        """What is on it now."""
        return queries.added(self.bid.id).get(self.question.key, ())

    def find(self, file_id: int) -> BidFile:
        """A file that is on it, or was; 404 for any other."""
        file = queries.of_bid(self.bid.id, file_id)
        return file if file is not None and file.question == self.question.key else abort(404)

    def _address(self, of_question: str, of_share: str, **values: Any) -> str:
        reference = self.bid.reference
        if self.share is None:
            return url_for(f"apply.{of_question}", reference=reference, **values)
        values.pop("key", None)
        return url_for(f"apply.{of_share}", reference=reference, number=self.share.number, **values)


def under(bid: Application, key: str) -> Shelf:
    """The shelf of the question an address names; 404 where the form has no such question for files."""
    asked = bid.round.rules.question(key)
    return Shelf(bid, asked) if asked is not None and asked.files is not None else abort(404)


def beside(share: CostShare) -> Shelf:
    """The shelf for the calculation of one organisation's overheads."""
    return Shelf(share.application, evidence.calculation(share.number), share)


def opening_in(bid: Application) -> Href:
    """Where those who follow a bid open each of its files, whatever shelf it is on."""
    return lambda file: url_for("apply.file", reference=bid.reference, file_id=file.id)
