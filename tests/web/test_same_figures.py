"""One awkward sum through one bid: the same pence on screen, on paper, in the exports and in the letter."""

import csv

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Submission
from fundapp.models.letters import Letter
from fundapp.services import awards, bid_printing
from tests.factories import awards as awarded
from tests.factories import meetings, outbox
from tests.factories import region as made
from tests.factories.region import Region
from tests.letters.reading import running_text
from tests.stages import Stages
from tests.web.browsing import signed_in
from tests.web.test_before_applying import said

BID = "/bids/FIF7-0001"
COST_PENCE, GRANT_PENCE = 11_123_456, 5_561_728
COST, GRANT = "£111,234.56", "£55,617.28"


def one_awkward_offer() -> Region:
    """Half of such a cost, applied for, approved and offered, with the bid on paper and its letter made."""
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bids = meetings.assessed(region, call, [5], pence=GRANT_PENCE)
    meetings.decided(region, call, bids, ["approve"])
    outbox.work_off()
    made.pass_time(days=60)
    (award,) = awarded.every_award()
    awards.confirm_subsidy(award, [], award.application.lead)
    bid_printing.ask(db.session.query(Submission).one())
    outbox.work_off()
    return region


@pytest.fixture
def region(stages: Stages) -> Region:
    return stages.at("one_awkward_offer", one_awkward_offer)


def test_an_awkward_sum_is_the_same_to_the_penny_wherever_it_stands(app: Flask, region: Region) -> None:
    lead, officer = signed_in(app, region.applicants[0].id), signed_in(app, region.officer.id)
    with app.app_context():
        letter = db.session.query(Letter).filter_by(kind="offer_of_grant").one().code
    assert f"Costs {COST} We can pay 50% {GRANT} You ask for {GRANT}" in said(lead.get(f"{BID}/money").text)
    assert f"Whole cost {COST} Asked for {GRANT}" in running_text(lead.get(f"{BID}/versions/1/pdf").data)
    project = lead.get(f"{BID}/versions/1/json").get_json()["project"]
    assert (project["total_cost_pence"], project["grant_requested_pence"]) == (COST_PENCE, GRANT_PENCE)
    (row,) = csv.DictReader(officer.get("/office/bids.csv").text.splitlines())
    assert row["Asks for, £"] == "55617.28"
    offer = running_text(officer.get(f"/letters/{letter}.pdf").data)
    assert f"We are pleased to offer you {GRANT}" in offer
    assert f"50% of costs that qualify, {COST}" in offer
