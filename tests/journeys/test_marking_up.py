"""Bold, lists and links in a real browser: by keyboard, pasted, undone, offline, without script."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.forms import every_kind
from tests.web.browsing import signed_in
from workflows.rules import marked, words

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
WORD = (HERE / "word.html").read_text(encoding="utf-8")
AS_MARKS = (HERE / "word.txt").read_text(encoding="utf-8").strip()
CASES = json.loads((HERE.parent / "marked.json").read_text(encoding="utf-8"))
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
<p dir="ltr"><span style="font-weight:700;">Plan</span><span style="font-weight:400;"> b</span></p>
<ol><li dir="ltr"><p><span>One</span></p></li>
<ul><li dir="ltr"><p><span style="font-weight:400;">Inner</span></p></li></ul>
<li dir="ltr"><p><span>Two</span></p></li></ol></b><br>"""
ANSWER_ROOM = "word_limit = 2_000"
PASTE = """([box, kinds, pictures]) => {
  const data = new DataTransfer()
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text)
  for (let each = 0; each < pictures; each++) data.items.add(new File([], `${each}.png`, {type: 'image/png'}))
  box.focus()
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
  return !box.dispatchEvent(event)
}"""


def _seated(app: Flask, browser: Browser, live_url: str, *, script: bool) -> Iterator[BrowserContext]:
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer(), fund=every_kind(tested_by=ANSWER_ROOM))
        lead = people.applicant()
        bid = factory.draft(call, lead, factory.firm(lead))
        lead_id, base = lead.id, f"{live_url}/bids/{bid.reference}/questions/"
    cookie = signed_in(app, lead_id).get_cookie("fundapp")
    assert cookie is not None
    context = browser.new_context(base_url=base, java_script_enabled=script)
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "fundapp", "value": cookie.value, "url": live_url}])
    yield context
    context.close()


@pytest.fixture
def page(app: Flask, browser: Browser, live_url: str) -> Iterator[Page]:
    """The lead of a bid at a long answer."""
    for context in _seated(app, browser, live_url, script=True):
        opened = context.new_page()
        opened.goto("tested_by")
        yield opened


@pytest.fixture
def plain_page(app: Flask, browser: Browser, live_url: str) -> Iterator[Page]:
    """The same in a browser that runs no script."""
    for context in _seated(app, browser, live_url, script=False):
        opened = context.new_page()
        opened.goto("tested_by")
        yield opened


def is_saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def kept(app: Flask) -> str:
    with app.app_context():
        bid = db.session.query(Application).one()
        return str(db.session.get_one(Answer, (bid.id, "tested_by")).value["text"])


def typed(page: Page) -> str:
    return page.locator("textarea").input_value()


def paste(page: Page, *, html: str = "", text: str = "", pictures: int = 0) -> bool:
    """Paste this as a browser hands it over; whether the page took it, or left it to the browser."""
    given = {"text/html": html, "text/plain": text}
    sent = {kind: said for kind, said in given.items() if said}
    return bool(page.evaluate(PASTE, [page.locator("textarea").element_handle(), sent, pictures]))


def test_marks_are_set_by_keyboard_alone_and_read_below(app: Flask, page: Page) -> None:
    keys = page.keyboard
    page.locator("textarea").focus()
    keys.press("Control+b")
    keys.type("Why now")
    keys.press("End")
    keys.type("\nfirst")
    keys.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold", exact=True)).to_be_focused()
    keys.press("ArrowLeft")
    expect(page.get_by_role("button", name="Link", exact=True)).to_be_focused()
    keys.press("Home")
    keys.press("ArrowRight")
    keys.press("Enter")
    assert typed(page) == "**Why now**\n- first"
    keys.type("\nsecond\n\nour plan")
    assert typed(page) == "**Why now**\n- first\n- second\nour plan", "Enter goes on with a list, and ends it"
    keys.press("Shift+Home")
    keys.press("Control+k")
    keys.type("https://plan.example")
    keys.press("End")
    keys.type(" and more")
    whole = "**Why now**\n- first\n- second\n[our plan](https://plan.example) and more"
    assert typed(page) == whole
    is_saved(page)
    assert kept(app) == whole
    preview = page.get_by_role("region", name="How it will be read")
    expect(preview.locator("strong")).to_have_text("Why now")
    expect(preview.locator("ul > li")).to_have_text(["first", "second"])
    expect(preview.get_by_role("link", name="our plan")).to_have_attribute("href", "https://plan.example")
    counted = page.locator(".govuk-character-count__status")
    expect(counted).to_have_text(f"You have {2_000 - 8:,} words remaining")


