"""A bid in the browser: begun, written, sent in, taken back, withdrawn; nothing lost, nothing leaked."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.services import submissions
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.bids import DECLARED
from tests.web.browsing import send, signed_in, token_in
from tests.web.scene import Scene

FIRM = {"name": "Wrackline Sensing Ltd", "company_number": "zz 000147", "postcode": "ch411aa"}
SIGNED = {"declarations": list(DECLARED), "signatory": "Marguerite Osei"}


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
    assert "0 of 17 tasks done" in said(client.get(bid))
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
        {
            "name": "Wrackline Sensing Ltd",
            "postcode": "CH41 1AA",
            "authority": "E08000015",
            "legal_form": "limited_company",
        },
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
        {key: f"On {key}." for key in texts}
        | {"funded_before": "no", "assistance": "0", "jobs": "2.5", "milestones": steps}
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
