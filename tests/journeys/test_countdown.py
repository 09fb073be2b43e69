"""The countdown of a round in a real browser: by the service's clock, spoken thrice, closed at the end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import signed_in

pytestmark = pytest.mark.browser

LONG_AGO = datetime(1999, 12, 31, tzinfo=UTC)


def opened(app: Flask, page: Page, live_url: str, before_the_close: timedelta) -> Locator:
    """The figure of a round so long before its close, in a browser whose clock is decades wrong."""
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
        rounds.move_to(rounds.CLOSES - before_the_close)
    page.clock.install(time=LONG_AGO)
    page.goto(f"{live_url}/rounds/FIF7")
    return page.locator("time[data-countdown]")


def test_a_wrong_clock_of_the_visitor_changes_nothing(app: Flask, page: Page, live_url: str) -> None:
    figure = opened(app, page, live_url, timedelta(days=2, hours=3, minutes=1, seconds=30))
    expect(figure).to_have_text("2 days 3 hours")
    page.clock.run_for("03:01:40")
    expect(figure).to_have_text("1 day 23 hours")
    page.clock.run_for("23:58:00")
    expect(figure).to_have_text("1 day")
    page.clock.run_for("00:03:00")
    expect(figure).to_have_text("23 hours 58 minutes")


def test_the_last_hour_counts_seconds_and_is_spoken_three_times(
    app: Flask, page: Page, live_url: str
) -> None:
    figure = opened(app, page, live_url, timedelta(hours=1, seconds=30))
    spoken = page.locator("time[data-countdown] + [role=status]")
    expect(spoken).to_have_text("")
    page.clock.run_for("00:00:40")
    expect(spoken).to_have_text("Closes in 1 hour")
    expect(figure).to_contain_text("59 minutes 4")
    page.clock.run_for("00:49:40")
    expect(figure).to_contain_text("10 minutes")
    page.clock.run_for("00:00:20")
    expect(spoken).to_contain_text("Closes in 10 minutes")
    page.clock.run_for("00:09:10")
    expect(spoken).to_contain_text("Closes in 1 minute")
    expect(figure).to_contain_text("seconds")


def test_at_the_end_the_page_is_asked_anew(app: Flask, page: Page, live_url: str) -> None:
    opened(app, page, live_url, timedelta(seconds=30))
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    page.clock.run_for("00:00:40")
    expect(page.locator("main")).to_contain_text("This round takes no more bids")
    expect(page.locator("time[data-countdown]")).to_have_count(0)


def test_while_the_service_is_away_the_page_stays_and_asks_again(
    app: Flask, page: Page, live_url: str
) -> None:
    figure = opened(app, page, live_url, timedelta(seconds=30))
    page.context.set_offline(True)
    page.clock.run_for("00:00:50")
    expect(figure).to_have_text("0 seconds")
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    page.context.set_offline(False)
    page.clock.run_for("00:00:10")
    expect(page.locator("main")).to_contain_text("This round takes no more bids")


def test_after_a_sleep_of_the_machine_the_page_is_asked_anew(app: Flask, page: Page, live_url: str) -> None:
    figure = opened(app, page, live_url, timedelta(days=2, minutes=10))
    with app.app_context():
        rounds.move_to(rounds.CLOSES - timedelta(hours=5, minutes=30))
    page.clock.set_system_time(LONG_AGO + timedelta(hours=42))
    page.clock.run_for("00:00:02")
    expect(figure).to_contain_text("5 hours")


@pytest.fixture
def answer(app: Flask, browser: Browser, live_url: str) -> Iterator[Page]:
    """The page of an answer, thirty seconds before the close, in a browser whose clock is decades wrong."""
    with app.app_context():
        lead = factory.lead_of_draft()
        rounds.move_to(rounds.CLOSES - timedelta(seconds=30))
    cookie = signed_in(app, lead).get_cookie("fundapp")
    assert cookie is not None
    context = browser.new_context(base_url=live_url)
    context.add_cookies([{"name": "fundapp", "value": cookie.value, "url": live_url}])
    page = context.new_page()
    page.clock.install(time=LONG_AGO)
    page.goto("/bids/FIF7-0001/questions/team")
    yield page
    context.close()


def test_where_people_write_the_end_is_said_in_place_and_their_words_stay(answer: Page) -> None:
    notice = answer.locator("[data-closing]")
    expect(notice).to_contain_text("seconds left")
    answer.get_by_label("Who will do it?").fill("Two people, and a third")
    answer.evaluate("() => { window.stays = true }")
    answer.clock.run_for("00:00:40")
    expect(notice.get_by_role("status").last).to_have_text(
        "The round has closed. Everything that was saved is kept."
    )
    expect(notice).not_to_contain_text("left.", use_inner_text=True)
    expect(answer.get_by_label("Who will do it?")).to_have_value("Two people, and a third")
    assert answer.evaluate("() => window.stays") is True


def test_where_people_write_the_notice_alone_is_asked_anew_after_a_sleep(app: Flask, answer: Page) -> None:
    answer.get_by_label("Who will do it?").fill("Two people, and a third")
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    answer.clock.set_system_time(LONG_AGO + timedelta(hours=42))
    answer.clock.run_for("00:00:02")
    expect(answer.locator("[data-closing]")).to_contain_text("This round closed at 12:00 (UK time)")
    expect(answer.get_by_label("Who will do it?")).to_have_value("Two people, and a third")
