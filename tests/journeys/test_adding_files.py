"""Files in a real browser: dropped, sent in pieces past a lost network and an ended session, or plainly."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, expect

from fundapp.extensions import db
from fundapp.models.bid_files import BidFile
from fundapp.models.funds import Round
from fundapp.models.uploads import Upload
from fundapp.services import bid_files
from tests.factories import bids as factory
from tests.factories import files, people, rounds
from tests.journeys.browsing import PASSWORD, end_sessions, give_password

pytestmark = pytest.mark.browser

EMAIL = "marguerite@wrackline.example"
PAGE = "/bids/FIF7-0001/questions/documents/files"
PIECES = "**/uploads/*/*"
LARGE = b"month,litres\n" + b"May,12\n" * 200_000
DROP = """([zone, parts]) => {
  const carried = new DataTransfer()
  for (const [name, text] of parts) carried.items.add(new File([text], name))
  zone.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: carried }))
}"""


@dataclass
class Desk:
    """Somebody at the page of a question for files."""

    app: Flask
    page: Page
    folder: Path

    def choose(self, name: str, content: bytes) -> None:
        """Choose a file, as the window of the machine would."""
        place = self.folder / name
        place.write_bytes(content)
        self.page.locator("input[type=file]").set_input_files(place)

    def drop(self, *parts: tuple[str, str]) -> None:
        """Drop files on the box."""
        zone = self.page.locator(".govuk-file-upload-button").element_handle()
        self.page.evaluate(DROP, [zone, [list(part) for part in parts]])

    @property
    def row(self) -> Locator:
        """A file on its way."""
        return self.page.locator("[data-sending] li")

    def lists(self, *names: str) -> None:
        """The page lists these files and no other, and none is on its way."""
        expect(self.page.locator("[data-files] li a")).to_have_text(list(names))
        expect(self.row).to_have_count(0)
        expect(self.page.locator("[data-sending]")).to_be_hidden()

    def kept(self) -> list[bytes]:
        """What the records have."""
        with self.app.app_context():
            found = db.session.query(BidFile).filter_by(removed_at=None).order_by(BidFile.id)
            return [bid_files.content_of(each) for each in found]


def _desk(app: Flask, browser: Browser, live_url: str, folder: Path, *, script: bool) -> Iterator[Desk]:
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
        lead = people.applicant(email=EMAIL)
        give_password(lead)
        factory.draft(db.session.query(Round).one(), lead, factory.firm(lead))
    context = browser.new_context(base_url=live_url, java_script_enabled=script)
    page = context.new_page()
    page.goto(f"/sign-in?next={PAGE}")
    _sign_in(page.locator("main form"))
    page.wait_for_url(f"**{PAGE}")
    yield Desk(app, page, folder)
    context.close()


def _sign_in(form: Locator) -> None:
    form.locator("input[name=email]").fill(EMAIL)
    form.locator("input[name=password]").fill(PASSWORD)
    form.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def desk(app: Flask, browser: Browser, live_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose browser runs scripts."""
    yield from _desk(app, browser, live_url, tmp_path, script=True)


@pytest.fixture
def plain_desk(app: Flask, browser: Browser, live_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose browser runs none."""
    yield from _desk(app, browser, live_url, tmp_path, script=False)


def test_dropped_files_are_sent_and_listed_each_judged_on_its_own(desk: Desk) -> None:
    desk.drop(("tides.csv", "month,litres\nMay,12\n"), ("setup.pdf", "MZ program"), ("more.csv", "a,b\n"))
    refused = desk.row.filter(has_text="setup.pdf")
    expect(refused).to_contain_text("“setup.pdf” is a program. We do not take these.")
    expect(desk.page.locator("[data-files] li a")).to_have_text(["tides.csv", "more.csv"])
    expect(desk.page.locator("[data-said]")).to_have_text("“more.csv” is added.")
    assert desk.kept() == [b"month,litres\nMay,12\n", b"a,b\n"]
    desk.choose("last.csv", b"c,d\n")
    desk.lists("tides.csv", "more.csv", "last.csv")


def test_a_lost_network_costs_a_piece_and_the_file_goes_on_by_itself(desk: Desk) -> None:
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url) if "/uploads/" in request.url else None)
    lose = _after(2)
    desk.page.route(PIECES, lose)
    desk.choose("tides.csv", LARGE)
    expect(desk.row).to_contain_text("We cannot be reached: 57% are kept, and it goes on by itself")
    expect(desk.row.locator("progress")).to_have_attribute("aria-label", "tides.csv")
    desk.page.unroute(PIECES)
    desk.lists("tides.csv")
    assert desk.kept() == [LARGE]
    places = [int(url.rpartition("/")[2]) for url in sent]
    assert sorted(set(places)) == [0, 400_000, 800_000, 1_200_000]
    assert places.count(0) == places.count(400_000) == 1


def test_a_page_left_in_the_middle_goes_on_when_the_file_is_chosen_again(desk: Desk) -> None:
    desk.page.route(PIECES, _after(2))
    desk.choose("tides.csv", LARGE)
    expect(desk.row).to_contain_text("57% are kept")
    desk.page.unroute(PIECES)
    desk.page.on("dialog", lambda dialog: dialog.accept())
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url) if "/uploads/" in request.url else None)
    desk.page.reload()
    expect(desk.row).to_have_count(0)
    desk.page.locator("input[type=file]").set_input_files(desk.folder / "tides.csv")
    desk.lists("tides.csv")
    assert desk.kept() == [LARGE]
    assert min(int(url.rpartition("/")[2]) for url in sent) == 800_000


def test_an_ended_session_is_begun_again_in_place_and_the_file_goes_on(desk: Desk) -> None:
    desk.page.route(PIECES, _after(1))
    desk.choose("tides.csv", LARGE)
    expect(desk.row).to_contain_text("28% are kept")
    end_sessions(desk.app)
    desk.page.unroute(PIECES)
    desk.row.get_by_role("button", name="Sign in again").click()
    _sign_in(desk.page.locator("dialog form"))
    desk.lists("tides.csv")
    assert desk.kept() == [LARGE]
    with desk.app.app_context():
        assert db.session.query(Upload).count() == 0


def test_without_a_script_files_are_added_and_removed_with_the_keyboard(plain_desk: Desk) -> None:
    desk = plain_desk
    desk.choose("tides.csv", files.CSV)
    desk.page.get_by_role("button", name="Add files").press("Enter")
    expect(desk.page.locator(".app-files li a")).to_have_text(["tides.csv"])
    assert desk.kept() == [files.CSV]
    desk.page.get_by_role("button", name="Remove tides.csv").press("Enter")
    expect(desk.page.locator(".app-files li")).to_have_count(0)
    assert desk.kept() == []


def _after(pieces: int) -> Callable[[Route], None]:
    """Let so many pieces through, then lose every other one."""
    passed: list[str] = []

    def handle(route: Route) -> None:
        if len(passed) < pieces:
            passed.append(route.request.url)
            route.continue_()
        else:
            route.abort("internetdisconnected")

    return handle
