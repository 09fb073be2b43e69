"""The files of one question: the list, adding some, taking one out, opening one."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import bid_files as queries
from fundapp.queries.bids import answers
from fundapp.web import attached
from fundapp.web.apply.files import shelves
from fundapp.web.apply.files.filling import add_to, page_of, take_out_of
from fundapp.web.apply.forms import FilesForm
from fundapp.web.apply.pages import own, pages
from fundapp.web.apply.questions.saving import onward, turned_away
from fundapp.web.apply.questions.writing import MAY_SEE, MAY_WRITE
from fundapp.web.guards import requires
from fundapp.web.limits import takes_files


@pages.get("/<reference>/questions/<key>/files")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def files(bid: Application, key: str) -> ResponseReturnValue:
    """The files added to one question, and the way to add more."""
    shelf = shelves.under(bid, key)
    away = turned_away(bid, shelf.question, answers(bid.id)) if shelf.question.shown_if else None
    return away or page_of(shelf, FilesForm())


@pages.post("/<reference>/questions/<key>/files")
@requires(MAY_WRITE, own, sees=MAY_SEE)
@takes_files
def add_files(bid: Application, key: str) -> ResponseReturnValue:
    """Add what was chosen, each file on its own: one that is refused keeps no other one out."""
    shelf = shelves.under(bid, key)
    return add_to(shelf, lambda: onward(bid, shelf.question))


@pages.post("/<reference>/files/<int:file_id>/remove")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def remove_file(bid: Application, file_id: int) -> ResponseReturnValue:
    """Take a file out of the answers."""
    file = queries.of_bid(bid.id, file_id) or abort(404)
    return take_out_of(shelves.under(bid, file.question), file)


@pages.get("/<reference>/files/<int:file_id>")
@requires(MAY_SEE, own)
def file(bid: Application, file_id: int) -> Response:
    """A file of the bid, also one that was taken out of it."""
    return attached.send(queries.of_bid(bid.id, file_id))
