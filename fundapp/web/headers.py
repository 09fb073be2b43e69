"""The headers of every response, errors included: what a browser may load, keep and send on."""

import secrets

from flask import Flask, Response, g, request

from fundapp.config import Settings
from fundapp.web import sessions
from fundapp.web.limits import is_https

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-src 'none'; frame-ancestors 'none'"
)
FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
    "xr-spatial-tracking",
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
HTTPS_ONLY = "max-age=63072000; includeSubDomains"


def register(app: Flask, settings: Settings) -> None:
    """Put the headers on every response and the nonce into every template."""
    always = FIXED | ({"Strict-Transport-Security": HTTPS_ONLY} if is_https(settings) else {})

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
        response.headers.extend(always)  # no page sets one of these, so none need be looked for
        response.headers.setdefault("Cache-Control", _keeping())
        return response

    app.context_processor(lambda: {"cspNonce": nonce()})


def nonce() -> str:
    """The random text that lets this one response's scripts run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _keeping() -> str:
    """Pages of signed-in people are kept nowhere; others are asked for again each time."""
    anonymous = request.method in {"GET", "HEAD"} and sessions.current().use is None
    return "private, no-cache" if anonymous else "no-store"
