"""What the public page of a round says of its results, and how little before they may be known."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Fund
from fundapp.queries import round_results
from fundapp.queries.round_results import District, Result
from fundapp.services import awards, bids, personas
from tests.factories import awards as awarded
from tests.factories import meetings, outbox
from tests.factories import region as made
from tests.factories.region import WIRRAL, Region
from tests.stages import Stages, with_everybody
from workflows.actors import Role


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def four_begun_three_decided() -> Region:
    """Four bids begun, three sent in and decided, two of them approved; nothing is released yet."""
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    idle = personas.invent("Idle Writer", "idle@firm9.example", Role.APPLICANT)
    bids.start(call, made.register_firm(idle, 9), "Never finished", idle)
    sent = meetings.assessed(region, call, [5, 4, 5])
    meetings.decided(region, call, sent, ["approve", "decline", "approve"])
    outbox.work_off()
    return region


@pytest.fixture
def decided(stages: Stages) -> Region:
    return stages.at("four_begun_three_decided", four_begun_three_decided)


def release(app: Flask, decided: Region) -> None:
    """Let the release instant come, and offer the first of the awards."""
    with app.app_context():
        region = with_everybody(decided)
        made.pass_time(days=60)
        first = awarded.every_award()[0]
        awards.confirm_subsidy(first, [], first.application.lead)
        outbox.work_off()
        awards.release_offer(first, region.second_officer)
        outbox.work_off()


def test_nothing_is_said_before_the_release(app: Flask, client: FlaskClient, decided: Region) -> None:
    page = client.get("/rounds/FIF7")
    assert page.status_code == 200
    assert 'id="results"' not in page.text
    with app.app_context():
        assert round_results.of_fund(1) == []


def test_a_finished_round_says_what_came_of_it(app: Flask, client: FlaskClient, decided: Region) -> None:
    release(app, decided)
    with app.app_context():
        (found,) = round_results.of_fund(1)
        assert found == Result(
            "FIF7", 7, "From prototype to first use", started=4, submitted=3, eligible=3, recommended=3,
            funded=1, asked_pence=15_000_000, awarded_pence=5_000_000, days=1,
        )  # fmt: skip
        assert round_results.by_district(1) == [District(WIRRAL, 3, 1)]
    said = text_of(client.get("/rounds/FIF7").text)
    for words in (
        "1 of 3 bids sent in was funded",
        "Success rate 33% of the bids sent in",
        "Asked for £150,000 by all bids sent in",
        "Awarded £50,000",
        "Started 4 Sent in 3 Eligible 3 Recommended by the assessors 3 Funded 1",
        "Wirral Not shown Not shown",
    ):
        assert words in said


def test_the_next_round_tells_how_the_last_one_went(app: Flask, client: FlaskClient, decided: Region) -> None:
    release(app, decided)
    with app.app_context():
        made.open_round(with_everybody(decided), db.session.query(Fund).one(), number=8)
    page = client.get("/rounds/FIF8").text
    assert "From prototype to first use 3 1 33% £50,000" in text_of(page)
    assert 'href="/rounds/FIF7#results"' in page
    assert 'id="results"' not in page


def test_results_cost_two_statements_at_most(
    app: Flask,
    client: FlaskClient,
    decided: Region,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    release(app, decided)
    client.get("/rounds/FIF7")
    with count_statements() as statements:
        assert client.get("/rounds/FIF7").status_code == 200
    assert sum("percentile_cont" in each for each in statements) == 1
    assert sum("organisations.authority" in each for each in statements) == 1
