"""A cookie by which a browser is known again, so that strangers' guesses never lock its owner out."""

from flask import Response, current_app, request

from fundapp.web.sessions import stored_in

ONE_YEAR = 31_536_000


def known_device() -> str:
    """What the browser kept from an earlier sign-in, if anything."""
    return request.cookies.get(_name(), "")


def remember_device(response: Response, device: str) -> Response:
    """Give the browser something to be known by; it opens nothing."""
    secure = stored_in(current_app).secure
    response.set_cookie(
        _name(), device, max_age=ONE_YEAR, path="/", secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _name() -> str:
    return f"{stored_in(current_app).cookie_name}-device"
