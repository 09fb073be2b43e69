"""Signs no page can show, pasted into a form: taken out of it, said beside the box, and the rest is saved."""

import re
import unicodedata

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from fundapp.services import bids, costs
from tests.journeys.browsing import SAVED
from workflows.rules import words
from workflows.rules.words import HIDDEN

pytestmark = pytest.mark.browser

BID = "/bids/FIF7-0001"
SAID = "Hidden characters that we cannot keep were taken out of this. Check that it reads as you meant it."
ALL = "".join(sign for sign in map(chr, range(0x11_0000)) if HIDDEN.match(sign))
PUT = """(box, units) => {
  box.focus()
  box.value = String.fromCharCode(...units)
  box.dispatchEvent(new Event('input', { bubbles: true }))
}"""


@pytest.fixture
def page(lead_page: Page) -> Page:
    """The lead of a draft, signed in."""
    return lead_page


def put(box: Locator, text: str) -> None:
    """Put a text into a box as if it were pasted, half a surrogate pair included."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    box.evaluate(PUT, units)


def is_saved_and_said(page: Page, box: Locator) -> None:
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    expect(page.locator("[data-notice] .app-warning")).to_have_count(0)
    expect(page.locator("[data-mistake]")).to_have_text(SAID)
    expect(box).to_have_accessible_description(re.compile(re.escape(SAID)))


def answer(app: Flask) -> str:
    with app.app_context():
        return str(db.session.query(Answer).one().value["text"])


def test_an_answer_keeps_everything_else_and_goes_on_being_saved(app: Flask, page: Page) -> None:
    page.goto(f"{BID}/questions/problem")
    box = page.locator("textarea")
    put(box, "  Line one\vLine two\f\x00\x07🙂 Cafe\u0301\x1b ")
    is_saved_and_said(page, box)
    expect(box).to_have_value("  Line one\nLine two\n🙂 Cafe\u0301 ")
    expect(box).to_be_focused()
    assert answer(app) == "Line one\nLine two\n🙂 Café"
    page.keyboard.type("end")
    expect(page.locator("[data-mistake]")).to_have_count(0)
    assert answer(app) == "Line one\nLine two\n🙂 Café end"


def test_the_browser_takes_out_what_the_service_cannot_keep_and_nothing_else(app: Flask, page: Page) -> None:
    page.goto(f"{BID}/questions/problem")
    lone = "\ud800\udbff \udc00\udfff"
    plain = "".join(
        map(chr, [*range(0x20, 0x7F), 0x85, *range(0xA0, 0x250), 0x202E, 0xFFFC, 0xFEFF, 0x1F642])
    )
    text = f"a{lone}b" + "".join(f"{sign}." for sign in ALL if sign < "\ud800") + "\ufffd" + plain + "z"
    put(page.locator("textarea"), text)
    is_saved_and_said(page, page.locator("textarea"))
    assert answer(app) == unicodedata.normalize("NFC", words.shown(text))


def test_a_press_stays_where_something_was_taken_out_and_the_next_goes_on(app: Flask, page: Page) -> None:
    page.goto(f"{BID}/questions/problem")
    box = page.locator("textarea")
    put(box, "Line one\ufffd")
    press = page.get_by_role("button", name="Save and continue")
    press.click()
    is_saved_and_said(page, box)
    expect(box).to_be_focused()
    press.click()
    page.wait_for_url(re.compile("/questions/(?!problem)"))
    assert answer(app) == "Line one"


def test_forms_of_several_boxes_are_cleaned_too(app: Flask, page: Page) -> None:
    page.goto(f"{BID}/project")
    title = page.locator('[name="title"]')
    put(title, "Lamps\vthat see\x00 fog")
    is_saved_and_said(page, title)
    expect(title).to_have_value("Lamps that see fog")
    day = page.locator('[name="starts_on"]')
    for box, text in zip(day.all(), ("1\x00", "4", "2027"), strict=True):
        put(box, text)
    is_saved_and_said(page, day.first.locator("xpath=ancestor::fieldset[1]"))
    with app.app_context():
        kept = bids.project_of(db.session.query(Application).one())
    assert (kept.title, str(kept.starts_on)) == ("Lamps that see fog", "2027-04-01")


def test_costs_are_cleaned_and_worked_out_anew(app: Flask, page: Page) -> None:
    page.goto(f"{BID}/money")
    for name, text in (("what", "Engineer"), ("annual", "46,400"), ("days", "30\x000"), ("rd_share", "100")):
        put(page.locator(f'[name="line_people-0-{name}"]'), text)
    is_saved_and_said(page, page.locator('[name="line_people-0-days"]'))
    expect(page.locator('[data-amount="line_people-0"]')).to_have_text("£60,000.00")
    with app.app_context():
        lines = costs.stated_of(db.session.query(Application).one())[0].sheet.lines
    assert [line.figures["days"] for line in lines] == ["300"]


def test_without_script_the_same_rule_gives_the_text_back(
    page: Page, browser: Browser, live_url: str
) -> None:
    context = browser.new_context(base_url=live_url, java_script_enabled=False)
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(f"{BID}/questions/problem")
    plain.locator("textarea").fill("Line one\vLine two\x07")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.locator(".govuk-error-summary")).to_contain_text("They are taken out: check it")
    expect(plain.locator("textarea")).to_have_value("Line one\nLine two")
    context.close()
