"""Looking changes nothing, no link is a dead end, and a secret is found only by those who may read it."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import text
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from fundapp.extensions import db
from tests.access.browsers import Browser
from tests.access.table import address, lines, rules_of
from tests.factories.world import READERS, World

MOST_OF_A_KIND = 5
# A mail is shown with the links its own reader may follow.
MAILBOX = "/admin/messages/"
LINK = re.compile(r'<a\b[^>]*?href="([^"#?]+)')
CHANGED_BY_LOOKING = {"login_sessions", "login_attempts"}


@dataclass
class Found:
    """What each party read, by address; where their links led; and how every address answered them."""

    pages: dict[str, dict[str, str]]
    links: list[tuple[str, str, str]] = field(default_factory=list)
    answers: dict[tuple[str, str], int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def shared() -> dict[str, Found]:
    """What the one crawl of this module found."""
    return {}


def test_looking_at_every_page_as_everybody_changes_nothing(
    app: Flask, world: World, browsers: dict[str, Browser], shared: dict[str, Found]
) -> None:
    before = _contents(app)
    shared["found"] = _crawl(app, _known(app, world), browsers)
    after = _contents(app)
    assert {table for table in before if before[table] != after[table]} <= CHANGED_BY_LOOKING
    assert before.keys() == after.keys()
    assert sum(map(len, shared["found"].pages.values())) > 300


def test_no_link_leads_its_reader_to_a_closed_door(shared: dict[str, Found]) -> None:
    found = shared["found"]
    opened = {
        (party, where.partition("?")[0]) for (party, where), status in found.answers.items() if status < 400
    }
    asked = {where.partition("?")[0] for _, where in found.answers}
    closed = sorted(
        f"{party} at {where}: {link}"
        for party, where, link in found.links
        if link in asked and (party, link) not in opened and not where.startswith(MAILBOX)
    )
    assert closed == [], "\n".join(closed)
    assert len(found.links) > 3_000


@pytest.mark.parametrize("secret", READERS)
def test_a_secret_is_read_by_its_readers_and_by_nobody_else(secret: str, shared: dict[str, Found]) -> None:
    seen = {
        party: sorted(where for where, page in pages.items() if secret in page)
        for party, pages in shared["found"].pages.items()
    }
    assert {party: places for party, places in seen.items() if places and party not in READERS[secret]} == {}
    assert any(seen.values())


def _known(app: Flask, world: World) -> list[str]:
    """The address of everything the access table names."""
    return [
        address(rule, world, line)
        for line in lines()
        for rule in rules_of(app, line)
        if "GET" in (rule.methods or ())
    ]


def _crawl(app: Flask, known: list[str], browsers: dict[str, Browser]) -> Found:
    """Every page of every party: those in the table, and those that they or others find linked there."""
    found = Found({party: {} for party in browsers})
    waiting = list(dict.fromkeys(known))
    seen = set(waiting)
    kinds = Counter(_kind(app, where) for where in waiting)
    while waiting:
        where = waiting.pop(0)
        for party, browser in browsers.items():
            answer = browser.ask("GET", where)
            assert answer.status_code < 500, (party, where)
            found.answers[party, where] = answer.status_code
            if answer.status_code != 200:
                continue
            found.pages[party][where] = _read(answer)
            for link in _links(answer, where):
                found.links.append((party, where, link))
                if link not in seen and kinds[_kind(app, link)] < MOST_OF_A_KIND:
                    seen.add(link)
                    kinds[_kind(app, link)] += 1
                    waiting.append(link)
    return found


def _read(answer: TestResponse) -> str:
    """What a person reads: the words of a letter, else the answer as it is."""
    if answer.mimetype == "application/pdf":
        return _words(answer.data)
    return answer.get_data(as_text=False).decode("utf-8", "replace")


@cache
def _words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def _links(answer: TestResponse, where: str) -> Iterator[str]:
    """The pages an answer links to, each without its questions."""
    if answer.mimetype == "text/html":
        for href in LINK.findall(answer.text):
            to = urlsplit(urljoin(f"http://localhost{where}", href))
            if to.hostname == "localhost":
                yield to.path


def _kind(app: Flask, where: str) -> str:
    """The route an address belongs to; where there is none, only the address itself."""
    try:
        return str(app.url_map.bind("localhost").match(where)[0])
    except HTTPException:
        return where


def _contents(app: Flask) -> dict[str, str]:
    """A hash of everything in every table."""
    with app.app_context():
        tables = db.session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        ).all()
        hashes = {
            table: db.session.scalar(
                text(f"SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM {table} r")
            )
            for table in tables
        }
        db.session.rollback()
    return {table: str(found) for table, found in hashes.items()}
