"""Who looks at a page is answered as the table says, changes nothing, meets no dead end, learns no secret."""

import io
from collections import defaultdict
from functools import cache

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text
from werkzeug.test import TestResponse

from fundapp.extensions import db
from tests.access.answers import NOWHERE, as_read, mistake, said
from tests.access.browsers import Browser
from tests.access.crawl import Found, crawl
from tests.access.hostile import forms_on
from tests.access.table import address, cells
from tests.factories.world import READERS, World
from tests.undoing import Undone

# A mail is shown with the links its own reader may follow.
MAILBOX = "/admin/messages/"
CHANGED_BY_LOOKING = {"login_sessions", "login_attempts"}


@pytest.fixture(scope="module")
def shared() -> dict[str, Found]:
    """What the one crawl of this module found."""
    return {}


def test_looking_at_every_page_as_everybody_changes_nothing(
    app: Flask, world: World, browsers: dict[str, Browser], shared: dict[str, Found]
) -> None:
    before = _contents(app)
    found = shared["found"] = crawl(app, world, browsers)
    after = _contents(app)
    assert {table for table in before if before[table] != after[table]} <= CHANGED_BY_LOOKING
    assert before.keys() == after.keys()
    assert [asked for asked, answer in found.answers.items() if answer.status_code >= 500] == []
    assert len(list(found.pages())) > 300


def test_every_party_is_answered_as_the_table_says(
    app: Flask, world: World, browsers: dict[str, Browser], shared: dict[str, Found]
) -> None:
    wrong = []
    asked = 0
    missing = {party: as_read(browser, "GET", NOWHERE) for party, browser in browsers.items()}
    for line, rule, method in cells(app):
        where = address(rule, world, line)
        for party in browsers if method == "GET" else ():
            answer = shared["found"].answers[party, where]
            asked += 1
            told = mistake(line, party, method, answer)
            if answer.status_code == 404 and said(answer, where) != missing[party]:
                told = "the refusal is not the page of a missing address"
            if told:
                wrong.append(f"{line.name} as {party}: {told}")
    assert wrong == [], "\n".join(wrong)
    assert asked > 1_000


def test_no_link_leads_its_reader_to_a_closed_door(shared: dict[str, Found]) -> None:
    found = shared["found"]
    opened = {
        (party, where.partition("?")[0])
        for (party, where), answer in found.answers.items()
        if answer.status_code < 400
    }
    asked = {where.partition("?")[0] for _, where in found.answers}
    closed = sorted(
        f"{party} at {where}: {link}"
        for party, where, link in found.links
        if link in asked and (party, link) not in opened and not where.startswith(MAILBOX)
    )
    assert closed == [], "\n".join(closed)
    assert len(found.links) > 3_000


def test_no_button_refuses_whom_it_is_shown_to(
    browsers: dict[str, Browser], shared: dict[str, Found], undone: Undone
) -> None:
    shown = {
        (party, form.action): where
        for party, where, answer in shared["found"].pages()
        if answer.mimetype == "text/html"
        for form in forms_on(answer.text, where)
        if form.method == "post"
    }
    refusing = []
    for (party, action), where in sorted(shown.items()):
        with undone():
            status = browsers[party].ask("POST", action).status_code
        if status in (403, 404):
            refusing.append(f"{party} at {where}: {action} answers {status}")
    assert refusing == [], "\n".join(refusing)
    assert len(shown) > 200


@pytest.mark.parametrize("secret", READERS)
def test_a_secret_is_read_by_its_readers_and_by_nobody_else(secret: str, shared: dict[str, Found]) -> None:
    seen = defaultdict(list)
    for party, where, answer in shared["found"].pages():
        if secret in _read(answer):
            seen[party].append(where)
    assert {party: places for party, places in seen.items() if party not in READERS[secret]} == {}
    assert seen


def _read(answer: TestResponse) -> str:
    """What a person reads: the words of a letter, else the answer as it is."""
    if answer.mimetype == "application/pdf":
        return _words(answer.data)
    return answer.get_data(as_text=False).decode("utf-8", "replace")


@cache
def _words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _contents(app: Flask) -> dict[str, str]:
    """A hash of everything the application can read in every table."""
    with app.app_context():
        tables = db.session.execute(
            text(
                "SELECT relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum)"
                " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
                " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0"
                " AND NOT attisdropped AND has_column_privilege(attrelid, attnum, 'SELECT')"
                " GROUP BY relname ORDER BY relname"
            )
        ).all()
        hashes = {
            table: db.session.scalar(
                text(
                    "SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), ''))"
                    f" FROM (SELECT {columns} FROM {table}) r"
                )
            )
            for table, columns in tables
        }
        db.session.rollback()
    return {table: str(found) for table, found in hashes.items()}
