"""Takes files in pieces, as the page's script sends them; every answer says how far the file has come."""

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.uploads import Upload
from fundapp.services import bid_files, unfinished
from fundapp.services.unfinished import GapError
from fundapp.services.uploads.examining import examine
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.web.apply.files import shelves
from fundapp.web.apply.files.shelves import Shelf
from fundapp.web.apply.forms import UploadForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.questions.writing import MAY_SEE, MAY_WRITE
from fundapp.web.guards import requires
from workflows.machine import Blocked


@pages.post("/<reference>/questions/<key>/uploads")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def begin_upload(bid: Application, key: str) -> ResponseReturnValue:
    """Begin to send a file, or go on with it: where to send its next piece, and which."""
    return begin_on(shelves.under(bid, key))


@pages.post("/<reference>/uploads/<int:upload_id>/<int:place>")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def take_piece(bid: Application, upload_id: int, place: int) -> ResponseReturnValue:
    """Take the piece of a file that begins at this place; with the last one the file is judged and added."""
    upload = unfinished.find(bid, upload_id, me()) or abort(404)
    return take_for(shelves.under(bid, upload.question), upload, place)


def begin_on(shelf: Shelf) -> ResponseReturnValue:
    """Begin to send a file to a shelf, or find how far it had come."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _refused(" ".join(each for errors in form.errors.values() for each in errors))
    name, size, modified = form.filename.data or "", form.size.data or 0, form.modified.data or 0
    try:
        upload = unfinished.begin(shelf.bid, shelf.question, name, size, modified, me(), shelf.share)
    except RefusedFile as refused:
        return _refused(str(refused))
    except Blocked as blocked:
        return _refused(" ".join(each.reason for each in blocked.blockers), 409)
    return _standing(shelf, upload)


def take_for(shelf: Shelf, upload: Upload, place: int) -> ResponseReturnValue:
    """Take a piece of a file on its way to a shelf; with the last one the file is judged and added."""
    try:
        unfinished.take(upload, place, request.get_data())
    except GapError:
        return _standing(shelf, upload), 409
    return _standing(shelf, upload) if upload.received < upload.size else _add(shelf, upload)


def _add(shelf: Shelf, upload: Upload) -> ResponseReturnValue:
    asked = shelf.question
    try:
        file = examine(upload.name, unfinished.content_of(upload), bid_files.terms_of(asked))
        bid_files.add(shelf.bid, asked, file, me(), shelf.share)
    except RefusedFile as refused:
        answer = _refused(str(refused))
    except Blocked as blocked:
        answer = _refused(" ".join(each.reason for each in blocked.blockers), 409)
    else:
        answer = jsonify(added=file.name), 200
    unfinished.forget(upload)
    return answer


def _standing(shelf: Shelf, upload: Upload) -> Response:
    """How much has arrived, and where the next piece goes."""
    return jsonify(received=upload.received, next=shelf.piece(upload.id, upload.received))


def _refused(why: str, status: int = 400) -> tuple[Response, int]:
    return jsonify(error=why), status
