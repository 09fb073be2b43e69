"""An organisation as its own people see it: its record, its size by year, its bids and its awards."""

from datetime import date
from typing import cast

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import joining as verbs
from fundapp.services import size_facts
from fundapp.web import record, sessions
from fundapp.web.apply import overview
from fundapp.web.filters import uk_date
from fundapp.web.guards import requires
from fundapp.web.organisations.forms import LetInForm, TakeBackForm
from fundapp.web.organisations.pages import pages
from workflows.actors import Permission
from workflows.machine import Blocked

SEE = Permission.ORGANISATION_READ


def own(number: int) -> Organisation | None:
    """The organisation an address names."""
    return queries.by_id(number)


@pages.get("/<int:number>")
@requires(SEE, own)
def one(organisation: Organisation) -> ResponseReturnValue:
    """The record, its people, its size by year, its bids and awards, and what of it was checked."""
    return _page(organisation, TakeBackForm())


@pages.post("/<int:number>/take-back")
@requires(Permission.ORGANISATION_EDIT, own, sees=SEE)
def take_back(organisation: Organisation) -> ResponseReturnValue:
    """Take back what was said of one year."""
    form = TakeBackForm()
    if not form.validate_on_submit():
        return _page(organisation, form), 400
    try:
        size_facts.take_back(organisation, cast("date", form.ended_on.data), _me())
    except Blocked as blocked:
        return _page(organisation, form, blocked), 409
    flash(f"The figures of the year ended {uk_date(form.ended_on.data)} count no more.", "success")
    return redirect(url_for("organisations.one", number=organisation.id))


@pages.post("/<int:number>/joining/<int:asked>")
@requires(Permission.ORGANISATION_EDIT, own, sees=SEE)
def joining(organisation: Organisation, asked: int) -> ResponseReturnValue:
    """Let in somebody who asks to act for the organisation, or not."""
    found = queries.request_by_id(asked)
    if found is None or found.organisation_id != organisation.id:
        abort(404)
    form = LetInForm()
    if not form.validate_on_submit():
        return _page(organisation, form), 400
    try:
        verbs.answer(found, _me(), lets_in=form.lets_in)
    except Blocked as blocked:
        return _page(organisation, form, blocked), 409
    flash(form.said(found.person.name, organisation.name), "success")
    return redirect(url_for("organisations.one", number=organisation.id))


def _page(organisation: Organisation, form: TakeBackForm | LetInForm, blocked: Blocked | None = None) -> str:
    bids = queries.bids_of(organisation.id)
    members, asking = queries.acting_and_asking(organisation.id)
    return render_template(
        "organisations/one.html",
        organisation=organisation,
        where=record.where,
        kinds=record.kinds,
        checked=record.checked(organisation, queries.last_answer(organisation.id)),
        members=members,
        asking=asking,
        years=record.years_of(queries.sizes_of(organisation.id), record.tests_of(bid.round for bid in bids)),
        rows=overview.rows_of(bids),
        form=form,
        blocked=blocked,
        has_errors=bool(form.errors or blocked),
    )


def _me() -> Person:
    return sessions.person() or abort(401)
