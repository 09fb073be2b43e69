"""Who has an account and which roles they hold; every change signs that person out everywhere."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.people import Person
from fundapp.queries import people as queries
from fundapp.queries import sessions as open_sessions
from fundapp.services import people as verbs
from fundapp.web import sessions
from fundapp.web.admin.forms import CHOICES, InviteForm, RoleForm
from fundapp.web.admin.pages import pages
from fundapp.web.guards import requires
from fundapp.web.navigation import ROLE_NAMES
from workflows.actors import Permission, Role
from workflows.machine import Blocked

MANAGE = Permission.PERSON_MANAGE


def one(number: int) -> Person | None:
    """The person an address names."""
    return queries.by_id(number)


@pages.get("/people")
@requires(MANAGE)
def people() -> ResponseReturnValue:
    """Everybody, by name; found by name, address or role."""
    text, role = request.args.get("text", ""), request.args.get("role", "")
    wanted = queries.Wanted(text, Role(role) if role in dict(CHOICES) else None)
    page = queries.page(wanted, request.args.get("after", type=int))
    return render_template(
        "admin/people.html",
        page=page,
        wanted=wanted,
        roles=CHOICES,
        role_names=ROLE_NAMES,
        more=url_for("admin.people", text=text or None, role=role or None, after=page.last)
        if page.last
        else "",
    )


@pages.route("/people/invite", methods=["GET", "POST"])
@requires(MANAGE)
def invite() -> ResponseReturnValue:
    """Invite somebody to a role; they get a link by mail."""
    form = InviteForm()
    if not form.validate_on_submit():
        return render_template("admin/invite.html", form=form, reasons=[]), 400 if form.errors else 200
    try:
        invited, _ = verbs.invite(form.name.data or "", form.email.data or "", form.chosen, _me())
    except Blocked as blocked:
        reasons = [blocker.reason for blocker in blocked.blockers]
        return render_template("admin/invite.html", form=form, reasons=reasons), 409
    flash(f"{invited.name} is invited as {ROLE_NAMES[form.chosen].lower()}.", "success")
    return redirect(url_for("admin.person", number=invited.id))


@pages.get("/people/<int:number>")
@requires(MANAGE, one)
def person(somebody: Person) -> ResponseReturnValue:
    """One person: their roles now and before, and where they are signed in."""
    return _page(somebody)


@pages.post("/people/<int:number>/grant")
@requires(MANAGE, one)
def grant(somebody: Person) -> ResponseReturnValue:
    """Give them a role."""
    form = RoleForm()
    if not form.validate():
        return _page(somebody, form), 400
    return _done(somebody, lambda: verbs.grant(somebody.id, form.chosen, _me()), "The role is given.")


@pages.post("/people/<int:number>/end-role")
@requires(MANAGE, one)
def end_role(somebody: Person) -> ResponseReturnValue:
    """Take a role from them."""
    form = RoleForm()
    if not form.validate():
        return _page(somebody, form), 400
    return _done(somebody, lambda: verbs.end_role(somebody.id, form.chosen, _me()), "The role is taken away.")


@pages.post("/people/<int:number>/deactivate")
@requires(MANAGE, one)
def deactivate(somebody: Person) -> ResponseReturnValue:
    """Switch their account off."""
    return _done(somebody, lambda: verbs.deactivate(somebody.id, _me()), "The account is switched off.")


@pages.post("/people/<int:number>/reactivate")
@requires(MANAGE, one)
def reactivate(somebody: Person) -> ResponseReturnValue:
    """Switch their account on again."""
    return _done(somebody, lambda: verbs.reactivate(somebody.id, _me()), "The account is switched on.")


@pages.post("/people/<int:number>/forget-phone")
@requires(MANAGE, one)
def forget_phone(somebody: Person) -> ResponseReturnValue:
    """Let them set up another phone."""
    return _done(somebody, lambda: verbs.forget_phone(somebody.id, _me()), "They can set up another phone.")


def _done(somebody: Person, verb: Callable[[], None], said: str) -> ResponseReturnValue:
    try:
        verb()
    except Blocked as blocked:
        return _page(somebody, reasons=[blocker.reason for blocker in blocked.blockers]), 409
    flash(f"{said} They were signed out everywhere.", "success")
    return redirect(url_for("admin.person", number=somebody.id))


def _page(somebody: Person, form: RoleForm | None = None, reasons: list[str] | None = None) -> str:
    return render_template(
        "admin/person.html",
        somebody=somebody,
        form=form or RoleForm(formdata=None),
        reasons=reasons or [],
        grants=queries.grants_of(somebody.id),
        browsers=open_sessions.open_of(somebody.id),
        role_names=ROLE_NAMES,
        is_me=somebody.id == _me().id,
    )


def _me() -> Person:
    return sessions.live().person
