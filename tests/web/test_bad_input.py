"""Hostile text in every box of every form that an applicant or anybody meets: refused beside it, or kept."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as some
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.events import EventPersonal
from fundapp.models.people import OneTimeLink, Person
from fundapp.services import partners, teams
from tests.access.browsers import Browser, browser_of, of_everybody
from tests.access.table import address, lines, rules_of
from tests.factories import bids as factory
from tests.factories import people
from tests.factories import world as world_of_pages
from tests.factories.forms import every_kind
from tests.services.test_teams import FREYA, HERE, link_to
from tests.stages import Stages
from tests.undoing import Undone, undoing
from tests.web.boxes import Sheet, plain, read, sheets_on

HOSTILE = (
    "dock\x00side",
    "\u202egnp.exe",
    "\u200f\u05d0\u05d1",
    "1,000.005",
    "-1",
    "NaN",
    "9" * 400,
    "\uff11\uff12",
    "=cmd|'/C calc'!A0",
    "one\r\ntwo",
    "\U0001f642" * 50,
    "x" * 60_000,
    "x" * 10_000_000,
)
NO_DAYS = (("30", "2", "2027"), ("31", "April", "2027"), ("0", "0", "0"), ("1", "1", "27"))
FIGURES = some.from_regex(r"[-+]?[0-9]{1,7}[.,][0-9]{1,3}|[0-9]{1,12}|[0-9]e[0-9]{1,3}", fullmatch=True)
TEXT = some.text(max_size=300) | FIGURES | some.sampled_from(HOSTILE)
FEW = how(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONGEST_ADDRESS = 100_000  # far longer than any browser asks for a page by
ROW = re.compile(r"line_[a-z]+-\d+|\d+")
ASK_WHO_IT_IS = ("/sign-in", "/account/password", "/account/change-phone")
OF_EVERY_KIND = "questions of every kind"
FIRST_OF_APRIL = date(2026, 4, 1)


class Place(NamedTuple):
    """Where something is typed: a box of a form, or the three of a date."""

    sheet: Sheet
    boxes: tuple[str, ...]


class Scene:
    """The boxes of some pages; whatever is sent in them has not happened afterwards."""

    def __init__(self, app: Flask, undone: Undone, sheets: Sequence[Sheet]) -> None:
        self._app = app
        self._undone = undone
        self.boxes = [Place(sheet, (box,)) for sheet in sheets for box in sheet.boxes]
        self.days = [Place(sheet, days) for sheet in sheets for days in sheet.days]

    def wrong_with(self, place: Place, *texts: str) -> str:
        """What is wrong with the answer to these texts, and where; empty when nothing is."""
        if place.sheet.method == "get" and len("".join(texts)) > LONGEST_ADDRESS:
            return ""
        with self._undone():
            told = place.sheet.wrong_with(dict(zip(place.boxes, texts, strict=True)), self._unseen)
        return told and f"{place.sheet.where} {place.boxes} {[text[:40] for text in texts]}: {told}"

    def unsound(self) -> list[str]:
        """The forms that are refused with nothing spoilt in them."""
        return [sheet.where for sheet in {place.sheet for place in self.boxes} if self._is_refused(sheet)]

    def _is_refused(self, sheet: Sheet) -> bool:
        with self._undone():
            return sheet.path not in ASK_WHO_IT_IS and sheet.send({}).status_code in {400, 409, 429}

    def _unseen(self) -> list[str]:
        """What is kept until a link is opened, or for staff to read: no page of who typed it shows it."""
        with self._app.app_context():
            kept = [*db.session.scalars(select(OneTimeLink.payload))]
            kept += db.session.scalars(select(EventPersonal.body))
            texts = [text for each in kept for text in each.values() if isinstance(text, str)]
            return [plain(text) for text in (*texts, *db.session.scalars(select(Person.name)))]


def a_draft_with_a_partner() -> tuple[int, int, str]:
    """A draft with a question of every kind: its lead, a partner, and a link that asks another partner in."""
    lead_id = factory.lead_of_draft(every_kind())
    bid = db.session.scalars(select(Application)).one()
    factory.complete(bid, bid.lead)
    partners.ask_in(bid, "Wavewright Ltd", FREYA, bid.lead)
    freya = people.applicant("Freya Holm", FREYA)
    teams.join(link_to(FREYA), HERE)
    partners.ask_in(bid, "Northlight Ltd", "new@gmail.com", bid.lead)
    return lead_id, freya.id, link_to("new@gmail.com")


@pytest.fixture(params=["public", "letters", "account", "apply", OF_EVERY_KIND])
def scene(app: Flask, stages: Stages, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The pages of one audience, as the access table names them and as they lead on."""
    is_of_every_kind = request.param == OF_EVERY_KIND
    starts = _of_every_kind(app, stages) if is_of_every_kind else _of_audience(app, stages, request.param)
    with app.app_context():
        day = db.session.scalar(select(Award.starts_on).order_by(Award.starts_on)) or FIRST_OF_APRIL
    sheets = [sheet for where, browser in starts for sheet in _sheets_from(where, browser, day)]
    with undoing(app) as undone:
        yield Scene(app, undone, sheets)


