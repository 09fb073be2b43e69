"""Every route for every party: who is let in stands in one table, and whoever is not learns nothing."""

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from fundapp.web import guards
from tests.access.browsers import Browser
from tests.access.table import METHODS, VISITOR, Line, address, address_of_nothing, lines, rules_of
from tests.factories.world import World
from tests.undoing import Undone

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
SHOWN = {200, 302}
DONE = {200, 302, 303, 400, 409}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]+"')
NOWHERE = "/no-such-page"
FORGED = "This page was open too long"

Browsers = dict[str, Browser]


def test_every_route_stands_in_the_table(app: Flask) -> None:
    written = [line.name for line in lines()]
    assert sorted(written) == sorted(set(written))
    assert {line.endpoint for line in lines()} == guards.declared(app).keys()


def test_every_party_is_answered_as_the_table_says(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    wrong = []
    asked = 0
    unknown = {
        (party, method): _as_read(browser, method, NOWHERE)
        for party, browser in browsers.items()
        for method in METHODS
    }
    for line, rule, method in _cells(app):
        where = address(rule, world, line)
        for party, browser in browsers.items():
            with undone():
                answer = browser.ask(method, where)
            asked += 1
            told = _mistake(line, party, method, answer)
            if answer.status_code == 404 and _page(answer, where) != unknown[party, method]:
                told = "the refusal is not the page of a missing address"
            if told:
                wrong.append(f"{method} {line.name} as {party}: {told}")
    assert wrong == [], "\n".join(wrong)
    assert asked > 1_500


def test_what_is_not_there_is_answered_as_any_missing_page(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    wrong = []
    for line, rule, method in _cells(app):
        if not rule.arguments or VISITOR in line.let_in:
            continue
        party = min(line.let_in)
        with undone():
            here = _as_read(browsers[party], method, address_of_nothing(rule))
            nowhere = _as_read(browsers[party], method, NOWHERE)
        if here != nowhere:
            wrong.append(f"{method} {line.name} as {party}")
    assert wrong == [], "\n".join(wrong)


def test_no_unsafe_request_passes_without_its_form_token(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    passed = []
    for line, rule, method in _cells(app):
        if method not in UNSAFE:
            continue
        for party, browser in browsers.items():
            for token in ["", browsers["rival"].token] if party in ("owner", "officer") else [""]:
                with undone():
                    answer = browser.ask(method, address(rule, world, line), token=token)
                if answer.status_code != 400 or FORGED.encode() not in answer.data:
                    passed.append(f"{method} {line.name} as {party}: {answer.status_code}")
    assert passed == []


def test_no_other_method_is_taken(app: Flask, world: World, browsers: Browsers, undone: Undone) -> None:
    taken = []
    for line in lines():
        for rule in rules_of(app, line):
            where = address(rule, world, line)
            adapter = app.url_map.bind("localhost")
            for method in set(METHODS) - set(adapter.allowed_methods(where.partition("?")[0])):
                for party in ("owner", "officer"):
                    with undone():
                        status = browsers[party].ask(method, where).status_code
                    if status != 405:
                        taken.append(f"{method} {line.name} as {party}: {status}")
    assert taken == []


def _cells(app: Flask) -> Iterator[tuple[Line, Rule, str]]:
    for line in lines():
        for rule in rules_of(app, line):
            for method in sorted(set(METHODS) & set(rule.methods or ())):
                yield line, rule, method


def _mistake(line: Line, party: str, method: str, answer: TestResponse) -> str:
    """What is wrong with an answer; empty when it is what the table asks for."""
    status, goes_to = answer.status_code, answer.headers.get("Location", "")
    if line.is_waiting or (party == VISITOR and party not in line.let_in):
        return "" if status == 302 and goes_to.startswith("/sign-in") else f"{status} {goes_to}, not sign-in"
    if party in line.let_in:
        entered = status in (SHOWN if method == "GET" else DONE) and FORGED.encode() not in answer.data
        return "" if entered and not goes_to.startswith("/sign-in") else f"{status} {goes_to}, not let in"
    expected = 403 if party in line.sees else 404
    return "" if status == expected else f"{status} {goes_to}, not {expected}"


def _as_read(browser: Browser, method: str, where: str) -> str:
    return _page(browser.ask(method, where), where)


def _page(answer: TestResponse, where: str) -> str:
    """A status and what the page says, without the address asked for and what changes each time."""
    said = answer.data.decode("utf-8", "replace").partition("<main")[2]
    return f"{answer.status_code} {TOKEN.sub('', said).replace(where, '')}"
