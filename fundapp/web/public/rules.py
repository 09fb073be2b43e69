"""A round's rules and its form as the very bytes their public hashes are taken over."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from fundapp.fingerprints import canonical
from fundapp.models.funds import Round
from fundapp.queries import rounds as queries
from fundapp.services import funds
from fundapp.web.guards import public
from fundapp.web.public.pages import pages


@pages.get("/rounds/<ref>/rules.json")
@public
def rules_file(ref: str) -> ResponseReturnValue:
    """Everything the round fixed; the SHA-256 of this file is the hash on its page."""
    call = _published(ref)
    return _file(f"{call.ref}-rules.json", funds.pinned(call))


@pages.get("/rounds/<ref>/form.json")
@public
def form_file(ref: str) -> ResponseReturnValue:
    """The version of the form the round asks with; the rules name the SHA-256 of this file."""
    call = _published(ref)
    return _file(f"{call.ref}-form.json", call.form_version.definition)


def _published(ref: str) -> Round:
    return queries.public_round(ref) or abort(404)


def _file(name: str, content: object) -> Response:
    response = Response(canonical(content), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
