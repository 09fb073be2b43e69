"""How much of a request is read, for which host, and through how many proxies."""

from collections.abc import Callable

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from fundapp.config import Settings

View = Callable[..., ResponseReturnValue]

MOST_FORM_PARTS = 2_000
FILES_AT_ONCE = 3
LARGEST_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """A whole number that fits a row's id; a longer one is simply no page of ours."""

    regex = r"[0-9]+"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def register(app: Flask, settings: Settings) -> None:
    """Set every limit explicitly: none is left to a framework's default."""
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_form_bytes
    app.config["MAX_FORM_PARTS"] = MOST_FORM_PARTS
    app.config["TRUSTED_HOSTS"] = settings.hosts
    app.config["PREFERRED_URL_SCHEME"] = "https" if is_https(settings) else "http"
    app.url_map.converters["int"] = IdConverter
    app.before_request(_limit_plain_bodies)
    hops = settings.proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def takes_files(view: View) -> View:
    """A page to which several large files may be sent at once: it takes three times what others take."""
    view.__dict__["takes_files"] = True
    return view


def _limit_plain_bodies() -> None:
    """Only a form with files may be long: the framework's form limit covers no other kind of body."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and "takes_files" in view.__dict__:
        request.max_content_length = FILES_AT_ONCE * current_app.config["MAX_CONTENT_LENGTH"]
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def is_https(settings: Settings) -> bool:
    """Whether people reach this installation over https."""
    return settings.base_url.startswith("https://")
