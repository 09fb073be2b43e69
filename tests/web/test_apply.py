"""A bid in the browser: begun, written, sent in, taken back, withdrawn; nothing lost, nothing leaked."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.services import submissions
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.bids import DECLARED
from tests.stages import Stages
from tests.web.browsing import send, signed_in, token_in

FIRM = {"name": "Wrackline Sensing Ltd", "company_number": "zz 000147", "postcode": "ch411aa"}
SIGNED = {"declarations": list(DECLARED), "signatory": "Marguerite Osei"}


@dataclass(frozen=True)
class Scene:
    app: Flask
    client: FlaskClient
    lead_id: int

    def later(self, instant: datetime) -> FlaskClient:
        """The lead's browser after the clock has moved on; they have signed in again."""
        with self.app.app_context():
            rounds.move_to(instant)
        return signed_in(self.app, self.lead_id)

    def person(self, name: str, email: str) -> FlaskClient:
        with self.app.app_context():
            number = people.applicant(name, email).id
        return signed_in(self.app, number)

    def colleague(self, name: str, email: str) -> FlaskClient:
        """Somebody else who acts for the organisation of the bid."""
        with self.app.app_context():
            who = people.applicant(name, email)
            people.join(db.session.query(Organisation).one(), who)
            db.session.commit()
            number = who.id
        return signed_in(self.app, number)

    def bid(self, *, complete: bool = False, sent: bool = False, title: str = "Tide sensors") -> str:
        with self.app.app_context():
            lead = db.session.get_one(Person, self.lead_id)
            call = db.session.query(Round).one()
            firm = factory.firm(lead)
            bid = factory.draft(call, lead, firm, title)
            if complete or sent:
                factory.complete(bid, lead, replace(factory.PROJECT, title=title))
            if sent:
                factory.send_in(bid, lead)
            return f"/bids/{bid.reference}"


@pytest.fixture
def scene(app: Flask, stages: Stages) -> Scene:
    def lead_of_an_open_round() -> int:
        rounds.begin_demo()
        rounds.open_round(people.officer())
        return people.applicant().id

    lead_id = stages.copied("open_round", lead_of_an_open_round)
    return Scene(app, signed_in(app, lead_id), lead_id)


def soup(page: Any) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def said(page: Any) -> str:
    return " ".join(soup(page).get_text(" ").split())


def field(page: Any, name: str) -> str:
    found = soup(page).find(attrs={"name": name})
    assert isinstance(found, Tag)
    return str(found.get("value") or found.get_text().strip())


def summary(page: Any) -> list[str]:
    return [" ".join(line.get_text().split()) for line in soup(page).select(".govuk-error-summary__list li")]


def key_of(client: FlaskClient, bid: str) -> str:
    return field(client.get(f"{bid}/check"), "key")


