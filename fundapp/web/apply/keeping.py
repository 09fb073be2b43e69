"""Everything of a bid for its own people to keep: a page that lists it, and the files it leads to."""

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.fingerprints import canonical
from fundapp.models.applications import Application, Submission
from fundapp.queries import keeping as queries
from fundapp.queries import letters as letter_queries
from fundapp.services import bid_printing, versions
from fundapp.web import attached, pulse
from fundapp.web.apply import promises, whole
from fundapp.web.apply.files import shelves
from fundapp.web.apply.outcome import NAMES
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.guards import held_here, requires
from workflows.actors import Permission

TRY_AGAIN_SECONDS = 10


@pages.get("/<reference>/everything")
@requires(Permission.BID_FOLLOW, own)
def everything(bid: Application) -> ResponseReturnValue:
    """Versions, files, what was asked and answered, letters, marks, and what we wrote; what is released."""
    answered = promises.is_answered(bid)
    return render_template(
        "apply/everything.html", bid=bid, versions=queries.versions(bid.id),
        has_draft=bid.state == "draft" or queries.unsent(bid.id) is not None,
        files=attached.shown(queries.files(bid.id), shelves.opening_in(bid)),
        clarified=queries.clarified(bid.id),
        labels={each.key: each.label for each in bid.round.rules.questions},
        letters=letter_queries.visible_letters(bid.id, clock.now()) if answered else (),
        names=NAMES, is_answered=answered, mails=queries.messages(bid, me().id),
    )  # fmt: skip


@pages.get("/<reference>/everything/json")
@requires(Permission.BID_FOLLOW, own)
def everything_json(bid: Application) -> ResponseReturnValue:
    """All that the pages of a bid show whoever asks, as one file; of files their names and hashes."""
    return _json(canonical(whole.of(bid, me(), held_here())), f"{bid.reference}-everything.json")


@pages.post("/<reference>/versions/<int:number>/pdf")
@requires(Permission.BID_FOLLOW, own)
def print_version(bid: Application, number: int) -> ResponseReturnValue:
    """Have the paper of a version made; it is made once, however often somebody asks."""
    bid_printing.ask(_version(bid, number))
    return redirect(url_for("apply.version_pdf", reference=bid.reference, number=number))


@pages.get("/<reference>/versions/<int:number>/pdf")
@requires(Permission.BID_FOLLOW, own)
def version_pdf(bid: Application, number: int) -> ResponseReturnValue:
    """The receipt and the version as a file, as it was printed; until it is, a page that says so."""
    version = _version(bid, number)
    paper = queries.paper(version)
    if paper is None:
        page = render_template("apply/paper_not_ready.html", bid=bid, version=version)
        return pulse.not_ready(page, TRY_AGAIN_SECONDS)
    response = Response(bid_printing.open_pdf(paper), mimetype="application/pdf")
    response.headers["ETag"] = f'"{paper.pdf_sha256}"'
    return _named(response, "inline", f"{bid.reference}-version-{number}.pdf")


@pages.get("/<reference>/versions/<int:number>/json")
@requires(Permission.BID_FOLLOW, own)
def version_json(bid: Application, number: int) -> ResponseReturnValue:
    """The frozen content to the byte: the SHA-256 of the file is the one on the receipt."""
    return _json(canonical(_version(bid, number).content), f"{bid.reference}-version-{number}.json")


@pages.get("/<reference>/draft/json")
@requires(Permission.BID_FOLLOW, own)
def draft_json(bid: Application) -> ResponseReturnValue:
    """What is saved of a draft; or was not sent in, where an earlier version went forward instead."""
    content = versions.draft_content(bid) if bid.state == "draft" else queries.unsent(bid.id)
    return _json(canonical(content or abort(404)), f"{bid.reference}-draft.json")


def _version(bid: Application, number: int) -> Submission:
    return queries.version(bid.id, number) or abort(404)


def _json(content: bytes, name: str) -> Response:
    return _named(Response(content, mimetype="application/json"), "attachment", name)


def _named(response: Response, how: str, name: str) -> Response:
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
