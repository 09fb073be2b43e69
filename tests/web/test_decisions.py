"""The delegate's pages: what waits, why it comes to them, the three answers, and who may not give them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.funds import RoundBudget
from fundapp.models.people import RoleGrant
from fundapp.transaction import transaction
from tests.factories import meetings, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from workflows.actors import Role

Statements = Callable[[], AbstractContextManager[list[str]]]
PENCE = 10_000_000
FIRST, SECOND = "LCRV1-0001", "LCRV1-0002"


def recommended() -> Region:
    """Two investments the board has recommended."""
    made = region.invent_region()
    call = region.open_round(made, region.install(made, "lcr_ventures"), number=1)
    bids = meetings.assessed(made, call, [5, 4], pence=PENCE)
    meetings.decided(made, call, bids, ["approve", "approve"])
    return made


@pytest.fixture
def here(stages: Stages) -> Region:
    """The region that waits for the delegate."""
    return stages.at("recommended", recommended)


def decider(app: Flask, here: Region) -> FlaskClient:
    return signed_in(app, here.decider.id)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Application.state).order_by(Application.id)))


def held(app: Flask) -> int:
    with app.app_context():
        return sum(db.session.scalars(select(RoundBudget.held_pence)))


def decide(
    browser: FlaskClient, reference: str, decision: str, reason: str = "In line with the board."
) -> TestResponse:
    return send(browser, f"/decisions/{reference}", {"decision": decision, "reason": reason})


def test_what_waits_shows_the_boards_reason_and_the_call_in(app: Flask, here: Region) -> None:
    browser = decider(app, here)
    shown = text_of(browser.get("/decisions").text)
    assert "2 bids wait for your decision" in shown
    assert shown.count("The need is clearly shown.") == 2
    page = text_of(browser.get(f"/decisions/{FIRST}").text)
    assert "the board recommends every investment, and you decide" in page
    assert "A decision to fund may be called in for 5 clear working days." in page


def test_a_decision_to_fund_waits_for_its_call_in(app: Flask, here: Region) -> None:
    answer = decide(decider(app, here), FIRST, "decide")
    assert (answer.status_code, answer.location) == (302, "/decisions")
    assert states(app) == ["decided", "awaiting_decision"]
    assert held(app) == 2 * PENCE
    shown = text_of(decider(app, here).get("/decisions").text)
    assert "One bid waits for your decision" in shown
    assert "when call-in ends" in shown
    with app.app_context():
        made = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert made is not None
        assert (made.body, made.outcome, made.amount_pence, made.reason) == (
            "delegate", "approve", PENCE, "In line with the board.",
        )  # fmt: skip


@pytest.mark.parametrize(("decision", "state"), [("decline", "declined"), ("send_back", "sent_back")])
def test_any_other_answer_frees_the_money(app: Flask, here: Region, decision: str, state: str) -> None:
    assert decide(decider(app, here), FIRST, decision).status_code == 302
    assert states(app) == [state, "awaiting_decision"]
    assert held(app) == PENCE


def test_a_decision_needs_an_answer_and_a_reason_and_keeps_what_was_typed(app: Flask, here: Region) -> None:
    browser = decider(app, here)
    empty = send(browser, f"/decisions/{FIRST}", {"reason": "Because."})
    assert empty.status_code == 400
    assert "Choose what you decide" in text_of(empty.text)
    assert "Because." in empty.text
    silent = decide(browser, FIRST, "decide", " ")
    assert silent.status_code == 400
    assert "Write the reason in a sentence" in text_of(silent.text)
    assert states(app) == ["awaiting_decision"] * 2


def test_a_decision_is_taken_once(app: Flask, here: Region) -> None:
    browser = decider(app, here)
    page = browser.get(f"/decisions/{FIRST}").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"decision": "decide", "reason": "Good.", "csrf_token": token}
    assert browser.post(f"/decisions/{FIRST}", data=form).status_code == 302
    again = browser.post(f"/decisions/{FIRST}", data=form)
    assert again.status_code == 409
    assert states(app) == ["decided", "awaiting_decision"]


def test_whoever_took_another_part_meets_a_closed_door_with_its_reason(app: Flask, here: Region) -> None:
    member = here.members[0]
    with app.app_context(), transaction():
        db.session.add(RoleGrant(person_id=member.id, role=Role.DECIDER.value, granted_at=clock.now()))
    browser = signed_in(app, member.id)
    page = text_of(browser.get(f"/decisions/{FIRST}").text)
    assert "This needs somebody else: the same person already sat on the board for this bid." in page
    assert "Take the decision" not in page
    token = browser.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"decision": "decide", "reason": "Good.", "csrf_token": token}
    assert browser.post(f"/decisions/{FIRST}", data=form).status_code == 409
    assert states(app) == ["awaiting_decision"] * 2


def test_others_look_or_see_nothing(app: Flask, here: Region) -> None:
    officer = signed_in(app, here.officer.id)
    assert officer.get("/decisions").status_code == 404
    assert officer.get(f"/decisions/{FIRST}").status_code == 200
    token = officer.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"decision": "decide", "reason": "Good.", "csrf_token": token}
    assert officer.post(f"/decisions/{FIRST}", data=form).status_code == 403
    for person in (here.applicants[0], here.assessors[0], here.members[0], here.finance[0]):
        stranger = signed_in(app, person.id)
        assert stranger.get("/decisions").status_code == 404
        assert stranger.get(f"/decisions/{FIRST}").status_code == 404
    assert decider(app, here).get("/decisions/LCRV1-9999").status_code == 404


def test_the_list_takes_few_statements(app: Flask, here: Region, count_statements: Statements) -> None:
    browser = decider(app, here)
    decide(browser, SECOND, "decide")
    browser.get("/decisions")
    with count_statements() as statements:
        assert browser.get("/decisions").status_code == 200
    assert len(statements) <= 6, statements
