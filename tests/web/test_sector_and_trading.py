"""Rounds that go by sector and by trading, as no ready-made fund does: asked of anybody, kept with a bid."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import organisations
from tests.factories import bids
from tests.web.browsing import send, signed_in
from tests.web.test_apply import summary
from tests.web.test_before_applying import SMALL, heading, question, said
from workflows.funds import ready_made
from workflows.funds.definition import FundDefinition
from workflows.rules.organisation_kinds import ANOTHER, SECTORS

CHECKER = "/rounds/FIF7/can-you-apply"
WHO = "/bids/FIF7-0001/questions/who_you_are"
FUND = ready_made("future_innovation_fund")
TRADING = replace(FUND, eligibility=replace(FUND.eligibility, must_be_trading=True))
BY_SECTOR = replace(FUND, eligibility=replace(FUND.eligibility, sectors=("construction", "manufacturing")))
BOTH = replace(FUND, eligibility=replace(BY_SECTOR.eligibility, must_be_trading=True))
NEITHER = replace(FUND, eligibility=replace(FUND.eligibility, legal_forms=()))
IS_IT_TRADING, WHICH_SECTOR = "Are you trading now?", "Which sector do you work in?"
IN_ORDER = (
    "What kind of organisation are you?",
    IS_IT_TRADING,
    "Are you in an insolvency, or being wound up?",
    WHICH_SECTOR,
    "How many people work for you?",
)
FITTING = {
    "place": SMALL["place"],
    "legal_form": SMALL["legal_form"],
    "trading": "yes",
    "solvent": SMALL["solvent"],
    "sector": "manufacturing",
}
FIRM = {"name": "Wrackline Sensing Ltd", "postcode": "CH41 1AA", "authority": "E08000015"}
KIND = {"legal_form": "limited_company"}


def lead_of_a_draft(app: Flask, fund: FundDefinition) -> FlaskClient:
    """The browser of whoever has begun a bid in an open round of this fund."""
    with app.app_context():
        return signed_in(app, bids.lead_of_draft(fund))


def until(answer: str, **changed: str) -> str:
    """The page that comes once the questions up to this one are answered."""
    given = FITTING | changed
    upto = list(given)[: list(given).index(answer) + 1]
    return f"{CHECKER}?{urlencode({name: given[name] for name in upto})}"


def boxes(page: str) -> set[str]:
    return {str(box["name"]) for box in BeautifulSoup(page, "html.parser").select("main [name]")}


def kept(app: Flask) -> tuple[str, str | None, str | None]:
    with app.app_context():
        firm = db.session.query(Organisation).one()
        return firm.name, firm.legal_form, firm.sector


@pytest.mark.parametrize(
    ("fund", "left_out"),
    [
        (FUND, [IS_IT_TRADING, WHICH_SECTOR]),
        (TRADING, [WHICH_SECTOR]),
        (BY_SECTOR, [IS_IT_TRADING]),
        (BOTH, []),
    ],
)
def test_the_check_asks_what_the_round_goes_by_in_its_place(
    app: Flask, client: FlaskClient, fund: FundDefinition, left_out: list[str]
) -> None:
    lead_of_a_draft(app, fund)
    asked = dict.fromkeys(question(client.get(until(answered)).text) for answered in FITTING)
    assert list(asked) == [each for each in IN_ORDER if each not in left_out]


@pytest.mark.parametrize(
    ("answer", "given", "finding", "why"),
    [
        (
            "trading",
            "no",
            "This fund cannot support an organisation that is not trading.",
            "it is not trading, or it is in an insolvency",
        ),
        (
            "sector",
            ANOTHER,
            "This fund does not support your sector.",
            "it works in a sector this fund does not support: another",
        ),
    ],
)
def test_an_answer_that_does_not_fit_ends_the_questions_and_says_why(
    app: Flask, client: FlaskClient, answer: str, given: str, finding: str, why: str
) -> None:
    lead_of_a_draft(app, BOTH)
    page = client.get(until(answer, **{answer: given})).text
    assert heading(page) == "This round is not for you"
    assert finding in said(page)
    assert f"By your answers, {why}." in said(page)


def test_the_check_offers_the_sectors_of_the_round_and_another(app: Flask, client: FlaskClient) -> None:
    lead_of_a_draft(app, BOTH)
    page = client.get(until("solvent")).text
    offered = [str(box["value"]) for box in BeautifulSoup(page, "html.parser").select("main [name=sector]")]
    assert offered == ["construction", "manufacturing", ANOTHER]
    assert "Choose a sector" in said(client.get(until("sector", sector="mining")).text)


def test_a_bid_says_its_sector_where_the_round_goes_by_it(app: Flask, database: None) -> None:
    lead = lead_of_a_draft(app, BY_SECTOR)
    refused = send(lead, WHO, FIRM | KIND | {"sector": ""})
    assert (refused.status_code, summary(refused)) == (400, ["Choose the sector"])
    for sector in (*SECTORS, ANOTHER):
        assert send(lead, WHO, FIRM | KIND | {"sector": sector}).status_code == 302
        assert kept(app) == (FIRM["name"], KIND["legal_form"], sector)
    chosen = BeautifulSoup(lead.get(WHO).text, "html.parser").select("#sector option[selected]")
    assert [str(option["value"]) for option in chosen] == [ANOTHER]


def test_what_a_round_does_not_go_by_is_not_asked_and_stays_as_it_is(app: Flask, database: None) -> None:
    lead = lead_of_a_draft(app, NEITHER)
    with app.app_context():
        firm = db.session.query(Organisation).one()
        known = replace(organisations.place_of(firm), legal_form="charity", sector="mining")
        organisations.update(firm, known, db.session.query(Person).filter_by(name="Marguerite Osei").one())
    assert boxes(lead.get(WHO).text) & {"name", "legal_form", "sector"} == {"name"}
    sent = FIRM | KIND | {"name": "Wrackline Charity", "sector": "construction"}
    assert send(lead, WHO, sent).status_code == 302
    assert kept(app) == ("Wrackline Charity", "charity", "mining")
