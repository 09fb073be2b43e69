"""The organisation behind a bid: what and where it is, and how large it is; shared by all its bids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.organisations import SizeFacts
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import costs, organisations, size_facts
from fundapp.services.organisations import Place
from fundapp.services.size_facts import Said
from fundapp.services.stale import StaleError
from fundapp.web import record
from fundapp.web.apply.forms import version_sent
from fundapp.web.apply.pages import me
from fundapp.web.apply.questions import scripted
from fundapp.web.apply.questions.firm_forms import PlaceForm, SizeForm
from fundapp.web.apply.questions.saving import NO_TROUBLE, Trouble, common, onward
from fundapp.web.filters import clock_seconds, uk_date
from workflows.funds.definition import Question
from workflows.machine import Blocked

OTHER_YEAR = "The figures of another year are saved when you press “Save and continue”."


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the organisation's record with its form.

    `save` keeps what was sent and says what has changed with it, in words or not at all; `filled` is the
    form with what somebody else saved; `version`, `saved_at` and `saved_by` are of what is saved now; `waits`
    says why what was sent is not saved before a button is pressed.
    """

    form: FlaskForm
    save: Callable[[], str]
    filled: Callable[[Mapping[str, Any]], FlaskForm]
    version: int
    saved_at: datetime | None
    saved_by: Person | None
    shown: Mapping[str, Any]
    waits: Callable[[], str] = lambda: ""


def page(bid: Application, asked: Question) -> ResponseReturnValue:
    """The form; once it is sent and right, what it says is saved and the next page follows."""
    part = PARTS[asked.kind](bid, asked)
    if request.method == "GET":
        return _page(bid, asked, part)
    if not part.form.validate_on_submit():
        return _page(bid, asked, part), 400
    try:
        changed = part.save()
    except StaleError as stale:
        return _page(bid, asked, part, Trouble(stale=stale)), 409
    except Blocked as blocked:
        return _page(bid, asked, part, Trouble(blocked=blocked)), 409
    if changed:
        flash(changed)
    return onward(bid, asked)


def autosave(bid: Application, asked: Question) -> ResponseReturnValue:
    """Save the form as it stands, as the script of its page asks."""
    part = PARTS[asked.kind](bid, asked)

    def save() -> dict[str, Any]:
        changed = part.save()
        now = PARTS[asked.kind](bid, asked)
        told = {
            "version": now.version,
            "saved_at": clock_seconds(now.saved_at or clock.now()),
            "aside": changed,
            "parts": {"counted": render_template("apply/counted.html", **now.shown)},
        }
        if changed and scripted.is_pressed():
            flash(changed)  # for the page that comes next: whatever is rendered here would take it
        return told

    return scripted.kept(part.form, save, part.filled, part.waits)


def _place(bid: Application, _asked: Question) -> Part:
    """What it is and where it is."""
    firm, last = bid.organisation, queries.last_change(bid.organisation_id)
    rules = bid.round.rules
    form = PlaceForm.offering(rules, organisations.place_of(firm))

    def save() -> str:
        organisations.update(firm, form.place(), me(), version_sent())
        return ""

    def filled(saved: Mapping[str, Any]) -> PlaceForm:
        return PlaceForm.offering(rules, Place(**saved), formdata=None)

    shown = {"checked": record.checked(firm, queries.last_answer(firm.id))}
    return Part(form, save, filled, last.version, last.at, last.by, shown)


def _size(bid: Application, asked: Question) -> Part:
    """How large it is in its latest year, and what that counts as by each named test."""
    years = queries.sizes_of(bid.organisation_id)
    latest = next(iter(years), None)
    form = SizeForm.of(latest)

    def save() -> str:
        facts = size_facts.state(bid.organisation, form.said(), me(), version_sent())
        return _changed(bid, asked, facts) if latest is None or facts.id != latest.id else ""

    def filled(saved: Mapping[str, Any]) -> SizeForm:
        return SizeForm.of(Said(**saved), formdata=None)

    def waits() -> str:
        begun = latest.year_ended_on if latest else None
        return OTHER_YEAR if begun and form.year_ended_on.data != begun else ""

    shown = {"year": next(iter(record.years_of(years[:1], record.tests_of([bid.round]))), None)}
    if latest is None:
        return Part(form, save, filled, 0, None, None, shown, waits)
    return Part(form, save, filled, latest.id, latest.said_at, latest.said_by, shown, waits)


PARTS: Mapping[str, Callable[[Application, Question], Part]] = {"organisation": _place, "size": _size}


def _page(bid: Application, asked: Question, part: Part, trouble: Trouble = NO_TROUBLE) -> str:
    stale = trouble.stale
    return render_template(
        "apply/organisation.html",
        bid=bid,
        question=asked,
        form=part.form,
        version=stale.version if stale else version_sent() or part.version,
        last=part.saved_at,
        by=part.saved_by,
        is_unsaved=request.method == "POST",
        theirs=scripted.in_words(part.filled(stale.theirs)) if stale else (),
        **part.shown,
        **common(part.form, trouble),
    )


def _changed(bid: Application, asked: Question, facts: SizeFacts) -> str:
    """What depends on the size: this part and the costs of the bid, and of its others being written."""
    firm = bid.organisation
    if facts.year_ended_on != firm.year_ended_on:
        return (
            f"The figures of the year ended {uk_date(facts.year_ended_on)} are kept."
            f" Those of the latest year, ended {uk_date(firm.year_ended_on)}, count."
        )
    others = [each for each in queries.bids_of(firm.id) if each.state == "draft" and each is not bid]
    also = _there(bid, [bid, *others])
    said = f"The size of {firm.name} has changed. “{asked.label}” depends on it{also}, and is checked anew."
    paid = [each for each in (bid, *others) if costs.is_paid_anew(each)]
    if not paid:
        return said
    again = f"look at the costs again and save them{_there(bid, paid)}"
    return f"{said} The share we pay changes with it: {again}."


def _there(bid: Application, found: Sequence[Application]) -> str:
    """In which of these bids, in words; nothing where it is this one alone."""
    names = [each.reference for each in found if each is not bid]
    if not names:
        return ""
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f", here and in {listed}" if bid in found else f" in {listed}"
