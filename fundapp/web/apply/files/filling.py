"""Puts files on a shelf of a bid and takes them off it, whatever the shelf belongs to."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from fundapp.models.bid_files import BidFile
from fundapp.services import bid_files as verbs
from fundapp.services.bid_files import UnknownFileError
from fundapp.services.uploads.examining import examine
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.web import attached
from fundapp.web.apply.files.shelves import Shelf
from fundapp.web.apply.forms import FilesForm
from fundapp.web.apply.pages import me
from fundapp.web.apply.questions.saving import why_fixed
from workflows.machine import Blocked
from workflows.rules.file_types import FILE_TYPES, terms_in_words

NONE_CHOSEN = "Choose a file"


def page_of(shelf: Shelf, form: FilesForm, blocked: Blocked | None = None) -> str:
    """What is on a shelf, and the way to put more on it."""
    terms = verbs.terms_of(shelf.question)
    return render_template(
        "apply/files.html",
        bid=shelf.bid,
        shelf=shelf,
        question=shelf.question,
        form=form,
        limits=terms_in_words(terms),
        most=terms.most_files,
        endings=",".join(ending for key in terms.types for ending in FILE_TYPES[key].endings),
        files=attached.shown(shelf.files(), shelf.opening),
        blocked=blocked,
        fixed=why_fixed(shelf.bid, None if shelf.share else shelf.question),
        has_errors=bool(form.errors or blocked),
    )


def add_to(shelf: Shelf, onward: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Put what was chosen on a shelf, each file on its own, and go on where that was asked for."""
    form = FilesForm()
    if not form.validate_on_submit():
        return page_of(shelf, form), 400
    chosen = form.file.data or []
    try:
        refused = [why for why in (_refusal(shelf, each) for each in chosen) if why]
    except Blocked as blocked:
        return page_of(shelf, form, blocked), 409
    if not chosen and "next" not in request.form:
        refused = [NONE_CHOSEN]
    if refused:
        form.file.errors = refused
        return page_of(shelf, form), 400
    return onward() if "next" in request.form else redirect(shelf.page)


def take_out_of(shelf: Shelf, file: BidFile) -> ResponseReturnValue:
    """Take a file off a shelf, and say what became of that."""
    try:
        verbs.remove(shelf.bid, file, me(), shelf.share)
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
    except UnknownFileError:
        flash(f"“{file.name}” had been removed before.")
    else:
        flash(f"“{file.name}” is removed.", "success")
    return redirect(shelf.page)


def _refusal(shelf: Shelf, sent: FileStorage) -> str:
    """Add one file; why it was refused, or nothing."""
    asked = shelf.question
    try:
        file = examine(sent.filename or "", sent.read(), verbs.terms_of(asked))
        verbs.add(shelf.bid, asked, file, me(), shelf.share)
    except RefusedFile as refused:
        return str(refused)
    return ""
