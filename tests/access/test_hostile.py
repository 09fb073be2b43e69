"""Hostile requests at every route and every form: none is a mistake of ours, shows a trace or hangs."""

import time
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app

from tests.access.browsers import Browser
from tests.access.hostile import Attacker, Form, forms_on
from tests.access.table import address, lines, rules_of
from tests.factories.world import World
from tests.undoing import Undone

SEED = 1
REQUESTS = 3_000
LONGEST_SECONDS = 5.0
NAMES = ["page", "after", "before", "q", "next", "token", "sort", "state", "round", "format", "from", "to"]


def test_no_hostile_request_is_a_mistake_of_ours(
    app: Flask, world: World, browsers: dict[str, Browser], undone: Undone
) -> None:
    places = _places(app, world, browsers)
    found = _forms(places)
    names = sorted({name for form, _ in found for name, _ in form.fields} | {*NAMES})
    forms = found + _guessed(app, world, browsers, names)
    attacker = Attacker(SEED)
    wrong = []
    for number in range(REQUESTS):
        if number % 2:
            form, browser = forms[number // 2 % len(forms)]
            environ = attacker.at_a_form(form, browser)
        else:
            where, browser = places[number // 2 % len(places)]
            environ = attacker.at_an_address(where, names, browser)
        with undone():
            told = _mistake(app, environ)
        if told:
            wrong.append(f"{told}: {number} {environ['REQUEST_METHOD']} {environ['PATH_INFO'][:200]!r}")
    assert wrong == [], "\n".join(wrong)
    assert len(forms) > 100


def _mistake(app: Flask, environ: dict[str, Any]) -> str:
    """What is wrong with the answer to a request; empty when nothing is."""
    began = time.process_time()
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    if status.startswith("5"):
        return status
    if b"Traceback" in b"".join(body):
        return "a trace"
    if "Content-Security-Policy" not in headers:
        return "no policy"
    lasted = time.process_time() - began
    return f"{lasted:.1f} s" if lasted > LONGEST_SECONDS else ""


def _places(app: Flask, world: World, browsers: dict[str, Browser]) -> list[tuple[str, Browser]]:
    """Every address of the access table, with the browser of somebody let in there."""
    return [
        (address(rule, world, line), browsers[min(line.let_in, default="visitor")])
        for line in lines()
        for rule in rules_of(app, line)
    ]


def _forms(places: list[tuple[str, Browser]]) -> list[tuple[Form, Browser]]:
    """Every form found on the pages at these addresses, once for each address it is sent to."""
    found: dict[tuple[str, str], tuple[Form, Browser]] = {}
    for where, browser in places:
        answer = browser.ask("GET", where)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            for form in forms_on(answer.text, where):
                if form.fields:
                    found.setdefault((form.action, form.method), (form, browser))
    return list(found.values())


def _guessed(
    app: Flask, world: World, browsers: dict[str, Browser], names: list[str]
) -> list[tuple[Form, Browser]]:
    """A form for every address of the table that takes one, with names from everywhere on the site."""
    fields = tuple((name, "1") for name in names)
    return [
        (Form(address(rule, world, line), "post", fields), browsers[max(line.let_in, default="visitor")])
        for line in lines()
        for rule in rules_of(app, line)
        if "POST" in (rule.methods or ())
    ]
