"""The calculation behind an organisation's overheads: a file beside its costs, added, opened, taken out."""

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.costs import CostShare
from fundapp.services import unfinished
from fundapp.web import attached
from fundapp.web.apply.files import shelves
from fundapp.web.apply.files.filling import add_to, page_of, take_out_of
from fundapp.web.apply.files.uploading import begin_on, take_for
from fundapp.web.apply.forms import FilesForm
from fundapp.web.apply.money.costs import MAY, own_share
from fundapp.web.apply.pages import me, pages
from fundapp.web.guards import requires
from fundapp.web.limits import takes_files
from workflows.actors import Permission

MAY_SEE = Permission.BID_FOLLOW


@pages.get("/<reference>/money/<int:number>/calculation")
@requires(MAY, own_share, sees=MAY_SEE)
def calculation(share: CostShare) -> ResponseReturnValue:
    """The file with the calculation, and the way to add it."""
    return page_of(shelves.beside(share), FilesForm())


@pages.post("/<reference>/money/<int:number>/calculation")
@requires(MAY, own_share, sees=MAY_SEE)
@takes_files
def add_calculation(share: CostShare) -> ResponseReturnValue:
    """Add the calculation, and go back to the costs."""
    costs = url_for(
        "apply.money",
        reference=share.application.reference,
        number=share.number or None,
        _anchor="overheads_file",
    )
    return add_to(shelves.beside(share), lambda: redirect(costs))


@pages.post("/<reference>/money/<int:number>/calculation/<int:file_id>/remove")
@requires(MAY, own_share, sees=MAY_SEE)
def remove_calculation(share: CostShare, file_id: int) -> ResponseReturnValue:
    """Take the calculation out again."""
    shelf = shelves.beside(share)
    return take_out_of(shelf, shelf.find(file_id))


@pages.get("/<reference>/money/<int:number>/calculation/<int:file_id>")
@requires(MAY, own_share, sees=MAY_SEE)
def calculation_file(share: CostShare, file_id: int) -> Response:
    """The calculation itself, for those who may write these costs."""
    return attached.send(shelves.beside(share).find(file_id))


@pages.post("/<reference>/money/<int:number>/uploads")
@requires(MAY, own_share, sees=MAY_SEE)
def begin_calculation(share: CostShare) -> ResponseReturnValue:
    """Begin to send the calculation in pieces, or go on with it."""
    return begin_on(shelves.beside(share))


@pages.post("/<reference>/money/<int:number>/uploads/<int:upload_id>/<int:place>")
@requires(MAY, own_share, sees=MAY_SEE)
def take_calculation_piece(share: CostShare, upload_id: int, place: int) -> ResponseReturnValue:
    """Take a piece of the calculation; with the last one it is judged and added."""
    shelf, upload = shelves.beside(share), unfinished.find(share.application, upload_id, me())
    if upload is None or upload.question != shelf.question.key:
        abort(404)
    return take_for(shelf, upload, place)