def test_the_whole_way_from_start_to_receipt(scene: Scene) -> None:
    client = scene.client
    begun = send(client, "/bids/new?round=FIF7", {"title": "Tide sensors", "organisation": "new", **FIRM})
    bid = begun.location
    assert (begun.status_code, bid) == (302, "/bids/FIF7-0001")
    assert "1 of 17 tasks done" in said(client.get(bid)) or "2 of 17 tasks done" in said(client.get(bid))
    assert "The idea About 85 minutes left" in said(client.get(bid))
    send(
        client,
        f"{bid}/project",
        {
            "version": "1",
            "title": "Tide sensors",
            "summary": "They clean themselves.",
            "theme": "digitalisation",
            "starts_on": ["1", "april", "2027"],
            "months": "12",
        },
    )
    send(
        client,
        f"{bid}/questions/who_you_are",
        {"name": "Wrackline Sensing Ltd", "postcode": "CH41 1AA", "authority": "E08000015"},
    )
    send(
        client,
        f"{bid}/questions/size_and_sites",
        {
            "year_ended_on": ["31", "3", "2026"],
            "staff_count": "14",
            "turnover_pence": "£900k",
            "gross_assets_pence": "200,000.00",
        },
    )
    texts = ("problem", "answer", "unknowns", "plan", "team", "risks", "why_grant", "difference")
    steps = ["Rig runs", "1", "5", "2027", "Film", "Sold", "1", "6", "2027", "Invoice"]
    for key, words in (
        {key: f"On {key}." for key in texts} | {"funded_before": "no", "jobs": "2.5", "milestones": steps}
    ).items():
        sent = send(client, f"{bid}/questions/{key}", {"version": "0", "answer": words, "next": "1"})
        assert sent.status_code == 302
    send(
        client,
        f"{bid}/money",
        {
            "version": "0",
            "line_other-0-what": "Trials",
            "line_other-0-pence": "118,400",
            "line_other-0-rd_share": "90",
            "match-0-source": "Our own money",
            "match-0-pence": "£59,200.00",
        },
    )
    assert "16 of 17 tasks done" in said(client.get(bid))
    assert "minutes left" not in said(client.get(bid))
    check = client.get(f"{bid}/check")
    assert soup(check).h1.get_text() == "Nothing is missing: check and submit"  # type: ignore[union-attr]
    receipt = send(client, f"{bid}/submit", {"key": field(check, "key"), **SIGNED}, page=f"{bid}/check")
    assert receipt.location == f"{bid}/receipt"
    with scene.app.app_context():
        version = db.session.query(Submission).one()
        firm = db.session.query(Organisation).one()
        assert (firm.company_number, firm.postcode, firm.turnover_pence) == (
            "ZZ000147",
            "CH41 1AA",
            90_000_000,
        )
        sha256 = version.sha256
    page = said(client.get(receipt.location))
    assert "We have received your bid Reference FIF7-0001" in page
    assert sha256 in page


def test_a_second_press_leads_to_the_same_receipt(scene: Scene) -> None:
    bid = scene.bid(complete=True)
    key = key_of(scene.client, bid)
    pressed = [send(scene.client, f"{bid}/submit", {"key": key, **SIGNED}, page="/account") for _ in range(2)]
    other_tab = send(scene.client, f"{bid}/submit", {"key": "another", **SIGNED}, page="/account")
    assert [each.location for each in (*pressed, other_tab)] == [f"{bid}/receipt"] * 3
    changed = send(
        scene.client, f"{bid}/submit", {"key": key, **SIGNED, "signatory": "Other"}, page="/account"
    )
    assert changed.status_code == 409
    assert summary(changed) == [str(submissions.OtherContentError())]
    with scene.app.app_context():
        assert db.session.query(Submission).count() == 1


def test_a_bid_with_gaps_shows_each_with_the_way_there_and_cannot_be_sent(scene: Scene) -> None:
    bid = scene.bid()
    page = scene.client.get(f"{bid}/check")
    links = [link["href"] for link in soup(page).select("main ul li a")]
    assert links[:2] == [f"{bid}/project#summary", f"{bid}/project#theme"]
    assert f"{bid}/money#total_cost" in links
    assert f"{bid}/questions/problem#answer" in links
    assert soup(page).find("button", string="Submit the bid") is None
    refused = send(scene.client, f"{bid}/submit", {"key": "k", **SIGNED}, page="/account")
    assert refused.status_code == 409
    assert "Say what the project will cost. Complete this and try again." in summary(refused)


def test_every_declaration_must_be_ticked(scene: Scene) -> None:
    bid = scene.bid(complete=True)
    refused = send(
        scene.client,
        f"{bid}/submit",
        {"key": "k", "declarations": list(DECLARED)[1:], "signatory": ""},
        page=f"{bid}/check",
    )
    assert refused.status_code == 400
    assert summary(refused) == [
        "Tick every declaration: the bid cannot be sent in without them",
        "Enter the name of the person who signs",
    ]