def test_a_mark_is_taken_away_by_the_same_key_and_undone_by_the_browsers_own(page: Page) -> None:
    keys, box = page.keyboard, page.locator("textarea")
    box.focus()
    keys.type("one two")
    keys.press("Control+b")
    assert typed(page) == "one **two**"
    keys.press("Control+b")
    assert typed(page) == "one two"
    keys.press("Control+z")
    assert typed(page) == "one **two**"
    keys.press("Control+z")
    assert typed(page) == "one two"
    keys.press("Control+a")
    page.get_by_role("button", name="Numbers").click()
    keys.type("\nthree")
    assert typed(page) == "1. one two\n2. three"
    keys.press("Control+a")
    keys.press("Control+b")
    assert typed(page) == "1. **one two**\n2. **three**"
    page.get_by_role("button", name="Bullets").click()
    assert typed(page) == "- **one two**\n- **three**"
    page.get_by_role("button", name="Bullets").click()
    keys.press("Control+b")
    assert typed(page) == "one two\nthree"


def test_words_from_a_word_processor_keep_what_marks_can_say_and_name_the_rest(
    app: Flask, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.locator("textarea").fill("Before: ")
    assert paste(page, html=WORD, text="the plain words")
    assert typed(page) == f"Before: {AS_MARKS}"
    said = page.locator("[data-pasted]")
    expect(said).to_contain_text("Pasted with its bold, lists and links as marks.")
    expect(said).to_contain_text("Lists inside lists are on one level now.")
    expect(said).to_contain_text("Left out: 2 pictures, 1 formula, 1 tracked deletion, 1 comment.")
    assert (page.title() == "owned", complaints) == (False, []), "nothing in it runs, applies or is fetched"
    page.keyboard.press("Control+z")
    assert typed(page) == "Before: "
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_role("button", name="Paste as plain text instead")).to_be_visible()
    page.get_by_role("button", name="Paste as plain text instead").click()
    assert typed(page) == "Before: the plain words"
    is_saved(page)
    assert kept(app) == "Before: the plain words"
    page.locator("textarea").fill("")
    assert paste(page, html=GOOGLE, text="Plan b One Inner Two")
    assert typed(page) == "**Plan** b\n\n1. One\n- Inner\n2. Two"


def test_a_picture_alone_is_named_and_plain_words_are_left_to_the_browser(page: Page) -> None:
    said = page.locator("[data-pasted]")
    assert paste(page, pictures=1)
    expect(said).to_contain_text("Nothing was pasted. Left out: 1 picture.")
    expect(said.get_by_role("button")).to_be_hidden()
    assert not paste(page, text="- one\n**two**")
    expect(said).to_be_empty()
    assert not paste(page, html="<p>Only <i>these</i> words.</p>", text="Only these words.")
    assert paste(page, html="<a href='https://x.example'>Here [1]</a>", text="Here [1]")
    assert typed(page) == "Here [1] (https://x.example/)"


def test_far_too_much_is_refused_with_every_word_still_in_the_box(page: Page) -> None:
    many = "<p>Tide <b>and</b> time.</p>" * 4_000  # more lines than a browser types in any bearable time
    assert paste(page, html=many, text="other")
    assert len(typed(page)) > 50_000
    expect(page.locator("[data-notice]")).to_contain_text("50,000 is the most we can take")
    assert typed(page) == "\n\n".join(["Tide **and** time."] * 4_000)


def test_marks_written_offline_are_saved_once_the_network_is_back(app: Flask, page: Page) -> None:
    page.context.set_offline(True)
    page.locator("textarea").focus()
    page.keyboard.type("- item")
    expect(page.locator("[data-notice]")).to_contain_text("you may be offline")
    page.context.set_offline(False)
    is_saved(page)
    assert kept(app) == "- item"
    expect(page.get_by_role("region", name="How it will be read").locator("li")).to_have_text("item")


def test_the_counter_reads_marks_as_the_service_does(page: Page) -> None:
    page.goto("story")
    shown = page.locator(".govuk-character-count__status")
    for text, _ in CASES:
        page.locator("textarea").fill(text)
        left = 30 - words.characters(marked.plain(words.tidy(text)))
        much = f"{abs(left)} character{'' if abs(left) == 1 else 's'}"
        said = f"You have {much} {'too many' if left < 0 else 'remaining'}"
        expect(shown).to_have_text(said)


def test_without_a_script_marks_are_written_by_hand_and_read_after_saving(
    app: Flask, plain_page: Page
) -> None:
    page = plain_page
    assert page.get_by_role("toolbar").count() == 0
    page.get_by_text("Bold, lists and links").click()
    expect(page.get_by_text("Two stars on each side make words bold")).to_be_visible()
    page.locator("textarea").fill("1. **one**\n2. <b>two</b>")
    page.get_by_role("button", name="Save", exact=True).click()
    preview = page.get_by_role("region", name="How it will be read")
    expect(preview.locator("ol > li")).to_have_text(["one", "<b>two</b>"])
    expect(preview.locator("strong")).to_have_text("one")
    assert kept(app) == "1. **one**\n2. <b>two</b>"
