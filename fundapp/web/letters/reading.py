"""Opens a letter's PDF for the people it is written to, once it is out, and for those who work on it."""

from flask import Response
from flask.typing import ResponseReturnValue

from fundapp.letters.verify import read_code
from fundapp.models.letters import Letter
from fundapp.queries import letters as queries
from fundapp.services import letters as verbs
from fundapp.web.guards import requires
from fundapp.web.letters.pages import pages
from workflows.actors import Permission


def the_letter(code: str) -> Letter | None:
    """The letter of this code, however it is typed."""
    known = read_code(code)
    return queries.by_code(known) if known else None


@pages.get("/letters/<code>.pdf")
@requires(Permission.LETTER_READ, the_letter)
def pdf(letter: Letter) -> ResponseReturnValue:
    """The very bytes that were made and hashed."""
    response = Response(verbs.open_pdf(letter), mimetype="application/pdf")
    name = f"{letter.kind.replace('_', '-')}-{letter.code}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = f'"{letter.pdf_sha256}"'
    return response
