"""Pages that say what is wrong, or no: as fit for everybody as those where all goes well."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser

from tests.access.browsers import Browser as Visitor
from tests.access.table import address, cells
from tests.factories import bids, people, rounds
from tests.factories.forms import every_kind
from tests.factories.world import World
from tests.journeys.looking import Glass
from tests.undoing import Undone
from tests.web.browsing import send, signed_in

pytestmark = pytest.mark.browser

BID = "/bids/FIF7-0001"
CHECKER = "/rounds/FIF7/can-you-apply"
SUMMARY, BOTH = ".govuk-error-summary", "#saved-meanwhile"
# What somebody writes who has not seen what is there by then: theirs begins with `THEIRS`.
THEIRS = "77"
MINE = {
    f"{BID}/project": {"title": "My title"},
    f"{BID}/questions/problem": {"answer": "My words."},
    f"{BID}/questions/who_you_are": {
        "name": "My name", "legal_form": "charity", "postcode": "L3 1BP", "authority": "E08000012",
    },
    f"{BID}/questions/size_and_sites": {
        "staff_count": "9", "no_accounts": "y", "turnover_pence": "1", "gross_assets_pence": "1",
    },
    f"{BID}/money": {"line_other-0-what": "Mine", "line_other-0-pence": "5"},
}  # fmt: skip

# What no page of a bid can take, by the page it comes back on.
WRONG: dict[str, dict[str, Any]] = {
    f"{BID}/questions/motto": {"answer": "a\0b"},
    f"{BID}/questions/share": {"answer": "NaN"},
    f"{BID}/questions/begun": {"answer": ["30", "2", "2027"], "next": "1"},
    f"{BID}/questions/steps": {"answer": ["Rig runs", "30", "2", "2027", "Film"], "next": "1"},
    f"{BID}/questions/who_you_are": {"name": ""},
    f"{BID}/questions/size_and_sites": {"staff_count": "lots"},
    f"{BID}/money": {"line_other-0-what": "All", "line_other-0-pence": "lots"},
}


@pytest.fixture
def glass(browser: Browser, live_url: str) -> Iterator[Glass]:
    """A window to look at pages in."""
    opened = Glass(browser, live_url)
    yield opened
    opened.page.context.close()


def shows(page: str, part: str) -> bool:
    return BeautifulSoup(page, "html.parser").select_one(part) is not None


def test_every_form_that_comes_back_with_its_mistakes_is_fit_for_everybody(
    app: Flask, world: World, browsers: dict[str, Visitor], undone: Undone, glass: Glass
) -> None:
    found = {}
    for line, rule, method in cells(app):
        if method == "POST" and line.let_in:
            with undone():
                answer = browsers[min(line.let_in)].ask("POST", address(rule, world, line))
            if answer.mimetype == "text/html" and shows(answer.text, SUMMARY):
                found[line.name] = glass.look(answer.text)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) > 70, sorted(found)


def test_the_pages_of_a_bid_that_come_back_with_their_mistakes_are_fit_for_everybody(
    app: Flask, glass: Glass
) -> None:
    with app.app_context():
        lead = signed_in(app, bids.lead_of_draft(every_kind()))
    for where, wrong in WRONG.items():
        answer = send(lead, where, wrong)
        assert (where, answer.status_code, shows(answer.text, SUMMARY)) == (where, 400, True)
        assert (where, glass.look(answer.text)) == (where, [])


@pytest.mark.parametrize(
    ("answers", "part"), [("at=place", SUMMARY), ("place=elsewhere", "h1:-soup-contains('not for you')")]
)
def test_the_check_that_asks_again_or_says_no_is_fit_for_everybody(
    app: Flask, glass: Glass, answers: str, part: str
) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
    page = app.test_client().get(f"{CHECKER}?{answers}").text
    assert shows(page, part)
    assert glass.look(page) == []


def test_the_page_that_shows_mine_and_what_was_saved_meanwhile_is_fit_for_everybody(
    app: Flask, glass: Glass
) -> None:
    with app.app_context():
        lead = signed_in(app, bids.lead_of_complete_draft())
    for where, mine in MINE.items():
        assert send(lead, where, mine | {next(iter(mine)): THEIRS}).status_code == 302
        answer = send(lead, where, mine | {"version": "0"})
        assert (where, answer.status_code, shows(answer.text, BOTH)) == (where, 409, True)
        assert (where, glass.look(answer.text)) == (where, [])
