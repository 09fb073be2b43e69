"""Every page as it stands in a browser: nothing for axe to find, nothing wider than a phone, nothing below
the footer, no error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.access.browsers import Browser as Visitor
from tests.access.table import VISITOR, address, lines, rules_of
from tests.factories.world import World
from tests.journeys.looking import (
    BELOW_ITS_FOOTER,
    DESK,
    NARROWEST,
    PHONE,
    TOO_WIDE,
    UNREADABLE,
    looked_at,
    with_axe,
)

pytestmark = pytest.mark.browser

ELEMENT = re.compile(r'<([a-z][a-z0-9]*)\b(?:[^>]*?\bclass="([^"]*)")?')
# What the tab key stops at, in the order of the page; a group of round buttons is one stop, and so is a bar.
STOPS = """() => {
  const stop = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const isShown = (each) => !each.disabled && each.type !== 'hidden' && each.tabIndex >= 0
    && each.checkVisibility({ visibilityProperty: true });
  const isTheStop = (each) => {
    if (each.type !== 'radio') return true;
    const group = [...each.form.querySelectorAll(`input[type=radio][name="${each.name}"]`)];
    return each === (group.find((one) => one.checked) || group[0]);
  };
  window.stops = [...document.querySelectorAll(stop)].filter(isShown).filter(isTheStop);
  return window.stops.length;
}"""
IS_OUTLINED = """() => {
  const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
  return outlineStyle !== 'none' || boxShadow !== 'none';
}"""
KEY_PAGES = (
    ("account.sign_in", VISITOR),
    ("apply.question", "owner"),
    ("apply.check", "owner"),
    ("apply.accept", "owner"),
    ("assess.read", "assessor"),
    ("board.item", "member"),
    ("office.letter", "officer"),
)


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as one party sees it; a page that another party has is looked at once only."""

    name: str
    party: str
    where: str
    is_first: bool


@pytest.fixture
def windows(
    browser: Browser, browsers: dict[str, Visitor], live_url: str
) -> Iterator[dict[str, BrowserContext]]:
    """A browser window for each party, signed in; the page's own security policy stays in force."""
    opened = {}
    for party, visitor in browsers.items():
        window = browser.new_context(base_url=live_url, viewport=DESK)  # type: ignore[arg-type]
        opened[party] = with_axe(window)
        name, _, value = visitor.cookie.partition("=")
        opened[party].add_cookies([{"name": name, "value": value, "url": live_url}])
    yield opened
    for window in opened.values():
        window.close()


def test_every_page_is_fit_for_everybody(
    app: Flask, world: World, browsers: dict[str, Visitor], windows: dict[str, BrowserContext]
) -> None:
    wrong: list[str] = []
    looked_at = 0
    pages = {party: window.new_page() for party, window in windows.items()}
    for page in pages.values():
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
    for sight in _sights(app, world, browsers):
        page = pages[sight.party]
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.goto(sight.where)
        found = [f"{width}: {each}" for width in _widths(sight) for each in _look(page, width)]
        page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
        found += ["320: wider than the screen"] if page.evaluate(TOO_WIDE) else []
        wrong += [f"{sight.name} as {sight.party} at {each}" for each in found]
        looked_at += 1
    assert wrong == [], "\n".join(wrong)
    assert looked_at > 80


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("", []),
        ("margin-top: -1em", ["one on another: Dock gates / Tide sensors"]),
        ("width: 3em; overflow: hidden; white-space: nowrap", ["cut off: Tide sensors"]),
        ("margin-top: -1em; position: absolute; clip-path: inset(50%)", []),
    ],
)
def test_text_on_text_and_text_cut_off_are_seen(browser: Browser, style: str, found: list[str]) -> None:
    page = browser.new_page()
    page.set_content(f"<p style='margin: 0'>Dock gates</p><p style='margin: 0; {style}'>Tide sensors</p>")
    assert page.evaluate(UNREADABLE) == found
    page.close()


@pytest.mark.parametrize(("endpoint", "party"), KEY_PAGES, ids=[name for name, _ in KEY_PAGES])
def test_the_tab_key_leads_through_a_page_in_reading_order(
    app: Flask, world: World, windows: dict[str, BrowserContext], endpoint: str, party: str
) -> None:
    page = windows[party].new_page()
    line = next(line for line in lines() if line.name == endpoint)
    page.goto(address(next(rules_of(app, line)), world, line))
    stops = page.evaluate(STOPS)
    reached = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => window.stops.indexOf(document.activeElement)"))
        assert page.evaluate(IS_OUTLINED), reached
    assert reached == list(range(stops))
    assert page.evaluate("() => window.stops[0].classList.contains('govuk-skip-link')")


def _widths(sight: Sight) -> tuple[int, ...]:
    return (1280, 360) if sight.is_first else (1280,)


def _look(page: Page, width: int) -> list[str]:
    page.set_viewport_size(DESK if width == 1280 else PHONE)  # type: ignore[arg-type]
    below = ["scrolls below its footer"] if page.evaluate(BELOW_ITS_FOOTER) else []
    return [*looked_at(page), *below, *page.evaluate(UNREADABLE)]


def _sights(app: Flask, world: World, browsers: dict[str, Visitor]) -> Iterator[Sight]:
    """Every page of the access table as each party sees it, the same build of a page only once."""
    for line in lines():
        seen: set[int] = set()
        for rule in rules_of(app, line):
            if "GET" not in (rule.methods or ()):
                continue
            where = address(rule, world, line)
            for party in [each for each in browsers if each in line.let_in]:
                answer = browsers[party].ask("GET", where)
                if answer.status_code != 200 or answer.mimetype != "text/html":
                    continue
                build = hash(tuple(ELEMENT.findall(answer.text.partition("<main")[2])))
                if build not in seen:
                    yield Sight(line.name, party, where, is_first=not seen)
                    seen.add(build)
