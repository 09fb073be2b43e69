"""The office's letters: what waits for a second person, what went out, what is void, one letter in full."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.extensions import db
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.funds import Round
from fundapp.models.letters import Letter
from fundapp.models.people import Person
from fundapp.queries import letters as queries
from fundapp.services import awards as award_verbs
from fundapp.services import letters as verbs
from fundapp.web.guards import requires
from fundapp.web.office.letter_forms import VoidForm
from fundapp.web.office.pages import counted, finding, me, number_in, pages
from fundapp.web.office.subjects import the_round
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker

LIST = Permission.LETTER_LIST
NAMES = {kind.value: CATALOGUE[kind].name for kind in Kind}
WAITS = {"subsidy_check", "offered"}


def the_letter(code: str) -> Letter | None:
    """The letter of this code."""
    return queries.by_code(code)


@pages.get("/letters")
@requires(LIST)
def letters() -> ResponseReturnValue:
    """A page of letters of one standing, and the declines that can go together."""
    wanted = request.args.get("standing", "waiting")
    standing = wanted if wanted in queries.STANDINGS else "waiting"
    rows, more = queries.listed(standing, number_in(request.args.get("after")))
    counts = queries.counts()
    return render_template(
        "office/letters.html", rows=rows, standing=standing, counts=counts, names=NAMES,
        batches=queries.declines_waiting() if standing == "waiting" else (), page_title=_finding(counts),
        next=url_for("office.letters", standing=standing, after=more) if more else "", now=clock.now(),
    )  # fmt: skip


@pages.get("/letters/<code>")
@requires(LIST, the_letter)
def letter(letter: Letter) -> ResponseReturnValue:
    """One letter: what it is, what became of it, the doors that are open and what closes the others."""
    return _page(letter)


@pages.post("/letters/<code>/release")
@requires(Permission.LETTER_RELEASE, the_letter, sees=LIST)
def release(letter: Letter) -> ResponseReturnValue:
    """Let it go: the second pair of eyes."""
    award = _award(letter)
    try:
        if award is not None and _is_first_offer(letter, award):
            award_verbs.release_offer(award, me())
        else:
            verbs.release(letter, me())
    except Blocked as blocked:
        return _page(letter, blocked=blocked), 409
    flash(f"Letter {letter.code} is released.", "success")
    return redirect(url_for("office.letters"))


@pages.post("/letters/<code>/void")
@requires(Permission.LETTER_VOID, the_letter, sees=LIST)
def void(letter: Letter) -> ResponseReturnValue:
    """Declare it void, and have it made again where that is wanted."""
    form = VoidForm()
    if not form.validate_on_submit():
        return _page(letter, form), 400
    again = bool(form.again.data)
    try:
        verbs.void(letter, form.reason.data or "", me(), make_again=again)
    except Blocked as blocked:
        return _page(letter, form, blocked), 409
    made = " A new one is being made and will wait here for its release." if again else ""
    flash(f"Letter {letter.code} is void.{made}", "success")
    return redirect(url_for("office.letter", code=letter.code))


@pages.get("/rounds/<ref>/declines")
@requires(LIST, the_round)
def declines(call: Round) -> ResponseReturnValue:
    """Who is affected when the declines of a round are released in one press."""
    return _declines(call)


@pages.post("/rounds/<ref>/declines")
@requires(Permission.LETTER_RELEASE, the_round, sees=LIST)
def release_declines(call: Round) -> ResponseReturnValue:
    """Release them."""
    released = verbs.release_declines(call, me())
    flash(finding(f"{counted(released, 'letter is', 'letters are')} released") + ".", "success")
    return redirect(url_for("office.letters"))


def _declines(call: Round) -> str:
    rows, total = queries.declines_to_release(call.id, me().id)
    own = sum(row.by_own_hand for row in rows)
    return render_template(
        "office/declines.html", call=call, rows=rows, total=total, own=own, own_hand=verbs.OWN_HAND,
        now=clock.now(),
    )  # fmt: skip


def _page(letter: Letter, form: VoidForm | None = None, blocked: Blocked | None = None) -> str:
    bid = db.session.get_one(Application, letter.application_id)
    award = _award(letter)
    return render_template(
        "office/letter.html", letter=letter, bid=bid, award=award, name=NAMES[letter.kind],
        releaser=_releaser(letter), stops=_stops(letter, bid, award), blocked=blocked,
        void_stops=verbs.void_blockers(letter, bid, me()), form=form or VoidForm(formdata=None),
        may_remake=award is None or award.state in WAITS, now=clock.now(),
    )  # fmt: skip


def _stops(letter: Letter, bid: Application, award: Award | None) -> tuple[Blocker, ...]:
    """What keeps this person from releasing the letter now."""
    if award is not None and _is_first_offer(letter, award):
        own = verbs.release_blockers(letter, bid, me())
        return own or award_verbs.release_blockers(award, me())
    return verbs.release_blockers(letter, bid, me())


def _is_first_offer(letter: Letter, award: Award) -> bool:
    """Whether releasing this letter is what makes the offer."""
    return letter.kind in queries.OFFERS and award.state == "subsidy_check"


def _award(letter: Letter) -> Award | None:
    return db.session.get(Award, letter.award_id) if letter.award_id else None


def _releaser(letter: Letter) -> str | None:
    if letter.release is None or letter.release.released_by_id is None:
        return None
    person = db.session.get(Person, letter.release.released_by_id)
    return person.name if person else None


def _finding(counts: dict[str, Any]) -> str:
    waiting = counts["waiting"]
    return finding(f"{counted(waiting, 'letter waits', 'letters wait')} for a second person")
