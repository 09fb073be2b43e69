"""An organisation on its pages: its size by year and test, what was checked, its bids; for its own people."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from fundapp import installed
from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.gateways.companies_house import LARGEST
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation, SizeFacts
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.services import company_facts, costs, organisations, size_facts
from fundapp.services.organisations import Place
from fundapp.services.size_facts import Said
from tests.factories import awards, people, reading, rounds
from tests.factories import bids as factory
from tests.factories import costs as sheets
from tests.factories import region as made
from tests.factories.outbox import work_off
from tests.factories.reading import Staged
from tests.gateways import registrar
from tests.gateways.registrar import KEY, FakeRegistrar
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from workflows.funds import ready_made
from workflows.rules.funding import Rate

Statements = Callable[[], AbstractContextManager[list[str]]]
BID = "/bids/FIF7-0001"
SIZE = f"{BID}/questions/size_and_sites"
PLACE = f"{BID}/questions/who_you_are"
FIGURES = {
    "year_ended_on": ["31", "3", "2026"],
    "staff_count": "14",
    "turnover_pence": "£900k",
    "gross_assets_pence": "200,000",
}


@pytest.fixture
def lead_id(stages: Stages) -> int:
    """Somebody with a draft in an open round."""

    def begun() -> int:
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant()
        factory.draft(call, lead, factory.firm(lead))
        return lead.id

    return stages.copied("one_draft_of_a_firm", begun)


@pytest.fixture
def client(app: Flask, lead_id: int) -> FlaskClient:
    return signed_in(app, lead_id)


@pytest.fixture
def there(app: Flask, settings: Settings) -> Iterator[FakeRegistrar]:
    """A registrar that the application has a key for."""
    with registrar.listening() as server:
        keyed = {"companies_house_key": SecretStr(KEY), "companies_house_url": server.address}
        installed.install(app, settings.model_copy(update=keyed))
        yield server
    installed.install(app, settings)


def said(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def problems(page: TestResponse) -> list[str]:
    found = BeautifulSoup(page.text, "html.parser").select(".govuk-error-summary__list a")
    return [f"{link['href']} {link.get_text(' ', strip=True)}" for link in found]


def box(page: TestResponse, name: str) -> list[str]:
    found = BeautifulSoup(page.text, "html.parser").select(f"main [name={name}]")
    return [str(each.get("value") or "") for each in found]


def home_of(app: Flask, name: str = "Wrackline Sensing Ltd") -> str:
    with app.app_context():
        found = db.session.scalars(select(Organisation.id).where(Organisation.name == name)).one()
        return f"/organisations/{found}"


def test_the_size_page_asks_for_the_year_and_says_what_the_firm_counts_as(
    app: Flask, client: FlaskClient, lead_id: int
) -> None:
    with app.app_context():
        lead, call = db.session.get_one(Person, lead_id), db.session.query(Round).one()
        factory.draft(call, lead, db.session.query(Organisation).one(), "Another bid")
    assert "Year not given Not checked" in said(client.get(SIZE))
    label = label_of(client)
    saved = send(client, SIZE, FIGURES)
    assert saved.location == BID
    assert (
        f"The size of Wrackline Sensing Ltd has changed. “{label}” depends on it,"
        " here and in FIF7-0002, and is checked anew."
    ) in said(client.get(BID))
    page = client.get(SIZE)
    assert (box(page, "year_ended_on"), box(page, "months")) == (["31", "3", "2026"], [""])
    for words in (
        "Year ended 31 March 2026 Not checked",
        "Stated by Marguerite Osei, 2 November 2026.",
        "Companies Act, periods before 6 April 2025 Small two of: turnover up to £10,200,000, up to 50 staff",
        "EU-style, as UK grant calls use it Small under 50 staff",
        "Future Innovation Fund Small or medium-sized two of: turnover under £25,000,000",
    ):
        assert words in said(page)
    assert send(client, SIZE, FIGURES).status_code == 302
    older = send(client, SIZE, FIGURES | {"year_ended_on": ["31", "3", "2025"]})
    assert (
        "The figures of the year ended 31 March 2025 are kept."
        " Those of the latest year, ended 31 March 2026, count."
    ) in said(client.get(older.location))
    assert "Year ended 31 March 2026 Staff: 14" in said(client.get(f"{BID}/check"))


def test_a_size_that_changes_the_share_we_pay_says_so_of_the_costs(app: Flask, database: None) -> None:
    shares = {"small": 5_000, "medium": 4_000, "large": 3_000}
    rates = tuple(Rate("industrial", size, share) for size, share in shares.items())
    with app.app_context():
        rounds.begin_demo()
        fund = replace(ready_made("future_innovation_fund"), rates=rates)
        call, lead = rounds.open_round(people.officer(), fund=fund), people.applicant()
        firm = factory.firm(lead)
        size_facts.state(firm, Said(14, 90_000_000, 20_000_000, date(2026, 3, 31)), lead)
        for title in ("A bid", "Another bid"):
            bid = factory.draft(call, lead, firm, title)
            share = costs.share_of(bid, costs.LEAD)
            assert share is not None
            sheet = replace(sheets.sheet(call.rules.costs), research="industrial")
            costs.save(share, sheet, share.version, lead)
        client = signed_in(app, lead.id)
    label = label_of(client)
    again = "The share we pay changes with it: look at the costs again and save them, here and in FIF7-0002."
    more = send(client, SIZE, FIGURES | {"staff_count": "15"})
    assert "The share we pay" not in said(client.get(more.location))
    grown = send(client, SIZE, FIGURES | {"staff_count": "120", "turnover_pence": "£20m"})
    both = f"“{label}” depends on it, here and in FIF7-0002, and is checked anew. {again}"
    assert both in said(client.get(grown.location))
    cost = {"line_other-0-what": "All", "line_other-0-pence": "5", "research": "industrial"}
    assert send(client, f"{BID}/money", cost).status_code == 302
    shrunk = send(client, SIZE, FIGURES)
    assert "look at the costs again and save them." in said(client.get(shrunk.location))


def label_of(client: FlaskClient) -> str:
    heading = BeautifulSoup(client.get(SIZE).text, "html.parser").h1
    assert heading is not None
    return heading.get_text(strip=True)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"year_ended_on": ["", "", ""]}, "#year_ended_on Enter the day its last year of accounts ended"),
        ({"no_accounts": "y"}, "#year_ended_on Leave this empty if it has no accounts yet"),
        ({"year_ended_on": ["3", "11", "2026"]}, "#year_ended_on Enter the end of a year that is over"),
        ({"year_ended_on": ["31", "2", "2026"]}, "#year_ended_on There is no such day"),
        ({"months": "19"}, "#months "),
        ({"staff_count": "lots"}, "#staff_count "),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_what_was_written(
    client: FlaskClient, app: Flask, written: dict[str, object], problem: str
) -> None:
    page = send(client, SIZE, FIGURES | written)
    assert (page.status_code, len(problems(page))) == (400, 1)
    assert problems(page)[0].startswith(problem)
    assert box(page, "turnover_pence") == ["£900k"]
    name, value = next(iter(written.items()))
    assert name == "no_accounts" or box(page, name) == (value if isinstance(value, list) else [value])
    with app.app_context():
        assert db.session.query(SizeFacts).count() == 1


def test_a_firm_without_accounts_says_so_until_it_has_some(client: FlaskClient, app: Flask) -> None:
    young = FIGURES | {"year_ended_on": ["", "", ""], "no_accounts": "y", "turnover_pence": "0"}
    assert send(client, SIZE, young).status_code == 302
    assert "No accounts yet Not checked" in said(client.get(SIZE))
    assert send(client, SIZE, FIGURES).status_code == 302
    refused = send(client, SIZE, young)
    assert refused.status_code == 409
    assert "You gave figures of the year that ended on 31 March 2026." in said(refused)
    assert box(refused, "staff_count") == ["14"]


def test_the_registered_postcode_stands_beside_the_other_with_its_district(
    client: FlaskClient, app: Flask
) -> None:
    place = {
        "name": "Wrackline Sensing Ltd",
        "postcode": "CH41 1AA",
        "authority": "E08000015",
        "legal_form": "limited_company",
    }
    assert "CH41 1AA is probably in Wirral" in said(client.get(PLACE))
    wrong = send(client, PLACE, place | {"registered_postcode": "L3"})
    assert problems(wrong) == ["#registered_postcode Enter a full UK postcode, like L3 1BP"]
    assert box(wrong, "registered_postcode") == ["L3"]
    assert send(client, PLACE, place | {"registered_postcode": "m11ae"}).status_code == 302
    assert "M1 1AE is probably outside the city region" in said(client.get(PLACE))
    assert "Registered at M1 1AE" in said(client.get(f"{BID}/check"))
    page = said(client.get(home_of(app)))
    assert (
        "Works at CH41 1AA, probably in Wirral Registered at M1 1AE, probably outside the city region" in page
    )


def test_what_companies_house_says_is_shown_and_never_stops_the_writing(
    app: Flask, client: FlaskClient, lead_id: int, there: FakeRegistrar
) -> None:
    with app.app_context():
        other = people.applicant("Ada Quay", "ada@quay.example")
        factory.firm(other, organisations.Details(name="Quay Ltd", company_number="ZZ000148"))
        nameless = organisations.register(organisations.Details(name="Dock Makers"), other)
        home_of_nameless = f"/organisations/{nameless.id}"
        other_id = other.id
    other_client, home = signed_in(app, other_id), home_of(app, "Quay Ltd")

    def after(**answer: object) -> str:
        for name, value in answer.items():
            setattr(there, name, value)
        with app.app_context():
            work_off()
        return said(other_client.get(home))

    def asked_again(**profile: object) -> str:
        there.say(**{"company_number": "ZZ000148"} | profile)
        officer = people.officer(f"Officer {len(there.asked)}")
        company_facts.ask_again(db.session.query(Organisation).filter_by(name="Quay Ltd").one(), officer)
        return after(status=200)

    assert "It has not been compared with Companies House." in said(other_client.get(home))
    assert "Not checked Without a company number" in said(other_client.get(home_of_nameless))
    assert "Not found Companies House has no company ZZ000148, asked on 2 November 2026." in after(status=404)
    with app.app_context():
        differs = asked_again(company_status="liquidation")
        same = asked_again(company_name="QUAY LIMITED")
    assert "Differs Companies House, 2 November 2026: WRACKLINE SENSING LTD, liquidation" in differs
    assert "It is not active there: liquidation. Its name there is another one." in differs
    assert (
        "Checked Companies House, 2 November 2026: QUAY LIMITED, active, registered at CH41 1AA,"
        " since 3 May 2019."
    ) in same
    with app.app_context():
        down = asked_again(padding="x" * LARGEST)
    assert "Not checked Stated by the organisation. Companies House could not be reached on" in down


def test_an_organisation_is_its_own_peoples_alone(app: Flask, client: FlaskClient) -> None:
    home = home_of(app)
    with app.app_context():
        stranger = people.applicant("Nosy Parker", "nosy@rival.example").id
        colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
        people.join(db.session.query(Organisation).one(), colleague)
        db.session.commit()
        officer, colleague_id = people.officer("Una Other").id, colleague.id
    for other in (stranger, officer):
        assert signed_in(app, other).get(home).status_code == 404
    assert f'href="{home}"' in client.get("/bids").text
    assert f'href="{home}"' in client.get(BID).text
    page = said(signed_in(app, colleague_id).get(home))
    assert "Its people Marguerite Osei Since 2 November 2026 Tomasz Bell Since 2 November 2026" in page
    for strange in ("/organisations/999999", "/organisations/99999999999999999999", "/organisations/none"):
        assert client.get(strange).status_code == 404


def test_a_year_is_taken_back_from_the_page(app: Flask, client: FlaskClient) -> None:
    home = home_of(app)
    send(client, SIZE, FIGURES)
    send(client, SIZE, FIGURES | {"year_ended_on": ["31", "3", "2025"], "staff_count": "9"})
    assert said(client.get(home)).count("Take it back") == 2
    gone = send(client, f"{home}/take-back", {"ended_on": ["31", "3", "2026"]}, page=home)
    assert gone.status_code == 302
    page = client.get(home)
    assert "The figures of the year ended 31 March 2026 count no more." in said(page)
    assert said(page).count("Take it back") == 1
    for sent, status in (({"ended_on": ["31", "3", "2026"]}, 409), ({"ended_on": ["x"]}, 400), ({}, 400)):
        assert send(client, f"{home}/take-back", sent, page=home).status_code == status
    assert box(client.get(SIZE), "staff_count") == ["9"]


def test_bids_show_what_may_be_known_and_an_award_after_its_release(
    app: Flask, stages: Stages, count_statements: Statements
) -> None:
    region = stages.at("one_approved", awards.one_approved)
    lead = region.applicants[0].id
    home = home_of(app, "Firm 1 Ltd")
    before = said(signed_in(app, lead).get(home))
    assert "Idea 1 Future Innovation Fund, round 7 · FIF7-0001 Decision being made £50,000 –" in before
    with app.app_context():
        made.pass_time(days=60)
    client = signed_in(app, lead)
    with count_statements() as statements:
        after = said(client.get(home))
    assert "FIF7-0001 Decision made £50,000 £50,000" in after
    assert len(statements) <= 8, statements


def test_the_office_compares_with_what_is_filed(app: Flask, staged: Staged, there: FakeRegistrar) -> None:
    with app.app_context():
        given = staged(reading.closed_round, 1)
        bid, officer_id = given.bids[0], given.officer.id
        lead = bid.lead
        size_facts.state(bid.organisation, Said(14, 100_000_000, 20_000_000, date(2025, 3, 31)), lead)
        organisations.update(bid.organisation, Place("Firm", "CH41 1AA", None, "L3 1BP"), lead)
        number, address = bid.organisation.company_number, f"/office/bids/{bid.reference}"
        there.say(company_number=number)
    client = signed_in(app, officer_id)
    page = client.get(address)
    assert "It has not been compared with Companies House." in said(page)
    assert "Companies Act, periods before 6 April 2025 Small" in said(page)
    asked = send(client, f"{address}/ask-companies-house", {}, page=address)
    assert asked.status_code == 302
    with app.app_context():
        work_off()
        assert db.session.query(OutboxRow).filter_by(kind="look_up_company").count() == 1
    page = client.get(address)
    assert "Its registered postcode there is CH41 1AA, not L3 1BP." in said(page)
    [facts] = box(page, "facts")
    for sent, status in ((facts, 302), (facts, 409), ("x", 409), ("", 409), ("9" * 18, 409)):
        assert send(client, f"{address}/verify-size", {"facts": sent}, page=address).status_code == status
    page = client.get(address)
    assert "Year ended 31 March 2025 Checked" in said(page)
    assert box(page, "facts") == []
