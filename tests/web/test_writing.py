"""Money, shares, dates and times are written one way; logs hide secrets; addresses stay on this site."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fundapp import clock
from fundapp.logs import redact
from fundapp.web import filters
from fundapp.web.addresses import is_local, safe_next
from fundapp.web.browsers import browser_name

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pence", "short", "exact"),
    [
        (2_500_000, "£25,000", "£25,000.00"),
        (2_500_050, "£25,000.50", "£25,000.50"),
        (0, "£0", "£0.00"),
        (-118_000, "−£1,180", "−£1,180.00"),
        (None, "–", "–"),
    ],
)
def test_money(pence: int | None, short: str, exact: str) -> None:
    assert (filters.money(pence), filters.exact_money(pence)) == (short, exact)


def test_shares() -> None:
    written = [filters.percent(points) for points in (7500, 1250, 1, 10_000, 0, None)]
    assert written == ["75%", "12.5%", "0.01%", "100%", "0%", "–"]


def test_dates_and_times_are_those_of_the_city_region() -> None:
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert filters.uk_datetime(summer) == "00:30 (UK time), 1 July 2026"
    assert filters.uk_datetime(NOW) == "15:00 (UK time), 23 November 2026"
    assert filters.uk_date(date(2026, 11, 3)) == "3 November 2026"
    assert [filters.uk_date(None), filters.uk_time(None), filters.uk_datetime(None)] == ["–", "–", "–"]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=24, hours=21, minutes=5), "24 days 21 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, minutes=5), "2 days"),
        (timedelta(hours=3, minutes=5), "3 hours 5 minutes"),
        (timedelta(minutes=1, seconds=59), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(0), "closed"),
        (timedelta(seconds=-1), "closed"),
    ],
)
def test_countdown(monkeypatch: pytest.MonkeyPatch, left: timedelta, words: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert filters.countdown(NOW + left) == words


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=20), "20 minutes ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(days=9), "9 days ago"),
        (timedelta(days=1200), "1,200 days ago"),
    ],
)
def test_ago(monkeypatch: pytest.MonkeyPatch, past: timedelta, words: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert filters.ago(NOW - past) == words


def test_logs_hide_what_is_nobody_elses_business() -> None:
    line = {
        "password": "x",
        "Reset-Token": "x",
        "email": "a@b.c",
        "business_key": "k",
        "event": "GET /account/link/aB_c-9 500",
        "cookies": "c",
    }
    assert redact(None, "info", line) == {
        "password": "[hidden]",
        "Reset-Token": "[hidden]",
        "email": "[hidden]",
        "business_key": "k",
        "event": "GET /account/link/[hidden] 500",
        "cookies": "[hidden]",
    }


@pytest.mark.parametrize(
    "local", ["/", "/bids/FIF7-0147?x=1#top", "/a//b", "/%09/evil", "/?next=https://evil.example"]
)
def test_paths_of_this_site(local: str) -> None:
    assert safe_next(local, "/") == local


@pytest.mark.parametrize(
    "hostile",
    [
        *(
            "",
            "bids",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
        ),
        *(
            "https://evil.example",
            "javascript:alert(1)",
            "http:/evil",
            " /bids",
            "/\x00",
            "/bids\r\nSet-Cookie: a=b",
        ),
        "/" + "a" * 3000,
    ],
)
def test_anything_else_goes_nowhere(hostile: str) -> None:
    assert not is_local(hostile)
    assert safe_next(hostile, "/home") == "/home"


def test_browsers_in_words() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604"
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0"
    assert [browser_name(each) for each in (firefox, safari, edge, "", "curl/8")] == [
        "Firefox on Linux",
        "Safari on iPhone",
        "Edge on Windows",
        "A browser",
        "A browser",
    ]
