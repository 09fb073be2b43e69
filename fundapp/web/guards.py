"""Stands before every page: nothing is shown or done that its route does not declare a permission for.

A thing a person may not see answers exactly as one that does not exist; only an action on a thing
they may see is refused openly.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, cast

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from fundapp.access import held_by
from fundapp.web import sessions
from fundapp.web.addresses import here
from workflows.actors import Permission

View = Callable[..., ResponseReturnValue]
Loader = Callable[..., object | None]


@dataclass(frozen=True)
class Declaration:
    """What a route asks for: a permission, perhaps on a loaded thing that must be visible first."""

    permission: Permission | None
    loader: Loader | None = None
    sees: Permission | None = None

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The values of the address that the loader takes."""
        return tuple(inspect.signature(self.loader).parameters) if self.loader else ()


class Undeclared(RuntimeError):
    """A route says nothing about who may use it, so the application does not start."""


def public(view: View) -> View:
    """Anyone may open this page, signed in or not."""
    return _declare(view, Declaration(Permission.PUBLIC_READ))


def begun(view: View) -> View:
    """For somebody between password and one-time code: pages that ask for the code, and no others."""

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        return view(**values) if sessions.begun() else redirect(url_for("account.sign_in"))

    return _declare(guarded, Declaration(None))


def requires(
    permission: Permission, loader: Loader | None = None, *, sees: Permission | None = None
) -> Callable[[View], View]:
    """Only people who hold `permission` get in; with a loader, who hold it on the thing it loads.

    The loader takes the address's values it names and returns the thing or nothing; the view gets the
    thing first and the values left over. `sees` names the permission that makes the thing visible:
    with it a refusal is 403, without it a refusal looks like a missing page.
    """
    declaration = Declaration(permission, loader, sees)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            if sessions.person() is None:
                return ask_to_sign_in()
            things = _load(declaration, values)
            return view(*things, **values)

        return _declare(guarded, declaration)

    return decorate


def declared(app: Flask) -> dict[str, Declaration]:
    """What every route of the application declares, by endpoint."""
    return {
        endpoint: view.__dict__["declaration"]
        for endpoint, view in app.view_functions.items()
        if "declaration" in view.__dict__
    }


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when any route declares nothing."""
    missing = sorted(app.view_functions.keys() - declared(app).keys())
    if missing:
        raise Undeclared(f"no permission is declared for: {', '.join(missing)}")


def _load(declaration: Declaration, values: dict[str, Any]) -> tuple[object, ...]:
    """The thing the address names, when this person may have it; otherwise 404 or 403."""
    if declaration.loader is None:
        _insist(held_by(sessions.person()), declaration)
        return ()
    named = {name: values.pop(name) for name in declaration.named if name in values}
    thing = declaration.loader(**named)
    if thing is None:
        abort(404)
    _insist(held_by(sessions.person(), thing), declaration)
    return (thing,)


def held_here() -> frozenset[Permission]:
    """What the person holds on the thing this page is about, as the guard found it; nothing before it has."""
    return cast("frozenset[Permission]", g.get("held", frozenset()))


def _insist(held: frozenset[Permission], declaration: Declaration) -> None:
    g.held = held
    if declaration.sees is not None and declaration.sees not in held:
        abort(404)
    if declaration.permission not in held:
        abort(404 if declaration.sees is None else 403)


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to the sign-in page and remember where they were going; tell a script so."""
    waiting = sessions.begun()
    page = "account.second_factor" if waiting else "account.sign_in"
    address = url_for(page, next=here())
    if wants_json():
        return _json_sign_in(address)
    return redirect(address)


def is_for_people_signed_in() -> bool:
    """Whether this request's page is one that only people who have signed in may open."""
    view = current_app.view_functions.get(request.endpoint or "")
    declaration = view.__dict__.get("declaration") if view else None
    return declaration is not None and declaration.permission not in (None, Permission.PUBLIC_READ)


def _json_sign_in(address: str) -> Response:
    """What a script needs to have the person sign in without leaving the page."""
    ended = "Your session has ended. Sign in to go on; what you wrote is still here."
    answer = jsonify(error=ended, sign_in=address, csrf=generate_csrf())
    answer.status_code = 401
    return answer


def wants_json() -> bool:
    """Whether a script asked, rather than a person's browser."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def _declare(view: View, declaration: Declaration) -> View:
    view.__dict__["declaration"] = declaration
    return view


def permission_of(endpoint: str) -> Permission | None:
    """What a route asks for, so that a menu shows only doors that open."""
    declaration = current_app.view_functions[endpoint].__dict__.get("declaration")
    return declaration.permission if declaration else None