def test_two_people_never_overwrite_each_other_silently(scene: Scene) -> None:
    bid = scene.bid()
    other = scene.colleague("Tomasz Bell", "tomasz@wrackline.example")
    address = f"{bid}/questions/team"
    send(scene.client, address, {"version": "0", "answer": "Mine first."})
    send(other, address, {"version": "1", "answer": "Theirs meanwhile."})
    late = send(scene.client, address, {"version": "1", "answer": "Mine, longer."})
    assert late.status_code == 409
    assert "This is what is saved now" in said(late)
    assert "Theirs meanwhile." in said(late)
    assert (field(late, "answer"), field(late, "version")) == ("Mine, longer.", "2")
    merged = send(scene.client, address, {"version": field(late, "version"), "answer": "Both."})
    assert merged.status_code == 302
    with scene.app.app_context():
        assert db.session.query(Answer).one().value == {"text": "Both."}


def test_stale_figures_show_both(scene: Scene) -> None:
    bid = scene.bid(complete=True)
    late = send(scene.client, f"{bid}/money", {"version": "0", "line_other-0-pence": "100"})
    assert late.status_code == 409
    assert "£118,400.00" in said(late)
    assert field(late, "line_other-0-pence") == "100"


def test_every_answer_in_words_has_its_counter(scene: Scene) -> None:
    bid = scene.bid()
    page = soup(scene.client.get(f"{bid}/questions/risks"))
    counter = page.find(class_="govuk-character-count")
    assert isinstance(counter, Tag)
    assert counter["data-maxwords"] == "200"


def test_the_same_mistake_in_two_boxes_is_named_by_its_question(scene: Scene) -> None:
    bid = scene.bid()
    wrong = {"line_other-0-what": "Trials", "line_other-0-pence": "lots", "match-0-pence": "-5"}
    assert summary(send(scene.client, f"{bid}/money", wrong)) == [
        "“Trials”: Enter an amount in pounds, like 25,000 or 25,000.50",
        "Who else pays, line 1: Enter an amount in pounds, like 25,000 or 25,000.50",
    ]


def test_an_answer_over_its_limit_is_kept_and_says_by_how_much(scene: Scene) -> None:
    bid = scene.bid()
    sent = send(scene.client, f"{bid}/questions/team", {"version": "0", "answer": "word " * 203, "next": "1"})
    page = scene.client.get(sent.location)
    assert "You can save it like this, but not submit it. 3 words over. Shorten it." in said(page)
    assert "3 words over. Shorten it." in said(scene.client.get(bid))


def test_nothing_is_saved_after_the_close_and_the_text_stays_on_the_page(scene: Scene) -> None:
    bid = scene.bid()
    client = scene.later(rounds.CLOSES)
    late = send(client, f"{bid}/questions/team", {"version": "0", "answer": "A minute late."})
    assert late.status_code == 409
    assert summary(late) == ["This round closed at 12:00 (UK time), Friday 18 December 2026."]
    assert field(late, "answer") == "A minute late."
    assert "This round closed at" in said(client.get(bid))
    with scene.app.app_context():
        assert db.session.query(Answer).count() == 0


def test_a_bid_is_reopened_and_withdrawn(scene: Scene) -> None:
    bid = scene.bid(sent=True)
    assert "You can reopen it until 12:00 (UK time), 18 December 2026." in said(scene.client.get(bid))
    reopened = send(scene.client, f"{bid}/reopen", {}, page=bid)
    assert "what we received goes forward" in said(scene.client.get(reopened.location))
    unsure = send(scene.client, f"{bid}/withdraw", {"reason": "No time."})
    assert (unsure.status_code, summary(unsure)) == (400, ["Tick the box to withdraw the bid, or go back"])
    gone = send(scene.client, f"{bid}/withdraw", {"reason": "No time.", "sure": "y"})
    assert "This bid has ended" in said(scene.client.get(gone.location))


def test_reopening_a_bid_that_is_taken_up_says_why_not(scene: Scene) -> None:
    bid = scene.bid(sent=True)
    client = scene.later(rounds.CLOSES)
    refused = send(client, f"{bid}/reopen", {}, page="/account")
    assert "This round closed at" in said(client.get(refused.location))


