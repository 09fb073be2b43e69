"""Every route for every party that sends something: let in as the table says, or told nothing."""

from flask import Flask

from fundapp.web import guards
from tests.access.answers import FORGED, NOWHERE, as_read, mistake, said
from tests.access.browsers import Browser
from tests.access.table import METHODS, VISITOR, address, address_of_nothing, cells, lines, rules_of
from tests.factories.world import World
from tests.undoing import Undone

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
# A mail program stops the mails to a follower by itself and has no form token (RFC 8058); and a form token
# belongs to a session, which the equality form must not know.
WITHOUT_TOKEN = ("public.stop_following", "public.equality")

Browsers = dict[str, Browser]


def test_every_route_stands_in_the_table(app: Flask) -> None:
    written = [line.name for line in lines()]
    assert sorted(written) == sorted(set(written))
    assert {line.endpoint for line in lines()} == guards.declared(app).keys()


def test_every_party_that_sends_is_answered_as_the_table_says(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    wrong = []
    asked = 0
    unknown = {
        (party, method): as_read(browser, method, NOWHERE)
        for party, browser in browsers.items()
        for method in UNSAFE
    }
    for line, rule, method in cells(app):
        if method not in UNSAFE:
            continue
        where = address(rule, world, line)
        for party, browser in browsers.items():
            with undone():
                answer = browser.ask(method, where)
            asked += 1
            told = mistake(line, party, method, answer)
            if answer.status_code == 404 and said(answer, where) != unknown[party, method]:
                told = "the refusal is not the page of a missing address"
            if told:
                wrong.append(f"{method} {line.name} as {party}: {told}")
    assert wrong == [], "\n".join(wrong)
    assert asked > 500


def test_what_is_not_there_is_answered_as_any_missing_page(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    wrong = []
    for line, rule, method in cells(app):
        if not rule.arguments or VISITOR in line.let_in:
            continue
        party = min(line.let_in)
        with undone():
            here = as_read(browsers[party], method, address_of_nothing(rule))
            nowhere = as_read(browsers[party], method, NOWHERE)
        if here != nowhere:
            wrong.append(f"{method} {line.name} as {party}")
    assert wrong == [], "\n".join(wrong)


def test_no_unsafe_request_passes_without_its_form_token(
    app: Flask, world: World, browsers: Browsers, undone: Undone
) -> None:
    passed = []
    for line, rule, method in cells(app):
        if method not in UNSAFE or line.endpoint in WITHOUT_TOKEN:
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
