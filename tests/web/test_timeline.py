"""The timeline of a bid: what was promised beside what was kept, how late or early in words, and why."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services import clarifications
from fundapp.services.imports import import_round
from fundapp.transaction import transaction
from fundapp.web.filters import uk_date
from tests.factories import imports, people, reading, rounds
from tests.factories import region as made
from tests.factories.reading import Staged
from tests.stages import Stages
from tests.web.browsing import signed_in
from tests.web.test_outcome import DECLINED, decided
from workflows.rules.promise_clock import in_words

BID = "/bids/FIF7-0001"
CHECKED, HEAR = 14, 61


def steps(page: str) -> dict[str, str]:
    """The timeline as it is read, by the name of each step."""
    found = BeautifulSoup(page, "html.parser").select(".app-timeline__step")
    return {
        str(step.select_one(".app-timeline__name").contents[0]): " ".join(step.get_text(" ").split())  # type: ignore[union-attr]
        for step in found
    }


def promise(days_after_close: int) -> date:
    """A day so long after the close of the only round."""
    closes_at = db.session.query(Round.closes_at).scalar()
    return clock.in_london(closes_at).date() + timedelta(days=days_after_close)


def promise_all() -> None:
    """Give the round the days a real one promises at its publication."""
    with transaction():
        call = db.session.query(Round).one()
        call.checked_by_on, call.hear_by_on, call.board_on = promise(CHECKED), promise(HEAR), promise(50)


def test_what_is_late_says_by_how_much_and_why_and_a_question_adds_its_days(
    app: Flask, staged: Staged
) -> None:
    with app.app_context():
        given = staged(reading.in_triage)
        officer, applicant, bid = given.officer, given.region.applicants[0].id, given.bids[0]
        checker = officer.id
        asked = next(iter(bid.round.rules.of_kind("text"))).key
        due = clock.now() + timedelta(days=9)
        promise_all()
        clarifications.ask(bid, officer, questions=[asked], due_at=due, reason="Which site?")
        made.pass_time(days=4)
    waiting = steps(signed_in(app, applicant).get(BID).text)["Being checked"]
    assert "the days until then are added" in waiting
    with app.app_context():
        bid, officer = db.session.query(Application).one(), db.session.get_one(Person, checker)
        clarifications.stop_waiting(bid, officer, reason="The register says it.")
        made.pass_time(days=90)
        promised, hear_on = promise(CHECKED + 4), promise(HEAR + 4)
        late = (clock.in_london(clock.now()).date() - promised).days
    found = steps(signed_in(app, applicant).get(BID).text)
    assert f"Promised by {uk_date(promised)}" in found["Being checked"]
    assert f"{in_words(late)}: your bid is still being checked" in found["Being checked"]
    assert uk_date(hear_on) in found["You hear"]
    listed = signed_in(app, applicant).get("/bids").text
    assert uk_date(hear_on) in listed


@pytest.fixture
def lead(stages: Stages) -> int:
    """Who leads the bid the board declined; its release is still ahead."""
    return stages.at("decided", decided).applicants[1].id


def test_what_was_kept_stands_beside_what_was_promised_from_the_release_on(app: Flask, lead: int) -> None:
    with app.app_context():
        promise_all()
    before = steps(signed_in(app, lead).get(DECLINED).text)
    assert "Done" in before["Being checked"]
    assert before["Being checked"].endswith(("late", "early", "as promised"))
    assert "Board meets" in before["Decision being made"]
    assert "late" not in before["Decision being made"]
    assert "Not funded" not in before
    with app.app_context():
        released_on = clock.in_london(db.session.query(Round).one().release_at).date()  # type: ignore[arg-type]
        kept = in_words((released_on - promise(HEAR)).days)
        made.pass_time(days=60)
    after = steps(signed_in(app, lead).get(DECLINED).text)
    assert f"Heard {uk_date(released_on)}, {kept}" in after["Not funded"]
    assert "You hear" not in after


def test_a_bid_taken_over_from_a_list_was_not_begun_here(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        officer = people.officer()
        call = rounds.open_round(officer)
        import_round(call, imports.bids(imports.bid(1)), officer)
        lead = db.session.query(Application).one().lead_id
    assert next(iter(steps(signed_in(app, lead).get(BID).text))) == "Received"
