"""Answers that are no texts in a real browser: saved as they are given, counted as the service does."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.forms import every_kind
from tests.web.browsing import signed_in
from workflows.funds.kinds import Value
from workflows.rules import words

pytestmark = pytest.mark.browser

LONG = "  Cafe\u0301 🙂🙂\nnext  "


@pytest.fixture
def page(app: Flask, browser: Browser, live_url: str) -> Iterator[Page]:
    """The lead of a bid whose form asks a question of every kind."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer(), fund=every_kind())
        lead = people.applicant()
        bid = factory.draft(call, lead, factory.firm(lead))
        lead_id, base = lead.id, f"{live_url}/bids/{bid.reference}/questions/"
    cookie = signed_in(app, lead_id).get_cookie("fundapp")
    assert cookie is not None
    context = browser.new_context(base_url=base)
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "fundapp", "value": cookie.value, "url": live_url}])
    yield context.new_page()
    context.close()


def kept(app: Flask, key: str) -> Value:
    with app.app_context():
        bid = db.session.query(Application).one()
        return db.session.get_one(Answer, (bid.id, key)).value


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def test_answers_save_themselves_also_before_they_can_be_read(app: Flask, page: Page) -> None:
    page.goto("begun")
    page.get_by_label("Day").fill("30")
    page.get_by_label("Month").fill("2")
    is_saved(page)
    assert kept(app, "begun") == {"typed": ["30", "2", ""]}
    page.reload()
    expect(page.get_by_text("The date must include a year").first).to_be_visible()
    page.goto("fields")
    page.get_by_label("Air").check()
    is_saved(page)
    page.get_by_label("Air").uncheck()
    page.get_by_label("Sea").check()
    expect(page.locator("[data-saved]")).to_have_text("Not saved yet")
    is_saved(page)
    assert kept(app, "fields") == {"choices": ["sea"]}


def test_what_cannot_be_read_is_said_beside_its_box_while_it_is_kept(app: Flask, page: Page) -> None:
    page.goto("share")
    box, standing = page.locator("[name=answer]"), page.locator("[data-part=standing]")
    for typed, wrong in (
        ("NaN", "Enter a number, like 12.5"),
        ("-6", "Enter at least -5"),
        ("1,000.005", "Enter a number with at most 2 decimal places"),
    ):
        box.fill(typed)
        expect(page.locator("[data-mistake]")).to_have_text(wrong)
        is_saved(page)
        expect(box).to_have_accessible_description(f"Guidance on share. {wrong}")
        expect(box).to_be_focused()
        expect(standing).to_have_text(re.compile("It is kept as you typed it"))
        assert kept(app, "share") == {"typed": [typed]}
    page.reload()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    box.fill("1,000")
    expect(page.locator(".govuk-error-message")).to_have_text("Enter at most 100")
    box.fill("4.5")
    is_saved(page)
    expect(page.locator(".govuk-error-message, .govuk-error-summary, .govuk-input--error")).to_have_count(0)
    expect(standing).to_be_empty()
    assert kept(app, "share") == {"number": "4.5"}


def test_a_milestone_says_beside_its_own_boxes_what_cannot_be_read(app: Flask, page: Page) -> None:
    page.goto("steps?rows=2")
    page.locator("#answer-2-name").fill("Sold")
    is_saved(page)
    expect(page.locator("[data-mistake]")).to_have_count(0)
    for part, words_typed in (("day", "30"), ("month", "2"), ("year", "2027")):
        page.locator(f"#answer-2-{part}").fill(words_typed)
    expect(page.locator("[data-mistake]")).to_have_count(1)
    expect(page.get_by_role("group", name="By when?").nth(1)).to_have_accessible_description(
        "There is no such day: enter a real date, like 23 11 2026"
    )
    assert kept(app, "steps") == {"typed": ["Sold", "30", "2", "2027", ""]}
    page.reload()
    page.locator("#answer-1-day").fill("28")
    is_saved(page)
    expect(page.locator(".govuk-error-message:visible")).to_have_count(0)


def test_a_text_is_counted_as_the_service_counts_it(page: Page) -> None:
    page.goto("story")
    page.locator("textarea").fill(LONG)
    left = 30 - words.characters(words.tidy(LONG))
    shown = page.locator(".govuk-character-count__status")
    expect(shown).to_have_text(f"You have {left} characters remaining")


def test_what_was_answered_and_is_not_asked_any_more_is_said_at_once(app: Flask, page: Page) -> None:
    page.goto("stage")
    page.get_by_label("Built").check()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/tested_by")
    page.locator("textarea").fill("By us.")
    is_saved(page)
    page.goto("stage")
    page.get_by_label("An idea").check()
    expect(page.locator("[data-aside]")).to_contain_text("Not asked with your answers: “Label of tested_by”")
    assert kept(app, "tested_by") == {"text": "By us."}


def test_enter_in_a_milestone_saves_and_removes_nothing(app: Flask, page: Page) -> None:
    page.goto("steps")
    page.locator("#answer-1-name").fill("Rig runs")
    is_saved(page)
    page.get_by_role("button", name="Add another milestone").click()
    page.locator("#answer-2-name").fill("Sold")
    with page.expect_response(lambda response: response.status == 400):
        page.locator("#answer-2-name").press("Enter")
    assert kept(app, "steps") == {"typed": ["Rig runs", "", "", "", "", "Sold", "", "", "", ""]}
