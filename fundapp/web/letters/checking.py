"""Says to anybody whether a letter is real: by its code, and by the very bytes of the file they hold."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.extensions import db
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.letters.verify import read_code, verify
from fundapp.models.applications import Application
from fundapp.models.letters import Letter
from fundapp.services import checking
from fundapp.services.tries import TooManyTries
from fundapp.web.guards import public
from fundapp.web.letters.pages import pages

LONGEST = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """What a letter is worth today: its shape and word, and a sentence."""

    kind: str
    word: str
    title: str
    sentence: str


@pages.get("/check")
@public
def check() -> ResponseReturnValue:
    """The box for a code; a code that was typed leads to its own page."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return render_template("public/check.html", typed="", mistake="")
    code = read_code(typed) if len(typed) <= LONGEST else None
    if code is None:
        mistake = "Check the code: it has eight letters and figures, like 7K2M-94QD, and this is none of ours"
        return render_template("public/check.html", typed=typed, mistake=mistake), 400
    return redirect(url_for("letters.checked", code=code))


@pages.get("/check/<code>")
@public
def checked(code: str) -> ResponseReturnValue:
    """What is known of the letter with this code."""
    return _answer(code)


@pages.post("/check/<code>")
@public
def compare(code: str) -> ResponseReturnValue:
    """Whether the file somebody holds is that very letter."""
    sent = request.files.get("letter")
    return _answer(code, sent.read() if sent else b"")


def _answer(code: str, sent: bytes | None = None) -> ResponseReturnValue:
    try:
        letter = checking.look_up(code[:LONGEST], request.remote_addr or "")
    except TooManyTries:
        return render_template("public/check.html", typed=code[:LONGEST], mistake="", slow=True), 429
    if letter is None:
        return render_template("public/unknown_letter.html", typed=code[:LONGEST]), 404
    bid = db.session.get_one(Application, letter.application_id)
    same = None if sent is None else bool(sent) and verify(sent, letter.pdf_sha256)
    page = render_template(
        "public/checked.html", letter=letter, bid=bid, name=CATALOGUE[Kind(letter.kind)].name,
        standing=_standing(letter), same=same, empty=sent == b"",
    )  # fmt: skip
    return make_response(page, 200)


def _standing(letter: Letter) -> Standing:
    if letter.void is not None:
        return Standing("stop", "Void", "This letter is void", "It was ours, and it does not count any more.")
    if letter.acceptance is not None:
        return Standing("done", "Accepted", "This letter is genuine", "Its offer was accepted.")
    return Standing("done", "Genuine", "This letter is genuine", "We sent it, and it counts.")
