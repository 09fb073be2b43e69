"""Everything of a bid as one file: all that its people's pages show, no sooner, and no more to anybody."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.fingerprints import canonical
from fundapp.models.applications import Application
from fundapp.models.letters import Letter
from fundapp.models.people import Person
from fundapp.services import answers, bid_files, claims, clarifications, partners, teams, triage
from fundapp.services.claims import Reduction
from fundapp.services.uploads.examining import Candidate
from tests.factories import awards, files, meetings, outbox, people, reading
from tests.factories import region as made
from tests.factories.reading import Staged
from tests.factories.region import Region
from tests.services.test_teams import HERE, joined, link_to
from tests.stages import Stages, after
from tests.web.browsing import signed_in
from tests.web.scene import Scene
from tests.web.test_outcome import decided
from workflows.team import Part

BID = "/bids/FIF7-0001"
WHOLE = f"{BID}/everything/json"
UNCLEAR = "Which quay is the work done at?"
ANSWER = "At the quay in Birkenhead."
FEEDBACK = "The tides are argued well."
QUERY = "Whose invoice is this?"
READER, KEEPER, LATE = "rosa@elsewhere.example", "finn@elsewhere.example", "late@elsewhere.example"
Counting = Callable[[], AbstractContextManager[list[str]]]


def two_decided() -> Region:
    """Two approved bids whose release is ahead; the first has a team, and had a question to answer."""
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bids = [made.apply(region, call, number) for number in (1, 2)]
    joined(bids[0], people.applicant("Rosa Reader", READER), Part.READER)
    joined(bids[0], people.applicant("Finn Keeper", KEEPER), Part.FINANCE)
    made.pass_time(days=31)
    triage.take_up_all(call, region.officer)
    _ask_and_answer(bids[0], region)
    made.assess(region, call, bids, [5, 3], FEEDBACK)
    meetings.decided(region, call, bids, ["approve", "approve"])
    outbox.work_off()
    return region


def _ask_and_answer(bid: Application, region: Region) -> None:
    due_at = made.now() + timedelta(days=5)
    clarifications.ask(bid, region.officer, questions=["problem", "documents"], due_at=due_at, reason=UNCLEAR)
    made.pass_time(days=1)
    answers.save(bid, "problem", {"text": ANSWER}, 1, bid.lead)
    question = bid.round.rules.question("documents")
    assert question is not None
    bid_files.add(bid, question, Candidate("tides.csv", "csv", files.CSV, None), bid.lead)
    clarifications.answer(bid, bid.lead)


@after(two_decided)
def two_with_claims(region: Region) -> Region:
    """The same under way: the first has a claim that was paid in part and one that finance asks about."""
    awards.one_live.rest(awards.one_accepted.rest(region))
    award, lead = awards.every_award()[0], region.applicants[0]
    awards.may_be_paid(region, award, lead)
    first, second, *_ = awards.claims_of(award)
    claims.submit(first, [awards.cost(award, 1_000_000), awards.cost(award, 300_000, 2)], lead)
    claims.check(first, {2: Reduction(100_000, "Only a part is for the project.")}, region.finance[0])
    claims.approve(first, region.finance[1])
    awards.paid(region, [first])
    claims.submit(second, [awards.cost(award, 500_000, 3)], lead)
    claims.query(second, QUERY, region.finance[0])
    outbox.work_off()
    return region


@pytest.fixture
def here(stages: Stages) -> Region:
    """The region of those claims."""
    return stages.at("two_with_claims", two_with_claims)


@pytest.fixture
def found(app: Flask, here: Region) -> dict[str, Any]:
    """The whole of the first bid, as its lead has it."""
    return whole(signed_in(app, here.applicants[0].id))


def whole(browser: FlaskClient, number: int = 1) -> dict[str, Any]:
    """The file of one bid of the round, read."""
    answer = browser.get(f"/bids/FIF7-000{number}/everything/json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(json.loads(answer.data))


def only(said: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(said[name] for name in names)


def as_colleague(app: Flask, email: str) -> FlaskClient:
    with app.app_context():
        person_id = db.session.scalars(select(Person.id).where(Person.email == email)).one()
    return signed_in(app, person_id)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_it_is_a_file_that_the_pages_lead_to(app: Flask, here: Region) -> None:
    browser = signed_in(app, here.applicants[0].id)
    for page in (BID, f"{BID}/everything"):
        assert f'href="{WHOLE}"' in browser.get(page).text
    named = browser.get(WHOLE).headers["Content-Disposition"]
    assert named == 'attachment; filename="FIF7-0001-everything.json"'


def test_every_version_is_in_it_with_the_content_its_hash_is_of(found: dict[str, Any]) -> None:
    assert only(found, "reference", "organisation", "title", "state") == (
        "FIF7-0001", "Firm 1 Ltd", "Idea 1", "Project under way",
    )  # fmt: skip
    first, second = found["versions"]
    for number, each in enumerate((first, second), start=1):
        assert only(each, "number", "signatory") == (number, "Applicant 1")
        assert each["sha256"] == sha256(canonical(each["content"])).hexdigest()
    assert "What we say." in first["content"]["answers"]["problem"]["text"]
    assert second["content"]["answers"]["problem"] == {"text": ANSWER}
    assert only(found, "draft", "not_sent_in") == (None, None)


def test_files_are_named_with_their_hashes(found: dict[str, Any]) -> None:
    names = ("question", "name", "size", "sha256", "removed_at")
    assert [only(each, *names) for each in found["files"]] == [
        ("documents", "tides.csv", len(files.CSV), sha256(files.CSV).hexdigest(), None)
    ]


def test_what_was_asked_stands_beside_the_version_that_answered(found: dict[str, Any]) -> None:
    (asked_for,) = found["clarifications"]
    assert only(asked_for, "reason", "version") == (UNCLEAR, 2)
    assert [each["key"] for each in asked_for["questions"]] == ["problem", "documents"]
    assert asked_for["questions"][0]["label"] != "problem"
    assert asked_for["asked_at"] < asked_for["ended_at"] < asked_for["due_at"]


def test_the_timeline_is_the_one_on_the_bids_page(app: Flask, here: Region, found: dict[str, Any]) -> None:
    page = text_of(signed_in(app, here.applicants[0].id).get(BID).text)
    steps = found["timeline"]
    assert [each["name"] for each in steps] == [
        "Started", "Received", "Being checked", "Being assessed", "Decision being made", "Offer made",
    ]  # fmt: skip
    for words in (line for each in steps for line in [each["name"], *each["lines"]]):
        assert words in page


def test_the_outcome_has_each_criterion_with_the_rounds_average_and_the_feedback(
    app: Flask, here: Region, found: dict[str, Any]
) -> None:
    outcome = found["outcome"]
    assert only(outcome, "decision", "reason", "assessors") == (
        "You accepted our offer of £50,000", meetings.REASON, 3,
    )  # fmt: skip
    scores = ("score_hundredths", "round_average_hundredths", "lowest_funded_hundredths")
    assert only(outcome, *scores) == (10_000, 8_000, 6_000)
    page = text_of(signed_in(app, here.applicants[0].id).get(f"{BID}/outcome").text)
    assert len(outcome["criteria"]) == 6
    for each in outcome["criteria"]:
        assert each["name"] in page
        assert each["comment"].splitlines() == [FEEDBACK] * 3
        marks = ("mark_hundredths", "round_average_hundredths", "highest_hundredths")
        assert only(each, *marks) == (500, 400, 500)
    assert sum(each["weight_bp"] for each in outcome["criteria"]) == 10_000


def test_the_award_has_its_amounts_dates_and_conditions(app: Flask, found: dict[str, Any]) -> None:
    award = found["award"]
    amounts = ("amount_pence", "eligible_cost_pence", "rate_bp", "retention_bp", "earlier_assistance_pence")
    assert only(award, *amounts) == (5_000_000, 10_000_000, 5_000, 1_000, 0)
    with app.app_context():
        kept = awards.every_award()[0]
        for name in ("starts_on", "ends_on", "subsidy_confirmed_at", "accept_by", "accepted_at"):
            assert award[name] == getattr(kept, name).isoformat()
    assert only(award["conditions"][0], "moment", "text") == ("Before the first payment", "Show your match.")


def test_claims_and_payments_are_as_their_pages_show_them(found: dict[str, Any]) -> None:
    award = found["award"]
    money = ("paid_pence", "approved_pence", "being_checked_pence", "left_pence")
    assert only(award, *money) == (495_000, 0, 250_000, 4_255_000)
    assert only(award["account"], "name", "last_digits") == ("Firm 1", "01")
    first, second, *others = award["claims"]
    standing = ("state", "payable_pence", "retained_pence", "asked")
    assert only(first, *standing) == ("Paid", 495_000, 55_000, None)
    line = ("supplier", "invoice_number", "claimed_pence", "approved_pence", "why_less")
    assert [only(each, *line) for each in first["lines"]] == [
        ("Supplier", "INV-1", 1_000_000, 1_000_000, ""),
        ("Supplier", "INV-2", 300_000, 100_000, "Only a part is for the project."),
    ]
    assert only(second, *standing) == ("We need something from you", None, None, QUERY)
    assert [only(each, *line) for each in second["lines"]] == [("Supplier", "INV-3", 500_000, None, "")]
    assert {each["state"] for each in others} == {"To be claimed"}


def test_letters_and_messages_are_named(app: Flask, found: dict[str, Any]) -> None:
    with app.app_context():
        award = awards.every_award()[0]
        kept = db.session.scalars(select(Letter).where(Letter.award_id == award.id).order_by(Letter.id)).all()
        hashes = [each.pdf_sha256 for each in kept]
    assert [each["sha256"] for each in found["letters"]] == hashes
    assert "offer of grant" in [each["name"].lower() for each in found["letters"]]
    assert all(each["visible_from"] for each in found["letters"])
    subjects = [each["subject"] for each in found["messages"]]
    assert "We have received FIF7-0001" in subjects
    assert subjects[0] == "A question about claim 2 for FIF7-0001"


def test_the_team_is_all_who_take_part_and_who_is_asked_to(found: dict[str, Any]) -> None:
    team = found["team"]
    assert [only(each, "name", "email", "part") for each in team["members"]] == [
        ("Applicant 1", "lead@firm1.example", "Leads the bid"),
        ("Rosa Reader", READER, "Reads only"),
        ("Finn Keeper", KEEPER, "Looks after the money"),
    ]
    assert team["lead_offered_to"] is None
    assert found["partners"] == []


def test_it_names_nobody_of_those_who_judged_or_paid(here: Region, found: dict[str, Any]) -> None:
    said = json.dumps(found)
    for each in (*here.assessors, *here.board, *here.finance, here.officer, here.second_officer):
        assert each.name not in said, each.name


@pytest.fixture
def undecided(stages: Stages) -> Region:
    """The same round while its decisions are made and not released."""
    return stages.at("two_decided", two_decided)


def test_nothing_of_a_decision_is_in_it_before_its_release(app: Flask, undecided: Region) -> None:
    found = whole(signed_in(app, undecided.applicants[0].id))
    assert found["state"] == "Decision being made"
    assert only(found, "outcome", "award", "letters") == (None, None, [])
    said = json.dumps(found)
    secrets = (FEEDBACK, meetings.REASON, "Show your match.", "pproved", "Offer", "hundredths", "Clear need")
    assert [word for word in secrets if word in said] == []
    with app.app_context():
        made.pass_time(days=60)
    released = whole(signed_in(app, undecided.applicants[0].id))
    assert released["outcome"]["decision"].startswith("Your bid is approved for £50,000")
    assert released["award"]["conditions"] == [], "its conditions come with the offer"


def test_a_decline_is_told_with_its_marks_from_its_release_on_and_a_reserve_not_yet(
    app: Flask, stages: Stages
) -> None:
    leads = stages.at("decided", decided).applicants
    browsers = {number: signed_in(app, leads[number - 1].id) for number in (2, 3)}
    for number, browser in browsers.items():
        assert only(whole(browser, number), "state", "outcome") == ("Decision being made", None)
    with app.app_context():
        made.pass_time(days=60)
    browsers = {number: signed_in(app, leads[number - 1].id) for number in (2, 3)}
    assert whole(browsers[3], 3)["outcome"] is None
    told = whole(browsers[2], 2)
    assert only(told, "state", "award", "letters") == ("Not funded", None, [])
    assert only(told["outcome"], "decision", "reason") == (
        "We are sorry that we cannot fund FIF7-0002", meetings.REASON,
    )  # fmt: skip
    first = told["outcome"]["criteria"][0]
    assert only(first, "mark_hundredths", "round_average_hundredths") == (200, 367)


def test_claims_are_only_for_those_whom_their_pages_let_in(app: Flask, here: Region) -> None:
    reader, keeper = as_colleague(app, READER), as_colleague(app, KEEPER)
    assert (reader.get(f"{BID}/claims").status_code, keeper.get(f"{BID}/claims").status_code) == (403, 200)
    whose = whole(reader)
    assert whose["outcome"] == whole(keeper)["outcome"]
    assert whose["award"]["amount_pence"] == 5_000_000
    for name in ("claims", "account", "paid_pence", "left_pence"):
        assert name not in whose["award"]
        assert name in whole(keeper)["award"]
    assert whose["messages"] == [], "mails are for whom they were sent to"


def test_somebody_of_a_partner_has_the_page_of_their_own_costs_and_no_file_of_the_bid(
    app: Flask, scene: Scene
) -> None:
    bid = scene.bid()
    with app.app_context():
        draft = db.session.scalars(select(Application)).one()
        partners.ask_in(draft, "Wavewright Ltd", KEEPER, draft.lead)
        who = people.applicant("Freya Holm", KEEPER)
        teams.join(link_to(KEEPER), HERE)
        browser = signed_in(app, who.id)
    assert browser.get(f"{bid}/money/1").status_code == 200
    assert browser.get(f"{bid}/everything/json").status_code == 404
    (partner,) = json.loads(scene.client.get(f"{bid}/everything/json").data)["partners"]
    assert partner == {"name": "Wavewright Ltd", "costs_pence": 0, "payable_pence": 0}


def test_a_draft_is_in_it_as_it_stands_with_who_is_asked_in(app: Flask, scene: Scene) -> None:
    bid = scene.bid(complete=True, title="Tide sensors")
    with app.app_context():
        draft = db.session.scalars(select(Application)).one()
        teams.invite(draft, LATE, Part.WRITER, draft.lead)
    found = json.loads(scene.client.get(f"{bid}/everything/json").data)
    assert only(found, "state", "versions", "outcome") == ("Draft", [], None)
    assert found["draft"] == json.loads(scene.client.get(f"{bid}/draft/json").data)
    assert found["draft"]["project"]["title"] == "Tide sensors"
    assert [only(each, "email", "part") for each in found["team"]["invitations"]] == [(LATE, "Writes")]


def test_what_is_written_while_we_ask_is_in_it_before_it_is_sent(app: Flask, staged: Staged) -> None:
    with app.app_context():
        given = staged(reading.in_triage)
        (bid,), lead = given.bids, given.region.applicants[0]
        due_at = made.now() + timedelta(days=5)
        clarifications.ask(bid, given.officer, questions=["problem"], due_at=due_at, reason=UNCLEAR)
        answers.save(bid, "problem", {"text": ANSWER}, 1, lead)
        browser = signed_in(app, lead.id)
    found = whole(browser)
    assert found["draft"]["answers"]["problem"] == {"text": ANSWER}
    assert len(found["versions"]) == 1
    assert only(found["clarifications"][0], "ended_at", "version") == (None, None)


def test_no_longer_bid_takes_more_statements(app: Flask, here: Region, count_statements: Counting) -> None:
    sent = []
    for place, applicant in enumerate(here.applicants, start=1):
        browser = signed_in(app, applicant.id)
        with count_statements() as statements:
            assert browser.get(f"/bids/FIF7-000{place}/everything/json").status_code == 200
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 29
