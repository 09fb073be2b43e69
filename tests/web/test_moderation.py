"""Bids to settle come a page at a time, and the title says no more than the page knows."""

import pytest
from flask import Flask

from fundapp.services import moderation
from fundapp.web.office import moderation as page
from tests.factories import reading
from tests.web.browsing import signed_in, somebody
from workflows.actors import Role

ADDRESS = "/office/rounds/FIF7/moderation"


def disputed(bids: int) -> int:
    """So many bids whose readers disagree, with the marking closed; the officer's id."""
    given = reading.invited(bids)
    for bid in given.bids:
        for mine, mark in zip(reading.readings(bid), (5, 3, 4), strict=True):
            reading.submitted(mine, mark)
    moderation.close_all(given.call, given.officer)
    return given.officer.id


@pytest.mark.usefixtures("database")
def test_bids_to_settle_come_a_page_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        browser = signed_in(app, disputed(2))
    whole = browser.get(ADDRESS).text
    assert "The assessors disagree on two bids" in whole
    assert "Next bids" not in whole
    monkeypatch.setattr(page, "PAGE_SIZE", 1)
    first = browser.get(ADDRESS).text
    assert "The assessors disagree on more than one bid" in first
    assert "FIF7-0001" in first
    assert "FIF7-0002" not in first
    assert f"{ADDRESS}?after=1" in first
    second = browser.get(f"{ADDRESS}?after=1").text
    assert "One more bid to settle" in second
    assert "FIF7-0002" in second
    assert "Next bids" not in second


@pytest.mark.usefixtures("database")
def test_somebody_who_only_reads_sees_why_the_scores_disagree_and_no_button(app: Flask) -> None:
    with app.app_context():
        disputed(1)
    page = somebody(app, Role.AUDITOR).get("/office/bids/FIF7-0001").text
    assert "The scores disagree" in page
    assert "The totals lie" in page or "threshold" in page
    assert "/settle" not in page
