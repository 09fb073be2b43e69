"""The ends of an award on its pages: shown before they are taken, by those who may, with reasons."""

from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.services import awards
from tests.factories import awards as factory
from tests.factories import outbox, region
from tests.factories.region import Region
from tests.stages import Stages, after
from tests.web.browsing import send, signed_in

WHY = "The firm was sold abroad."
SURE = {"sure": "y"}


@after(factory.one_live)
def one_part_paid(here: Region) -> Region:
    """A live award with one claim paid, its condition met and part of the claim kept back."""
    (award,) = factory.every_award()
    factory.may_be_paid(here, award, here.applicants[0])
    claim = factory.approved_claim(here, award, here.applicants[0], 1, 1_000_000)
    outbox.work_off()
    factory.paid(here, [claim])
    return here


@after(factory.one_approved)
def one_confirmed(here: Region) -> Region:
    """An award whose offer waits for a second person."""
    region.pass_time(days=60)
    (award,) = factory.every_award()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    return here


@dataclass(frozen=True)
class Pages:
    """One award, and the browsers of everybody who deals with it."""

    award: str
    bid: str
    lead: FlaskClient
    officer: FlaskClient
    decider: FlaskClient
    finance: FlaskClient
    colleague: FlaskClient


def pages(app: Flask, here: Region) -> Pages:
    with app.app_context():
        (award,) = factory.every_award()
        people = (here.applicants[0], here.officer, here.decider, here.finance[1], here.finance[0])
        ids = [person.id for person in people]
        names = (award.reference, award.application.reference)
    return Pages(*names, *(signed_in(app, person_id) for person_id in ids))


@pytest.fixture
def live(app: Flask, stages: Stages) -> Pages:
    with app.app_context():
        here, _ = factory.reached(stages, one_part_paid)
    return pages(app, here)


@pytest.fixture
def confirmed(app: Flask, stages: Stages) -> Pages:
    with app.app_context():
        here, _ = factory.reached(stages, one_confirmed)
    return pages(app, here)


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def work_off(app: Flask) -> None:
    with app.app_context():
        outbox.work_off()


def test_an_award_shows_its_ends_to_those_who_may_take_them_and_why_one_is_shut(live: Pages) -> None:
    page = f"/finance/awards/{live.award}"
    shown = live.officer.get(page).text
    assert f'href="{page}/withdraw"' in shown
    assert f'href="{page}/terminate"' not in shown
    assert "£500 is kept back until the final report is accepted." in said(shown)
    assert f'href="{page}/complete"' not in shown
    for_decider = live.decider.get(page).text
    assert f'href="{page}/terminate"' in for_decider
    assert f'href="{page}/withdraw"' not in for_decider
    assert "Ending it" not in said(live.finance.get(page).text)


def test_the_final_report_releases_what_was_kept_back(app: Flask, live: Pages) -> None:
    page = f"/finance/awards/{live.award}"
    assert "release what was kept back" not in live.officer.get(page).text
    shut = said(live.colleague.get(page).text)
    assert "Release what was kept back is not possible yet" in shut
    answer = send(live.finance, f"{page}/release-retention", {}, page=page)
    assert answer.status_code == 302
    assert "waits for a payment run" in said(live.finance.get(page).text)
    work_off(app)
    claims = said(live.lead.get(f"/bids/{live.bid}/claims").text)
    assert "£500.00 Approved for payment" in claims


def test_an_award_is_terminated_only_after_it_was_read_what_that_means(app: Flask, live: Pages) -> None:
    page = f"/finance/awards/{live.award}/terminate"
    shown = said(live.decider.get(page).text)
    assert "Stays paid £4,500.00" in shown
    assert "Goes back to the round £45,500.00" in shown
    assert "£500.00 of what goes back was kept until the final report." in shown
    for sent, mistake in (
        ({"reason": WHY}, "Tick the box to end the award, or go back"),
        (SURE, "Write the reason the organisation will read"),
    ):
        refused = send(live.decider, page, sent)
        assert (refused.status_code, mistake in said(refused.text)) == (400, True)
    assert send(live.decider, page, SURE | {"reason": WHY}).status_code == 302
    work_off(app)
    outcome = said(live.lead.get(f"/bids/{live.bid}/outcome").text)
    assert "The award was ended early" in outcome
    assert WHY in outcome
    claims = said(live.lead.get(f"/bids/{live.bid}/claims").text)
    assert "The award has ended, so nothing more can be claimed on it." in claims
    second = live.lead.get(f"/bids/{live.bid}/claims/2")
    assert (second.status_code, "Send the claim" in second.text) == (200, False)
    assert "This claim was never made" in said(second.text)
    again = said(live.decider.get(page).text)
    assert "The award is “Terminated”." in again


def test_a_shut_door_is_refused_on_the_press_too(live: Pages) -> None:
    page = f"/finance/awards/{live.award}/complete"
    assert "Complete the award is not possible yet" in said(live.officer.get(page).text)
    token_page = f"/finance/awards/{live.award}/withdraw"
    refused = send(live.officer, page, SURE, page=token_page)
    assert refused.status_code == 409
    assert "£500 is kept back" in said(refused.text)


def test_an_organisation_steps_back_before_its_offer(app: Flask, confirmed: Pages) -> None:
    address = f"/bids/{confirmed.bid}/step-back"
    assert f'href="{address}"' in confirmed.lead.get(f"/bids/{confirmed.bid}/outcome").text
    assert send(confirmed.lead, address, {}).status_code == 400
    answer = send(confirmed.lead, address, SURE)
    assert answer.status_code == 302
    assert "Withdrawn" in said(confirmed.lead.get(answer.location).text)
    assert confirmed.officer.get(f"/finance/awards/{confirmed.award}").text.count("Step back") == 1
    assert confirmed.lead.get(address).status_code == 302
