"""Each request gets a reference, is refused when its address is hostile, and leaves one line in the log."""

import re
import secrets
import time
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.installed import settings
from fundapp.web import sessions
from workflows.rules.words import shown

log = structlog.get_logger("fundapp.web")

REFERENCE = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def register(app: Flask) -> None:
    """Begin every request with a reference and end it with a line in the log."""
    app.before_request(_refuse_control_characters)
    app.after_request(_write_line)
    app.context_processor(lambda: {"reference": reference()})


def reference() -> str:
    """What a person quotes when something went wrong; a trusted proxy's own id where there is one."""
    if "reference" not in g:
        given = request.headers.get("X-Request-ID", "") if settings().proxy_hops else ""
        g.reference = given if REFERENCE.fullmatch(given) else secrets.token_hex(6)
        g.began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.reference)
    return str(g.reference)


def _refuse_control_characters() -> ResponseReturnValue | None:
    """No path or query of ours holds a control character, and the database could not keep one.

    In a box of a form that asks, such a sign came along with what was copied there: the same is asked for
    again without it.
    """
    structlog.contextvars.clear_contextvars()
    reference()
    if CONTROL.search(request.path):
        abort(404)
    asked = list(request.args.items(multi=True))
    if not any(CONTROL.search(part) for pair in asked for part in pair):
        return None
    if request.method != "GET" or request.endpoint is None:
        abort(404)
    query = urlencode([(shown(name, " "), shown(value, " ")) for name, value in asked])
    return redirect(f"{url_for(request.endpoint, **request.view_args or {})}?{query}")


def _write_line(response: Response) -> Response:
    response.headers["X-Request-ID"] = reference()
    use = sessions.current().use
    log.info(
        "request",
        method=request.method,
        route=str(request.url_rule) if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        person=use.person_id if use else None,
    )
    return response
