"""Takes files in pieces, as the page's script sends them; every answer says how far the file has come."""

from flask import Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.uploads import Upload
from fundapp.services import bid_files, unfinished
from fundapp.services.unfinished import GapError
from fundapp.services.uploads.examining import examine
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.web.apply.attaching import question_for_files
from fundapp.web.apply.forms import UploadForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.writing import MAY_SEE, MAY_WRITE
from fundapp.web.guards import requires
from workflows.machine import Blocked


@pages.post("/<reference>/questions/<key>/uploads")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def begin_upload(bid: Application, key: str) -> ResponseReturnValue:
    """Begin to send a file, or go on with it: where to send its next piece, and which."""
    asked = question_for_files(bid, key)
    form = UploadForm()
    if not form.validate_on_submit():
        return _refused(" ".join(each for errors in form.errors.values() for each in errors))
    name, size, modified = form.filename.data or "", form.size.data or 0, form.modified.data or 0
    try:
        return _standing(bid, unfinished.begin(bid, asked, name, size, modified, me()))
    except RefusedFile as refused:
        return _refused(str(refused))
    except Blocked as blocked:
        return _refused(" ".join(each.reason for each in blocked.blockers), 409)


@pages.post("/<reference>/uploads/<int:number>/<int:place>")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def take_piece(bid: Application, number: int, place: int) -> ResponseReturnValue:
    """Take the piece of a file that begins at this place; with the last one the file is judged and added."""
    upload = unfinished.find(bid, number, me()) or abort(404)
    try:
        unfinished.take(upload, place, request.get_data())
    except GapError:
        return _standing(bid, upload), 409
    return _standing(bid, upload) if upload.received < upload.size else _add(bid, upload)


def _add(bid: Application, upload: Upload) -> ResponseReturnValue:
    asked = question_for_files(bid, upload.question)
    try:
        file = examine(upload.name, unfinished.content_of(upload), bid_files.terms_of(asked))
        bid_files.add(bid, asked, file, me())
    except RefusedFile as refused:
        answer = _refused(str(refused))
    except Blocked as blocked:
        answer = _refused(" ".join(each.reason for each in blocked.blockers), 409)
    else:
        answer = jsonify(added=file.name), 200
    unfinished.forget(upload)
    return answer


def _standing(bid: Application, upload: Upload) -> Response:
    """How much has arrived, and where the next piece goes."""
    following = url_for("apply.take_piece", reference=bid.reference, number=upload.id, place=upload.received)
    return jsonify(received=upload.received, next=following)


def _refused(why: str, status: int = 400) -> tuple[Response, int]:
    return jsonify(error=why), status