def test_a_decision_stays_hidden_until_its_release(scene: Scene) -> None:
    bid = scene.bid(sent=True)
    with scene.app.app_context():
        row = db.session.query(Application).one()
        row.state, row.decision_release_at = "declined", rounds.DATES.release_at
        db.session.commit()
    for address in (bid, "/bids"):
        before = said(scene.client.get(address))
        assert ("Not funded" in before, "Decision being made" in before) == (False, True)
        assert "/outcome" not in scene.client.get(address).text
    assert rounds.DATES.release_at is not None
    after = scene.later(rounds.DATES.release_at).get(bid)
    assert ("Not funded" in said(after), f'href="{bid}/outcome"' in after.text) == (True, True)


PAGES = ("", "/project", "/money", "/questions/team", "/check", "/receipt", "/withdraw", "/team")


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_a_bid_is_no_page_for_anybody_else(scene: Scene, who: str) -> None:
    bid = scene.bid(sent=True)
    if who == "stranger":
        client = scene.person("Nosy Parker", "nosy@rival.example")
    else:
        with scene.app.app_context():
            number = people.officer("Other Officer").id
        client = signed_in(scene.app, number)
    missing = client.get("/bids/FIF7-9999")
    for page in PAGES:
        answer = client.get(f"{bid}{page}")
        assert (answer.status_code, said(answer)) == (404, said(missing)), page
    token = token_in(client.get("/account").text)
    for action in ("submit", "reopen", "withdraw", "money", "questions/team"):
        assert client.post(f"{bid}/{action}", data={"csrf_token": token}).status_code == 404
    with scene.app.app_context():
        assert db.session.query(Application).one().state == "submitted"


def test_a_second_bid_of_the_organisation_is_told_of_before_the_press(scene: Scene) -> None:
    scene.bid(sent=True, title="First")
    second = scene.bid(complete=True, title="Second")
    page = scene.client.get(f"{second}/check")
    assert "One thing is missing" in said(page)
    assert "It leads another bid to this fund that is not decided yet." in said(page)
    assert soup(page).find("button", string="Submit the bid") is None


def test_somebody_not_signed_in_is_asked_to(scene: Scene, client: FlaskClient) -> None:
    bid = scene.bid()
    asked = client.get(f"{bid}/money")
    assert (asked.status_code, asked.location) == (302, f"/sign-in?next=/bids/{bid[6:]}/money")


def test_a_stranger_cannot_join_a_company_by_its_number(scene: Scene) -> None:
    scene.bid()
    stranger = scene.person("Nosy Parker", "nosy@rival.example")
    start = {"title": "Mine now", "organisation": "new", **FIRM}
    refused = send(stranger, "/bids/new?round=FIF7", start)
    assert refused.status_code == 409
    assert summary(refused)[0].startswith("Somebody already applies for the company with this number.")
    with scene.app.app_context():
        assert db.session.query(Membership).count() == 1


