"""The files of one question: the list, adding some, taking one out, opening one."""

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.queries import bid_files as queries
from fundapp.services import bid_files as verbs
from fundapp.services.bid_files import UnknownFileError
from fundapp.services.uploads.examining import examine
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.web import attached
from fundapp.web.apply.forms import FilesForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.saving import onward
from fundapp.web.apply.writing import MAY_SEE, MAY_WRITE
from fundapp.web.guards import requires
from fundapp.web.limits import takes_files
from workflows.funds.definition import Question
from workflows.machine import Blocked
from workflows.rules.file_types import FILE_TYPES, terms_in_words

NONE_CHOSEN = "Choose a file"


@pages.get("/<reference>/questions/<key>/files")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def files(bid: Application, key: str) -> ResponseReturnValue:
    """The files added to one question, and the way to add more."""
    return _page(bid, question_for_files(bid, key), FilesForm())


@pages.post("/<reference>/questions/<key>/files")
@requires(MAY_WRITE, own, sees=MAY_SEE)
@takes_files
def add_files(bid: Application, key: str) -> ResponseReturnValue:
    """Add what was chosen, each file on its own: one that is refused keeps no other one out."""
    asked = question_for_files(bid, key)
    form = FilesForm()
    if not form.validate_on_submit():
        return _page(bid, asked, form), 400
    chosen = form.file.data or []
    try:
        refused = [why for why in (_refusal(bid, asked, each) for each in chosen) if why]
    except Blocked as blocked:
        return _page(bid, asked, form, blocked), 409
    if not chosen and "next" not in request.form:
        refused = [NONE_CHOSEN]
    if refused:
        form.file.errors = refused
        return _page(bid, asked, form), 400
    if "next" in request.form:
        return onward(bid, asked)
    return redirect(url_for("apply.files", reference=bid.reference, key=key))


@pages.post("/<reference>/files/<int:number>/remove")
@requires(MAY_WRITE, own, sees=MAY_SEE)
def remove_file(bid: Application, number: int) -> ResponseReturnValue:
    """Take a file out of the bid."""
    file = queries.of_bid(bid.id, number) or abort(404)
    back = redirect(url_for("apply.files", reference=bid.reference, key=file.question))
    try:
        verbs.remove(bid, file, me())
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
    except UnknownFileError:
        flash(f"“{file.name}” had been removed before.")
    else:
        flash(f"“{file.name}” is removed.", "success")
    return back


@pages.get("/<reference>/files/<int:number>")
@requires(MAY_SEE, own)
def file(bid: Application, number: int) -> Response:
    """A file of the bid, also one that was taken out of it."""
    return attached.send(queries.of_bid(bid.id, number))


def href(bid: Application) -> attached.Href:
    """Where the bid's own people open its files."""
    return lambda each: url_for("apply.file", reference=bid.reference, number=each.id)


def question_for_files(bid: Application, key: str) -> Question:
    """The question for files an address names; 404 where the form has none of this key."""
    asked = bid.round.rules.question(key)
    return asked if asked is not None and asked.files is not None else abort(404)


def _refusal(bid: Application, asked: Question, sent: FileStorage) -> str:
    """Add one file; why it was refused, or nothing."""
    try:
        verbs.add(bid, asked, examine(sent.filename or "", sent.read(), verbs.terms_of(asked)), me())
    except RefusedFile as refused:
        return str(refused)
    return ""


def _page(bid: Application, asked: Question, form: FilesForm, blocked: Blocked | None = None) -> str:
    added: Sequence[BidFile] = queries.added(bid.id).get(asked.key, ())
    terms = verbs.terms_of(asked)
    return render_template(
        "apply/files.html",
        bid=bid,
        question=asked,
        form=form,
        limits=terms_in_words(terms),
        endings=",".join(ending for key in terms.types for ending in FILE_TYPES[key].endings),
        files=attached.shown(added, href(bid)),
        blocked=blocked,
        has_errors=bool(form.errors or blocked),
    )