def test_hostile_text_is_refused_beside_its_box_or_kept(scene: Scene) -> None:
    told = [scene.wrong_with(place, text) for place in _once(scene.boxes) for text in HOSTILE]
    told += [scene.wrong_with(place, *day) for place in _once(scene.days) for day in NO_DAYS]
    assert [wrong for wrong in told if wrong] == []
    assert scene.unsound() == []
    assert len(told) >= len(HOSTILE)


@FEW
@given(data=some.data())
def test_any_text_at_all_is_refused_beside_its_box_or_kept(scene: Scene, data: some.DataObject) -> None:
    place = data.draw(some.sampled_from(scene.boxes))
    assert scene.wrong_with(place, data.draw(TEXT)) == ""


def _of_audience(app: Flask, stages: Stages, audience: str) -> list[tuple[str, Browser]]:
    """The pages of the access table for an audience: as the lead of the bids there, or as a visitor."""
    world = stages.copied("world", world_of_pages.build)
    browsers = of_everybody(app, world)
    return [
        (address(rule, world, line), browsers[party])
        for line in lines()
        if line.endpoint.partition(".")[0] == audience
        for party in sorted({"owner", "visitor"} & line.let_in)
        for rule in rules_of(app, line)
        if "GET" in (rule.methods or ())
    ]


def _of_every_kind(app: Flask, stages: Stages) -> list[tuple[str, Browser]]:
    """A question of each kind, a partner's own costs, and the page of an invitation."""
    lead_id, partner_id, link = stages.copied("a_draft_with_a_partner", a_draft_with_a_partner)
    lead, of_kind = browser_of(app, lead_id), {each.kind: each.key for each in every_kind().questions}
    return [
        *((f"/bids/FIF7-0001/questions/{key}", lead) for key in of_kind.values()),
        ("/bids/FIF7-0001/money/1?add=travel", browser_of(app, partner_id)),
        (f"/account/link/{link}", browser_of(app, None)),
    ]


def _sheets_from(where: str, browser: Browser, day: date) -> Iterator[Sheet]:
    """The forms of a page, and of those it leads on to: with another row, or the next of some steps."""
    waiting, seen = [where], set[str]()
    while waiting:
        here = waiting.pop()
        seen.add(here)
        answer = browser.ask("GET", here)
        assert answer.status_code < 500, here
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = read(answer)
        sheets = list(sheets_on(page, here, browser, day))
        yield from sheets
        onward = [sheet.onward for sheet in sheets if "at=" in sheet.onward]
        if "?" not in here:
            onward += [f"{here}?add={press['value']}" for press in page.select("button[name=add]")]
        waiting += [to for to in dict.fromkeys(onward) if to not in seen.union(waiting)]


def _once(places: Sequence[Place]) -> list[Place]:
    """Each box or date once, wherever its form is found; one of a list of rows stands for the others."""
    return list({(each.sheet.path, ROW.sub("row", each.boxes[0])): each for each in places}.values())
