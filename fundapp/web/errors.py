"""Answers what goes wrong in plain words with a reference to quote, and never with a trace."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from psycopg import OperationalError as ConnectionFailed
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError

from fundapp.extensions import db
from fundapp.models.people import Person
from fundapp.web import resending, sessions
from fundapp.web.guards import ask_to_sign_in, is_for_people_signed_in, wants_json
from fundapp.web.requests import reference

log = structlog.get_logger("fundapp.web")

RETRY_SECONDS = "30"


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: what happened, what is kept, and what to do."""

    title: str
    happened: str
    do: str


PAGES = {
    400: Words(
        "We could not read that",
        "Part of what your browser sent was missing or did not make sense. Nothing was changed.",
        "Go back, check what you entered and try again.",
    ),
    401: Words("Sign in to go on", "This page is for people who have signed in.", "Sign in and try again."),
    403: Words(
        "You cannot do that",
        "You may look at this, but this step is not yours to take. Nothing was changed.",
        "If you think it should be, ask the person who runs your team’s accounts.",
    ),
    404: Words(
        "Page not found",
        "There is no such page, or it is not one you can open.",
        "Check the address, or start again from the home page.",
    ),
    405: Words(
        "That does not work here",
        "This address cannot be used in that way. Nothing was changed.",
        "Go back and use the button on the page.",
    ),
    413: Words(
        "That is too much to send at once",
        "What you sent is larger than we can take, so none of it was kept.",
        "Go back: your text is still on the page. Shorten it or use a smaller file, and send it again.",
    ),
    429: Words(
        "Too many tries",
        "For safety we take only so many tries in a while. Nothing is lost.",
        "Wait a few minutes and try again.",
    ),
    500: Words(
        "Sorry, something went wrong",
        "The mistake is ours. What you were doing was not saved; everything saved before is safe.",
        "Try again in a few minutes. If it happens again, tell us the reference below.",
    ),
    503: Words(
        "Sorry, the service is not available",
        "We cannot reach our records. What you were doing was not saved; everything saved before is safe.",
        "Keep this page open and try again in a minute.",
    ),
}
TOO_OLD = Words(
    "This page was open too long",
    "You were signed out meanwhile, or signed in anew, so what you sent was not taken."
    " Everything saved before is safe.",
    "Go back: what you wrote is still on that page. Copy it, load the page again, sign in if it asks you to,"
    " paste it and send it.",
)


def register(app: Flask) -> None:
    """Answer every kind of failure with a page."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(CSRFError, _answer_old_token)
    for failure in (OperationalError, InterfaceError, NoConnectionFree, ConnectionFailed):
        app.register_error_handler(failure, _answer_no_database)
    app.register_error_handler(Exception, _answer_mistake)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return make_response(error.get_response())
    response = _answer(status, PAGES.get(status, PAGES[400 if status < 500 else 500]))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _answer_old_token(_error: CSRFError) -> Response:
    """A form from before the session it is sent in: nothing is done with it, and nothing of it is lost.

    Somebody signed out signs in and sends it again; so does somebody signed in anew, who only has to
    press; a script gets the new token. Other sites' forms and those of strangers are refused.
    """
    if not is_for_people_signed_in():
        return _answer(400, TOO_OLD)
    person = sessions.person()
    if wants_json():
        return make_response(_new_token(person) if person else ask_to_sign_in())
    kept = resending.from_this_form()
    if kept is None:
        return _answer(400, TOO_OLD)
    if person is None:
        return make_response(resending.sign_in_page(kept), 401)
    return make_response(resending.page(kept), 400)


def _new_token(person: Person) -> Response:
    answer = jsonify(error=TOO_OLD.happened, csrf=generate_csrf(), person=person.id)
    answer.status_code = 400
    return answer


def _answer_no_database(error: Exception) -> Response:
    log.error("database_failed", error=type(error).__name__, exc_info=error)
    db.session.rollback()
    sessions.current().be_nobody()
    response = _answer(503, PAGES[503])
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _answer_mistake(error: Exception) -> Response:
    """A mistake of ours: everything to the log, a reference to the person."""
    log.error("request_failed", exc_info=error)
    db.session.rollback()
    return _answer(InternalServerError.code, PAGES[InternalServerError.code])


def _answer(status: int, words: Words) -> Response:
    if wants_json():
        response = jsonify(error=f"{words.happened} {words.do}", reference=reference())
    else:
        response = make_response(_page(status, words))
    response.status_code = status
    return response


def _page(status: int, words: Words) -> str:
    """The page in the usual frame, or a bare one when even the frame cannot be made."""
    values = {"page_title": words.title, "words": words, "status": status, "reference": reference()}
    if request.routing_exception is None or status in {404, 405}:
        try:
            return render_template("errors/page.html", **values)
        except Exception as error:
            log.error("error_page_failed", exc_info=error)
            sessions.current().be_nobody()
    return render_template("errors/bare.html", **values)
