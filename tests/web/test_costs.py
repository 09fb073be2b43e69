"""The page of costs: lines added, removed and worked out without script, partners kept to their own."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.services import bids, partners, teams, versions
from fundapp.web.apply.money.costs import NOT_SAVED
from tests.factories import bids as factory
from tests.factories import people
from tests.services.test_teams import FREYA, HERE, link_to
from tests.stages import Stages
from tests.web.browsing import send, token_in
from tests.web.test_apply import field, said, soup, summary

MONEY = "/bids/FIF7-0001/money"
ENGINEER = {
    "line_people-0-what": "Engineer",
    "line_people-0-annual": "£46,400",
    "line_people-0-days": "300",
    "line_people-0-rd_share": "100",
}


@pytest.fixture(autouse=True)
def draft(app: Flask, client: FlaskClient, stages: Stages) -> None:
    with app.app_context():
        lead = stages.copied("draft", factory.lead_of_draft)
        people.sign_in(client, db.session.get_one(Person, lead))


def the_bid() -> Application:
    return db.session.query(Application).one()


def money(app: Flask) -> bids.Money:
    with app.app_context():
        return bids.money_of(the_bid())


def as_partner(app: Flask) -> FlaskClient:
    """Somebody of a partner organisation, signed in."""
    client = app.test_client()
    with app.app_context():
        partners.ask_in(the_bid(), "Wavewright Ltd", FREYA, the_bid().lead)
        freya = people.applicant("Freya Holm", FREYA)
        teams.join(link_to(FREYA), HERE)
        people.sign_in(client, freya)
    return client


def test_a_new_sheet_has_room_for_a_first_line_and_says_what_it_comes_to(
    app: Flask, client: FlaskClient
) -> None:
    page = soup(client.get(MONEY))
    assert len(page.select("[data-lines=line_people] .app-line")) == 1
    saved = client.get(send(client, MONEY, {"version": "0", **ENGINEER, "stay": "1"}).location)
    assert money(app) == bids.Money(6_000_000, 3_000_000, 0, 10_000)
    assert "£60,000.00" in said(saved)
    assert "£30,000 of the costs is not paid for yet." in said(saved)
    assert field(saved, "line_people-0-annual") == "46,400"


def test_a_line_is_added_and_taken_out_without_script(app: Flask, client: FlaskClient) -> None:
    added = send(client, MONEY, {"version": "0", **ENGINEER, "add": "travel"})
    page = soup(client.get(added.location))
    assert added.location.endswith("#travel-add")
    assert [line["id"] for line in page.select(".app-line")] == ["line_people-0", "line_travel-0"]
    out = send(client, MONEY, {"version": "1", **ENGINEER, "remove": "line_people-0"})
    assert soup(client.get(out.location)).select(".app-line") == []
    assert money(app) == bids.Money()


def test_what_is_wrong_stands_beside_its_box_with_what_was_typed(app: Flask, client: FlaskClient) -> None:
    wrong = {
        **ENGINEER,
        "line_people-0-days": "1,000.005",
        "line_materials-0-count": "three",
        "add": "travel",
    }
    answer = send(client, MONEY, {"version": "0", **wrong})
    assert answer.status_code == 400
    assert summary(answer) == [
        "“Engineer”: Enter a number of days, like 60 or 7.5",
        "Materials, line 1: Enter a whole number, like 12",
    ]
    assert (field(answer, "line_people-0-days"), field(answer, "line_materials-0-count")) == (
        "1,000.005",
        "three",
    )
    assert money(app) == bids.Money()


def test_an_unfinished_line_is_kept_and_named(client: FlaskClient) -> None:
    send(client, MONEY, {"version": "0", "line_people-0-what": "Engineer", "line_other-0-pence": "5"})
    check = soup(client.get("/bids/FIF7-0001/check"))
    gaps = {
        link.get_text(): link["href"] for link in check.select("main ul a") if "/money" in str(link["href"])
    }
    assert gaps["“Engineer”: enter what this person costs a year."] == f"{MONEY}#line_people-0-annual"
    ids = {str(box["id"]) for box in soup(client.get(MONEY)).select("[id]")}
    assert {str(href).partition("#")[2] for href in gaps.values()} <= ids


def autosave(client: FlaskClient, figures: Mapping[str, str], version: int) -> tuple[int, dict[str, object]]:
    token = token_in(client.get(MONEY).text)
    data = {"csrf_token": token, "version": str(version), **figures}
    answer = client.post(f"{MONEY}/autosave", data=data)
    return answer.status_code, json.loads(answer.text)


def test_the_sheet_is_saved_while_it_is_written(app: Flask, client: FlaskClient) -> None:
    status, first = autosave(client, ENGINEER, 0)
    assert (status, first["version"]) == (200, 1)
    assert autosave(client, ENGINEER, 0)[0] == 200
    assert money(app).total_cost_pence == 6_000_000
    status, late = autosave(client, {**ENGINEER, "line_people-0-days": "1"}, 0)
    assert (status, late["reload"], late["version"], late["who"]) == (409, True, 1, "you")


def test_boxes_that_cannot_be_read_are_told_one_by_one_and_nothing_is_saved(
    app: Flask, client: FlaskClient
) -> None:
    wrong = {"line_people-0-days": "1,000.005", "match-0-pence": "NaN", "research": "magic"}
    assert autosave(client, {**ENGINEER, **wrong}, 0) == (
        400,
        {
            "error": "“Engineer”: Enter a number of days, like 60 or 7.5."
            " Who else pays, line 1: Enter an amount in pounds, like 25,000 or 25,000.50."
            " What kind of research is the project?: Choose one of the answers on the page.",
            "mistakes": {
                "line_people-0-days": f"Enter a number of days, like 60 or 7.5. {NOT_SAVED}",
                "match-0-pence": f"Enter an amount in pounds, like 25,000 or 25,000.50. {NOT_SAVED}",
                "research": f"Choose one of the answers on the page. {NOT_SAVED}",
            },
        },
    )
    assert money(app) == bids.Money()


def test_boxes_of_overheads_count_only_where_they_are_calculated(client: FlaskClient) -> None:
    figures = {**ENGINEER, "overheads_pence": "lots"}
    assert autosave(client, {**figures, "overheads_method": "calculated"}, 0)[0] == 400
    assert autosave(client, {**figures, "overheads_method": "flat"}, 0)[0] == 200


def test_figures_of_a_calculation_stay_written_while_a_flat_rate_counts(
    app: Flask, client: FlaskClient
) -> None:
    calculated = {"overheads_pence": "12,345.67", "overheads_rd_share": "40"}
    flat = {**ENGINEER, **calculated, "overheads_method": "flat"}
    assert send(client, MONEY, {**flat, "version": "0"}).status_code == 302
    assert field(client.get(MONEY), "overheads_pence") == "12,345.67"
    with app.app_context():
        (sheet,) = versions.draft_content(the_bid())["costs"]
        assert sheet["sheet"]["overheads"] == {"method": "flat", "pence": None, "rd_share_bp": None}
        assert sheet["overheads_pence"] == 1_200_000
    again = {**flat, "version": "1", "overheads_method": "calculated"}
    assert send(client, MONEY, again).status_code == 302
    with app.app_context():
        assert versions.draft_content(the_bid())["costs"][0]["overheads_pence"] == 1_234_567


def test_totals_are_worked_out_by_the_same_rule_and_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    token = token_in(client.get(MONEY).text)
    figures = {
        **ENGINEER,
        "line_people-1-annual": "£23,200",
        "line_people-1-days": "2",
        "match-0-pence": "lots",
    }
    answer = client.post(f"{MONEY}/totals", data={"csrf_token": token, **figures}).get_json()
    assert answer["amounts"]["line_people-0"] == "£60,000.00"
    assert answer["amounts"]["line_people-1"] == "£200.00"
    assert answer["amounts"]["people"] == "£60,200.00"
    assert "£30,100.00" in answer["totals"]
    assert money(app) == bids.Money()


def totals(client: FlaskClient, figures: Mapping[str, str], page: str = MONEY) -> dict[str, Any]:
    """What the script of the page is told while these figures are written."""
    data = {"csrf_token": token_in(client.get(page).text), **figures}
    answer: dict[str, Any] = client.post(f"{page}/totals", data=data).get_json()
    return answer


def test_what_is_being_written_will_be_saved_at_the_share_of_today(client: FlaskClient) -> None:
    send(client, MONEY, {"version": "0", **ENGINEER})
    assert "The share we pay" not in totals(client, ENGINEER)["totals"]
    refused = send(client, MONEY, {**ENGINEER, "match-0-pence": "lots"})
    assert (refused.status_code, "The share we pay you is" in said(refused)) == (400, False)


def test_what_others_pay_is_added_up_while_it_is_written(client: FlaskClient) -> None:
    pays = {"match-0-pence": "30,000", "match-1-pence": "0.50"}
    assert totals(client, {**ENGINEER, **pays})["amounts"]["match"] == "£30,000.50"
    assert totals(client, ENGINEER)["amounts"]["match"] == "£0.00"


def test_an_amount_far_too_large_is_refused_beside_the_money_of_its_line(client: FlaskClient) -> None:
    page = send(client, MONEY, {"version": "0", **ENGINEER, "line_people-0-annual": "9,000,000,000"})
    assert page.status_code == 400
    said_there = soup(page).select_one("#line_people-0-annual-error")
    assert said_there is not None
    assert "This comes to more than £1,000,000,000, the most we can take" in said_there.get_text()
    assert field(page, "line_people-0-annual") == "9,000,000,000"


def test_a_partner_reaches_its_own_page_and_no_other(app: Flask, client: FlaskClient) -> None:
    partner = as_partner(app)
    assert f"{MONEY}/1" in partner.get("/bids").text
    assert "Wavewright Ltd" in said(partner.get(f"{MONEY}/1"))
    for page in ("", "/money", "/money/2", "/check", "/team", "/partners", "/project", "/questions/team"):
        assert partner.get(f"/bids/FIF7-0001{page}").status_code == 404, page
    figures = {"line_other-0-what": "Trials", "line_other-0-pence": "40,000", "line_other-0-rd_share": "50"}
    assert send(partner, f"{MONEY}/1", {"version": "0", **figures}).status_code == 302
    lead = said(client.get("/bids/FIF7-0001/partners"))
    assert ("Wavewright Ltd" in lead, "£40,000.00" in lead) == (True, True)
    assert send(client, "/bids/FIF7-0001/partners/1/remove", {}, page="/account").status_code == 302
    assert partner.get(f"{MONEY}/1").status_code == 404


def test_a_partner_reads_on_its_own_page_what_the_lead_cannot_change(client: FlaskClient, app: Flask) -> None:
    partner = as_partner(app)
    figures = {
        "line_other-0-what": "Trials",
        "line_other-0-pence": "20,000",
        "line_other-0-rd_share": "50",
        "match-0-source": "Our own money",
        "match-0-pence": "15,000",
        "place": "uk",
    }
    send(partner, f"{MONEY}/1", {"version": "0", **figures})
    over = "come to £5,000 more than your costs."
    assert f"What we can pay and what you and others pay {over}" in said(partner.get(f"{MONEY}/1"))
    assert over in totals(partner, figures, f"{MONEY}/1")["totals"]
    named = "What we can pay Wavewright Ltd and its match come to £5,000 more than its costs."
    assert named in said(client.get("/bids/FIF7-0001/check"))
    assert named in said(client.get(MONEY))
    right = totals(partner, {**figures, "match-0-pence": "10,000"}, f"{MONEY}/1")
    assert "Still to put right" not in right["totals"]


def test_a_partner_is_asked_in_by_mail(app: Flask, client: FlaskClient) -> None:
    bad = send(client, "/bids/FIF7-0001/partners", {"name": "", "email": "nobody"})
    assert (bad.status_code, len(summary(bad))) == (400, 2)
    asked = send(client, "/bids/FIF7-0001/partners", {"name": "Wavewright Ltd", "email": FREYA})
    assert "We have sent an invitation to freya@gmail.com." in said(client.get(asked.location))
    stranger = app.test_client()
    with app.app_context():
        token = link_to(FREYA)
    page = stranger.get(f"/account/link/{token}")
    assert "Enters the costs of a partner, and sees nothing else of the bid" in said(page)
    with app.app_context():
        assert db.session.query(Person).filter_by(email=FREYA).count() == 0
    action = soup(page).select_one("main form")["action"]  # type: ignore[index]
    account = {"csrf_token": token_in(page.text), "name": "Freya Holm", "password": "tidal gantry pelican"}
    joined = stranger.post(str(action), data=account, follow_redirects=True)
    assert (joined.status_code, joined.request.path) == (200, f"{MONEY}/1")


def test_a_subcontract_says_where_the_work_is_done(app: Flask, client: FlaskClient) -> None:
    trials = {
        "line_subcontract-0-what": "Trials",
        "line_subcontract-0-pence": "10,000",
        "line_subcontract-0-rd_share": "50",
    }
    saved = client.get(send(client, MONEY, {"version": "0", **ENGINEER, **trials, "stay": "1"}).location)
    assert "“Trials”: say where the work is done." in said(saved)
    links = soup(client.get("/bids/FIF7-0001/check")).select("main ul a")
    gaps = {link.get_text(): link["href"] for link in links}
    assert gaps["“Trials”: say where the work is done."] == f"{MONEY}#line_subcontract-0-place"
    wrong = send(client, MONEY, {"version": "1", **trials, "line_subcontract-0-place": "mars"})
    assert summary(wrong) == ["“Trials”: Choose one of the answers on the page"]
    away = {**ENGINEER, **trials, "line_subcontract-0-place": "uk"}
    saved = client.get(send(client, MONEY, {"version": "1", **away, "stay": "1"}).location)
    words = "R&D in this project: £65,000.00, of which £5,000.00 is done elsewhere and does not count"
    assert words in said(saved)
    assert words in said(client.get("/bids/FIF7-0001/check"))
    assert "Elsewhere in the UK" in said(client.get("/bids/FIF7-0001/check"))
    assert money(app) == bids.Money(7_000_000, 3_500_000, 0, 8_571)
    draft = client.get("/bids/FIF7-0001/draft/json").get_json()
    assert [line.get("place") for line in draft["costs"][0]["sheet"]["lines"]] == [None, "uk"]


def test_an_amount_beyond_all_sense_is_refused_beside_its_line(app: Flask, client: FlaskClient) -> None:
    """Each box alone is well formed; what they come to together would fit no column."""
    absurd = {"line_people-0-what": "Engineer", "line_people-0-annual": "90000000000"}
    lines = {
        f"line_materials-{number}-{name}": words
        for number in range(3)
        for name, words in {"what": "Sensor", "count": "1000000", "each": "90000000000"}.items()
    }
    for data in ({**absurd, "line_people-0-days": "999999"}, lines, {"match-0-pence": "90000000000"}):
        for place in ("", "/autosave"):
            token = token_in(client.get(MONEY).text)
            answer = client.post(f"{MONEY}{place}", data={"csrf_token": token, "version": "0", **data})
            assert (answer.status_code, "1,000,000,000" in answer.text) == (400, True), (
                summary(answer) or answer.text
            )
        assert client.post(f"{MONEY}/totals", data={"csrf_token": token, **data}).status_code == 200
    assert money(app) == bids.Money()
    assert client.get("/bids/FIF7-0001/draft/json").status_code == 200
