"""The blank form of a round as a file: the bytes a worker has printed, never printed while somebody waits."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from fundapp.queries import rounds as queries
from fundapp.services import form_printing
from fundapp.web import pulse
from fundapp.web.guards import public
from fundapp.web.public.pages import pages

TRY_AGAIN_SECONDS = 60


@pages.get("/rounds/<ref>/form.pdf")
@public
def printed_form(ref: str) -> ResponseReturnValue:
    """The kept file; in the minute before it is printed, a page that says so."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    form = queries.printed_form(call)
    if form is None:
        page = render_template("public/form_not_ready.html", call=call)
        return pulse.not_ready(page, TRY_AGAIN_SECONDS)
    response = Response(form_printing.open_pdf(form), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{call.ref}-blank-form.pdf"'
    response.headers["ETag"] = f'"{form.pdf_sha256}"'
    return response