HOSTILE = (
    "",
    "\x00",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "٣",
    "x" * 60_000,
    "\u202e",
    "../../etc",
)
MANY = [(value, times) for value in ("", "1", "<b>") for times in (2, 4)]
FORMS = {
    "/new": ("title", "organisation", "name", "company_number", "postcode"),
    "/project": ("version", "title", "summary", "theme", "starts_on", "months"),
    "/money": (
        "version",
        "grant_requested",
        "overheads_method",
        "overheads_rd_share",
        "place",
        "add",
        "remove",
        *(f"line_people-0-{name}" for name in ("what", "annual", "days", "rd_share", "rd_type")),
        "line_equipment-0-use",
        "line_travel-0-count",
        "line_subcontract-0-place",
        *(f"match-0-{name}" for name in ("source", "whose", "form")),
    ),
    "/money/autosave": ("version", "line_people-0-days", "line_people-99999999-what"),
    "/money/totals": ("line_people-0-annual", "line_people-0-days", "line_materials-0-count"),
    "/partners": ("name", "email"),
    "/questions/who_you_are": ("name", "postcode", "authority", "registered_postcode"),
    "/questions/size_and_sites": (
        "year_ended_on",
        "no_accounts",
        "months",
        "staff_count",
        "turnover_pence",
        "gross_assets_pence",
    ),
    "/questions/team": ("version", "answer", "next", "stay"),
    "/submit": ("declarations", "signatory", "key"),
    "/withdraw": ("reason", "sure"),
    "/team/invite": ("email", "part"),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_input_breaks_a_form(scene: Scene, form: str) -> None:
    """Every field with every hostile value, and sent not at all, twice and four times."""
    bid = scene.bid()
    address = "/bids/new?round=FIF7" if form == "/new" else f"{bid}{form}"
    token = token_in(scene.client.get("/account").text)
    for name in FORMS[form]:
        for value, times in [("", 0), *((value, 1) for value in HOSTILE), *MANY]:
            data = MultiDict([("csrf_token", token), *[(name, value)] * times])
            answer = scene.client.post(address, data=data)
            assert answer.status_code in {200, 302, 400, 409, 413}, (name, value[:20], times)
    assert scene.client.get(bid).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/bids?after=abc",
        "/bids?after=-1",
        "/bids?after=99999999999999999999",
        "/bids/new",
        "/bids/new?round=NOPE",
        "/bids/new?round=",
        "/bids/none",
        "/bids/FIF7-0001/questions/nothing",
        "/bids/FIF7-0001/receipt",
        "/bids/FIF7-0001/questions/team?saved=<b>",
        "/bids/FIF7-0001/questions/declarations",
        "/bids/FIF7-0001/questions/costs",
    ],
)
def test_strange_addresses_get_a_plain_answer(scene: Scene, address: str) -> None:
    scene.bid()
    assert scene.client.get(address).status_code in {200, 302, 404}


def test_text_is_shown_as_text(scene: Scene) -> None:
    evil = "<img src=x onerror=alert(1)> {{ 6007*7 }}"
    bid = scene.bid(title=evil)
    send(scene.client, f"{bid}/questions/team", {"version": "0", "answer": evil})
    for page in ("", "/check", "/questions/team", "/withdraw"):
        text = scene.client.get(f"{bid}{page}").text
        assert ("<img src=x" in text, "42049" in BeautifulSoup(text, "html.parser").main.get_text()) == (  # type: ignore[union-attr]
            False,
            False,
        )


def test_applicants_pages_take_few_statements_at_a_hundred_bids(  # type: ignore[no-untyped-def]
    scene: Scene, count_statements
) -> None:
    with scene.app.app_context():
        lead = db.session.get_one(Person, scene.lead_id)
        call = db.session.query(Round).one()
        firm = factory.firm(lead)
        for number in range(98):
            factory.draft(call, lead, firm, f"Bid {number}")
    written, sent = scene.bid(complete=True), scene.bid(sent=True, title="Sent in")
    colleague = scene.colleague("Tomasz Bell", "tomasz@wrackline.example")
    send(colleague, "/bids/new?round=FIF7", {"title": "Mine", "organisation": "new", **FIRM})
    pages = ["/bids", "/bids?after=60", written, sent, f"{written}/check", f"{written}/questions/team"]
    pages += [f"{written}/money", f"{written}/project", f"{sent}/receipt", "/bids/new?round=FIF7"]
    for client in (scene.client, colleague):
        for page in pages:
            with count_statements() as statements:
                assert client.get(page).status_code == 200, page
            assert len(statements) <= 7, (page, len(statements), statements)


def test_a_list_of_a_hundred_bids_is_read_in_two_pages(scene: Scene) -> None:
    with scene.app.app_context():
        lead = db.session.get_one(Person, scene.lead_id)
        call = db.session.query(Round).one()
        firm = factory.firm(lead)
        for number in range(60):
            factory.draft(call, lead, firm, f"Bid {number}")
    first = soup(scene.client.get("/bids"))
    older = first.find("a", string="Older bids")
    assert isinstance(older, Tag)
    second = soup(scene.client.get(str(older["href"])))
    counts = [len(page.select("tbody tr")) for page in (first, second)]
    assert counts == [50, 10]


def test_somebody_without_bids_is_told_what_will_put_one_there(scene: Scene) -> None:
    page = said(scene.client.get("/bids"))
    assert "You have no bids yet." in page
