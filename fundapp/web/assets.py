"""Serves the built style sheets, scripts and typefaces under names that change with their content."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory

from fundapp.web.guards import public

BUILT = Path(__file__).parents[1] / "static" / "build"
MANIFEST = BUILT / "manifest.json"
ADDRESS = "/static"
ONE_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Give templates `asset('app.css')` and serve what it names."""
    app.add_url_rule(f"{ADDRESS}/<path:name>", "static", built_file)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a built file by its plain name; the plain name itself where nothing is built yet."""
    return f"{ADDRESS}/{_names(_stamp()).get(name, name)}"


@public
def built_file(name: str) -> Response:
    """One built file; its name holds its hash, so a browser may keep it for a year."""
    response = send_from_directory(BUILT, name, max_age=ONE_YEAR)
    if name in _names(_stamp()).values():
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


def _stamp() -> int:
    """When the front end was last built; nought while it is not."""
    try:
        return MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@cache
def _names(stamp: int) -> dict[str, str]:
    """What each file is called now; read again whenever the front end has been built again."""
    return dict(json.loads(MANIFEST.read_text(encoding="utf-8"))) if stamp else {}
