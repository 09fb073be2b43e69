"""The costs in a real browser: worked out while typing, saved by themselves, kept through a lost network."""

import re

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.services import bids, costs
from tests.factories import costs as sheets
from tests.journeys.browsing import SAVED

pytestmark = pytest.mark.browser

MONEY = "/bids/FIF7-0001/money"


@pytest.fixture
def page(lead_page: Page) -> Page:
    """The lead of a draft at the page of its costs."""
    lead_page.goto(MONEY)
    return lead_page


def kept(app: Flask) -> tuple[int, list[str]]:
    """The whole cost and the names of the lines, as the records have them."""
    with app.app_context():
        bid = db.session.query(Application).one()
        lines = [line.what for stated in costs.stated_of(bid) for line in stated.sheet.lines]
        return bids.money_of(bid).total_cost_pence, lines


def engineer(page: Page, name: str, days: str, line: int = 0) -> None:
    """Type a line of people by keyboard, box after box."""
    page.locator(f'[name="line_people-{line}-what"]').focus()
    for words in (name, "46400", days, "100"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")


def total(page: Page, words: str) -> None:
    expect(page.locator("[data-totals]")).to_contain_text(words)


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(SAVED)


def test_totals_follow_the_typing_and_lines_come_and_go_by_keyboard(app: Flask, page: Page) -> None:
    engineer(page, "Lead engineer", "300")
    total(page, "£60,000.00")
    expect(page.locator('[data-amount="line_people-0"]')).to_have_text("£60,000.00")
    page.locator("#people-add").press("Enter")
    expect(page.locator('[name="line_people-1-what"]')).to_be_focused()
    engineer(page, "Second engineer", "100", line=1)
    total(page, "£80,000.00")
    page.locator("#line_people-0").get_by_role("button", name=re.compile("Remove")).press("Enter")
    total(page, "£20,000.00")
    expect(page.locator('[name="line_people-0-what"]')).to_have_value("Second engineer")
    is_saved(page)
    assert kept(app) == (20_000_00, ["Second engineer"])


def test_a_wrong_box_is_told_of_beside_it_and_led_to_by_a_press(app: Flask, page: Page) -> None:
    box, last = page.locator('[name="line_people-0-days"]'), page.locator('[name="grant_requested"]')
    engineer(page, "Engineer", "9e9")
    last.focus()
    expect(page.locator("[data-notice]")).to_contain_text("Enter a number of days, like 60 or 7.5")
    said = "Enter a number of days, like 60 or 7.5. Nothing on this page is saved until this is put right."
    expect(box).to_have_accessible_description(f"{said} It is kept in this browser.")
    expect(last).to_be_focused()
    page.get_by_role("button", name="Save and continue").click()
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    expect(box).to_have_value("9e9")
    assert kept(app) == (0, [])
    box.fill("10")
    is_saved(page)
    expect(page.locator("[data-mistake]")).to_have_count(0)
    assert kept(app) == (2_000_00, ["Engineer"])
    box.fill("many")
    expect(page.locator("[data-mistake]")).to_have_count(1)
    box.fill("10")
    is_saved(page)
    expect(page.locator("[data-mistake]")).to_have_count(0)


def test_a_press_that_cannot_save_leads_to_the_reason(page: Page) -> None:
    page.route("**/autosave", lambda route: route.abort())
    engineer(page, "Engineer", "10")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("[data-notice] .app-warning")).to_be_in_viewport()


def test_a_message_the_page_came_with_goes_once_its_box_is_right(page: Page) -> None:
    page.context.route("**/app*.js", lambda route: route.abort())
    page.reload()
    page.locator('[name="line_people-0-days"]').fill("many")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    box = page.locator('[name="line_people-0-days"]')
    expect(box).to_have_accessible_description(re.compile("like 60"))
    page.context.unroute("**/app*.js")
    page.reload()
    expect(box).to_have_accessible_description(re.compile("like 60"))
    box.fill("10")
    is_saved(page)
    expect(page.locator(".govuk-error-message:visible, .govuk-error-summary")).to_have_count(0)
    expect(box).to_have_accessible_description("")


def test_lines_written_offline_are_back_after_the_page_was_left(app: Flask, page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#travel-add").click()
    page.locator('[name="line_travel-0-what"]').fill("Docks")
    engineer(page, "Engineer", "10")
    expect(page.locator("[data-notice]")).to_contain_text("We cannot be reached")
    page.route("**/autosave", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(MONEY)
    expect(page.locator('[name="line_travel-0-what"]')).to_have_value("Docks")
    expect(page.locator('[name="line_people-0-days"]')).to_have_value("10")
    page.unroute("**/autosave")
    is_saved(page)
    assert kept(app) == (2_000_00, ["Engineer", "Docks"])


def test_figures_saved_meanwhile_are_not_written_over_unasked(app: Flask, page: Page) -> None:
    with app.app_context():
        bid = db.session.query(Application).one()
        sheets.write(bid, bid.lead)
    engineer(page, "Engineer", "10")
    notice = page.locator("[data-notice]")
    expect(notice).to_contain_text("Other figures were saved here")
    assert kept(app) == (118_400_00, ["Everything"])
    notice.get_by_role("button", name="Keep mine").click()
    is_saved(page)
    assert kept(app) == (2_000_00, ["Engineer"])
    with app.app_context():
        bid = db.session.query(Application).one()
        sheets.write(bid, bid.lead)
    page.locator('[name="line_people-0-days"]').fill("20")
    notice.get_by_role("button", name="Take the saved ones").click()
    expect(page.locator('[name="line_other-0-what"]')).to_have_value("Everything")
    assert kept(app) == (118_400_00, ["Everything"])


def test_the_calculation_of_overheads_is_sent_by_the_script_and_steps_aside_for_a_flat_rate(
    app: Flask, page: Page
) -> None:
    engineer(page, "Engineer", "100")
    press = page.get_by_role("button", name="Save and add the file")
    expect(press).to_be_hidden()
    page.get_by_label("We have calculated them").check()
    page.locator('[name="overheads_pence"]').fill("5000")
    press.click()
    page.wait_for_url("**/money/0/calculation")
    rent = FilePayload(name="overheads.csv", mimeType="text/csv", buffer=b"rent,5000\n")
    page.locator("input[type=file]").set_input_files(rent)
    expect(page.locator("[data-files] li")).to_contain_text("overheads.csv")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/money#overheads_file")
    aside = page.get_by_text("This calculation is kept, but it is not part of the bid")
    expect(aside).to_be_hidden()
    page.get_by_label("20% of what people cost").check()
    expect(aside).to_be_visible()
    total(page, "£24,000.00")
