"""A claim in the browser: lines added without scripts, mistakes named, nothing lost, nobody else’s."""

from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim
from tests.factories import awards as factory
from tests.stages import Stages
from tests.web.browsing import signed_in, somebody, token_in
from workflows.actors import Role

COST = {
    "supplier": "Tin and Timber Ltd",
    "invoice_number": "INV 7",
    "net": "£1,000.00",
    "vat": "200",
    "vat_recoverable": "no",
    "category": "materials",
    "rd_share": "80%",
    "rd_type": "experimental",
}


@dataclass(frozen=True)
class Scene:
    """An organisation with a live award, its claims' page, and a day its costs may have been paid on."""

    lead: FlaskClient
    page: str
    paid_on: tuple[str, str, str]

    def send(self, costs: list[dict[str, object]], **more: str) -> TestResponse:
        """Send a claim with these costs, all paid on the day."""
        token = token_in(self.lead.get(f"{self.page}/1").text)
        data = MultiDict([("csrf_token", token), *more.items()])
        for number, each in enumerate(costs):
            fields = COST | {"invoiced_on": self.paid_on, "paid_on": self.paid_on} | each
            for name, value in fields.items():
                data.setlist(f"costs-{number}-{name}", [value] if isinstance(value, str) else list(value))  # type: ignore[call-overload]
        return self.lead.post(f"{self.page}/1", data=data)


@pytest.fixture
def scene(app: Flask, stages: Stages) -> Scene:
    with app.app_context():
        region, (award,) = factory.reached(stages, factory.one_live)
        day, lead = award.starts_on, region.applicants[0].id
        page = f"/bids/{award.application.reference}/claims"
    return Scene(signed_in(app, lead), page, (str(day.day), str(day.month), str(day.year)))


def said(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").get_text(" ").split())


def state_and_lines(app: Flask) -> tuple[str, list[tuple[str, int, int, bool]]]:
    with app.app_context():
        claim = db.session.scalars(select(Claim).order_by(Claim.number).limit(1)).one()
        return claim.state, [
            (line.supplier, line.net_pence, line.approved_pence, line.vat_recoverable) for line in claim.lines
        ]


def test_a_claim_is_filled_in_and_sent(app: Flask, scene: Scene) -> None:
    index = said(scene.lead.get(scene.page))
    assert "Enter your bank details" in index
    answer = scene.send([{}, {"supplier": "Second", "net": "50", "vat": "10", "vat_recoverable": "yes"}])
    assert (answer.status_code, answer.location) == (302, scene.page)
    assert state_and_lines(app) == (
        "submitted",
        [("Tin and Timber Ltd", 100_000, 120_000, False), ("Second", 5_000, 5_000, True)],
    )
    shown = said(scene.lead.get(f"{scene.page}/1"))
    assert "We have your claim 1" in shown
    assert "All £1,250.00" in shown
    again = scene.lead.post(
        f"{scene.page}/1", data={"csrf_token": token_in(scene.lead.get(f"{scene.page}/2").text)}
    )
    assert (again.status_code, again.location) == (302, scene.page)


def test_more_room_is_made_without_scripts_and_what_was_typed_stays(app: Flask, scene: Scene) -> None:
    answer = scene.send([{"supplier": "Kept as it was", "net": "not yet"}], more="yes")
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    assert len(soup.select("fieldset.app-received")) == 4
    assert soup.select_one("#costs-0-supplier")["value"] == "Kept as it was"  # type: ignore[index]
    assert soup.select_one("#costs-0-net")["value"] == "not yet"  # type: ignore[index]
    assert state_and_lines(app) == ("due", [])


MISTAKES: list[tuple[dict[str, object], str]] = [
    ({"net": "lots"}, "Cost 1: Enter an amount in pounds"),
    ({"net": "0"}, "Cost 1: Enter at least £0.01"),
    ({"net": ""}, "Cost 1: Enter the amount without VAT"),
    ({"supplier": ""}, "Cost 1: Enter who was paid"),
    ({"vat_recoverable": ""}, "Cost 1: Say whether you can recover the VAT"),
    ({"category": "yachts"}, "Cost 1: Choose one of the answers on the page"),
    ({"category": ""}, "Cost 1: Choose what kind of cost it is"),
    ({"rd_share": "101"}, "Cost 1: Enter a percentage of 100 or less"),
    ({"rd_share": ""}, "Cost 1: Enter how much of it is R&D, or 0"),
    ({"paid_on": ("31", "2", "2027")}, "Cost 1: There is no such day"),
    ({"paid_on": ("1", "1", "2199")}, "Cost 1: This day is still to come"),
    ({"paid_on": ("1", "1")}, "Cost 1: The date must include a year"),
    ({"paid_on": ("1", "1", "2027", "4")}, "Cost 1: The project runs from"),
    ({"paid_on": ("1", "1", "2020")}, "Cost 1: The project runs from"),
    ({"supplier": "x" * 300}, "Cost 1: This is 100 characters too long"),
]


def test_every_mistake_is_named_and_nothing_is_half_done(app: Flask, scene: Scene) -> None:
    for changed, wanted in MISTAKES:
        answer = scene.send([changed])
        assert answer.status_code == 400, changed
        assert wanted in said(answer), changed
        assert "Tin and Timber Ltd" in answer.text or "supplier" in changed
        assert state_and_lines(app) == ("due", [])


def test_an_empty_claim_is_not_a_claim(app: Flask, scene: Scene) -> None:
    token = token_in(scene.lead.get(f"{scene.page}/1").text)
    for data in ({}, {"costs-0-supplier": " "}, {"costs-0-nonsense": "1", "costs-x-net": "2", "costs": "3"}):
        answer = scene.lead.post(f"{scene.page}/1", data={**data, "csrf_token": token})
        assert (answer.status_code, "The claim has no costs yet." in said(answer)) == (409, True)
    assert state_and_lines(app) == ("due", [])


def test_it_is_nobody_elses(app: Flask, scene: Scene) -> None:
    bank = scene.page.replace("/claims", "/bank")
    pages = (scene.page, f"{scene.page}/1", bank)
    for role in (Role.APPLICANT, Role.OFFICER, Role.FINANCE, Role.ASSESSOR):
        browser = somebody(app, role)
        assert {browser.get(page).status_code for page in pages} == {404}
        token = token_in(browser.get("/account").text)
        details = {
            "account_name": "Me",
            "sort_code": "000000",
            "account_number": "00000001",
            "csrf_token": token,
        }
        assert {browser.post(page, data=details).status_code for page in pages[1:]} == {404}
    assert app.test_client().get(scene.page).status_code == 302
    assert scene.lead.get(f"{scene.page}/99").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(BankAccount)).all() == []


def test_bank_details_are_shown_by_their_last_digits_only(scene: Scene) -> None:
    bank = scene.page.replace("/claims", "/bank")
    token = token_in(scene.lead.get(bank).text)
    details = {"account_name": "Firm 1 Ltd", "sort_code": "01 23 45", "account_number": "8765-4321"}
    assert scene.lead.post(bank, data=details | {"csrf_token": token}).status_code == 302
    for page in (scene.page, bank):
        html = scene.lead.get(page).text
        assert "account ending 21" in html
        assert "87654321" not in html
        assert "012345" not in html
