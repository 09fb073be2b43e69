"""The organisation behind a bid: where it is, and how large it is; shared by all its bids."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.applications import Application
from fundapp.models.organisations import SizeFacts
from fundapp.queries import organisations as queries
from fundapp.services import organisations, size_facts
from fundapp.services.organisations import Place
from fundapp.web import record
from fundapp.web.apply.firm_forms import PlaceForm, SizeForm
from fundapp.web.apply.pages import me
from fundapp.web.apply.saving import onward
from fundapp.web.filters import uk_date
from workflows.funds.definition import Question
from workflows.machine import Blocked
from workflows.rules.sizes import YEAR


def place(bid: Application, asked: Question) -> ResponseReturnValue:
    """What it is called and where it is."""
    firm = bid.organisation
    saved = Place(firm.name, firm.postcode, firm.authority, firm.registered_postcode)
    form = PlaceForm.offering(bid.round.rules.authorities, saved)
    shown = {"checked": record.checked(firm, queries.last_answer(firm.id))}

    def save() -> None:
        organisations.update(firm, form.place(), me())

    return _page(bid, asked, form, save, shown)


def size(bid: Application, asked: Question) -> ResponseReturnValue:
    """How large it is in its latest year, and what that counts as by each named test."""
    years = queries.sizes_of(bid.organisation_id)
    latest = next(iter(years), None)
    form = _size_form(latest)
    shown = {"year": next(iter(record.years_of(years[:1], record.tests_of([bid.round]))), None)}

    def save() -> None:
        facts = size_facts.state(bid.organisation, form.said(), me())
        if latest is None or facts.id != latest.id:
            flash(_changed(bid, asked, facts))

    return _page(bid, asked, form, save, shown)


def _page(
    bid: Application, asked: Question, form: FlaskForm, save: Callable[[], None], shown: dict[str, Any]
) -> ResponseReturnValue:
    """The form; once it is sent and right, what it says is saved and the next page follows."""

    def page(blocked: Blocked | None = None) -> str:
        return render_template(
            "apply/organisation.html", bid=bid, question=asked, form=form, blocked=blocked,
            has_errors=bool(form.errors or blocked), **shown,
        )  # fmt: skip

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 400
    try:
        save()
    except Blocked as blocked:
        return page(blocked), 409
    return onward(bid, asked)


def _size_form(latest: SizeFacts | None) -> SizeForm:
    form = SizeForm(obj=latest)
    if request.method == "GET" and latest is not None and latest.months == YEAR:
        form.months.data = None
    return form


def _changed(bid: Application, asked: Question, facts: SizeFacts) -> str:
    """What depends on the size: this part of the bid, and the same part of its others being written."""
    firm = bid.organisation
    if facts.year_ended_on != firm.year_ended_on:
        return (
            f"The figures of the year ended {uk_date(facts.year_ended_on)} are kept."
            f" Those of the latest year, ended {uk_date(firm.year_ended_on)}, count."
        )
    others = [
        each.reference for each in queries.bids_of(firm.id) if each.state == "draft" and each is not bid
    ]
    also = f", here and in {_listed(others)}" if others else ""
    return f"The size of {firm.name} has changed. “{asked.label}” depends on it{also}, and is checked anew."


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
