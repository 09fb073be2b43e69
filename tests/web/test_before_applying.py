"""What helps before there is an account: the quick check, the blank form, the dates for a calendar."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.services import extending
from tests.factories import people, rounds
from workflows.funds import ready_made

SMALL = {
    "place": "E08000012",
    "legal_form": "limited_company",
    "solvent": "no",
    "staff": "14",
    "turnover": "1.2 million",
    "assets": "£400,000",
    "one_lead_bid": "no",
    "asked": "£50,000",
    "received": "0",
}


@pytest.fixture(autouse=True)
def open_call(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def heading(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").h1
    assert found is not None
    return " ".join(found.get_text().split())


def asked(client: FlaskClient, **answers: str) -> str:
    return client.get(f"/rounds/FIF7/can-you-apply?{urlencode(SMALL | answers)}").text


def question(page: str) -> str:
    """What the page asks: its only legend or label."""
    found = BeautifulSoup(page, "html.parser").select(
        "main legend, main label.govuk-label--m, main .govuk-label--s"
    )
    return " ".join(found[0].get_text().split())


def test_the_check_asks_a_question_at_a_time_and_needs_no_account(client: FlaskClient) -> None:
    asked = []
    for count in range(len(SMALL) + 1):
        answers = dict(list(SMALL.items())[:count])
        page = client.get(f"/rounds/FIF7/can-you-apply?{urlencode(answers)}")
        assert page.status_code == 200
        assert "There is a problem" not in page.text
        if heading(page.text) == "Can you apply?":
            asked.append(question(page.text))
    assert list(dict.fromkeys(asked)) == [
        "Where do you work, or do most of your work?",
        "What kind of organisation are you?",
        "Are you in an insolvency, or being wound up?",
        "How many people work for you?",
        "Do you lead another bid to this fund that waits for a decision?",
        "How much would you ask for?",
        "How much minimal financial assistance did you receive?",
    ]


def test_what_was_answered_goes_along_and_nothing_else(client: FlaskClient) -> None:
    page = client.get("/rounds/FIF7/can-you-apply?place=E08000012&evil=1&at=place").text
    form = BeautifulSoup(page, "html.parser").select_one("main form")
    assert form is not None
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    assert hidden == {"place": "E08000012", "at": "legal_form"}


def test_a_choice_nobody_made_is_asked_again(client: FlaskClient) -> None:
    page = client.get("/rounds/FIF7/can-you-apply?at=place").text
    assert (heading(page), "Choose where you work" in said(page)) == ("Can you apply?", True)


def test_who_may_apply_is_told_so_and_led_on(client: FlaskClient) -> None:
    page = asked(client)
    assert heading(page) == "You can apply"
    assert 'href="/bids/new?round=FIF7"' in page


@pytest.mark.parametrize(
    ("answers", "finding", "why"),
    [
        (
            {"place": "elsewhere"},
            "This fund is for organisations that work in the six districts.",
            "its site lies outside the six districts",
        ),
        (
            {"legal_form": "another"},
            "This fund does not support your kind of organisation.",
            "it is of a kind this fund does not support: another",
        ),
        (
            {"solvent": "yes"},
            "This fund cannot support an organisation that is in an insolvency, or being wound up.",
            "it is in an insolvency, or wound up",
        ),
        (
            {"staff": "4,000", "turnover": "90m", "assets": "80m"},
            "You are larger than this fund is for, your whole group counted.",
            "two of: turnover under £25,000,000, under 250 staff",
        ),
        (
            {"one_lead_bid": "yes"},
            "You can lead one bid to this fund at a time.",
            "it leads another bid to this fund that is not decided yet",
        ),
        (
            {"asked": "80000"},
            "This round cannot give the amount you want to ask for.",
            "does it ask for £25,000 to £75,000? By your answers, it asks for £80,000",
        ),
        (
            {"received": "300,000"},
            "this award would go over the limit the law sets.",
            "the limit of £315,000 of minimal financial assistance? By your answers, £15,000 is left",
        ),
    ],
)
def test_the_first_check_that_fails_ends_the_questions_and_says_why(
    client: FlaskClient, answers: dict[str, str], finding: str, why: str
) -> None:
    last = next(reversed(answers))
    before = list(SMALL)[: list(SMALL).index(last) + 1]
    given = {name: value for name, value in (SMALL | answers).items() if name in before}
    page = client.get(f"/rounds/FIF7/can-you-apply?{urlencode(given)}").text
    assert heading(page) == "This round is not for you"
    assert finding in said(page)
    assert why in said(page)
    assert ("No other round that is open or coming fits" in said(page), "/bids/new" in page) == (True, False)


def test_what_is_not_known_leaves_the_answer_open(client: FlaskClient) -> None:
    page = asked(client, staff="", turnover="", assets="")
    assert heading(page) == "We cannot tell yet"
    assert "We cannot tell your size yet: fill in the figures you left empty." in said(page)


def test_another_round_that_fits_is_named(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        cut_off = rounds.OPENS + timedelta(days=60)
        rounds.open_rolling_round(people.officer("Second Officer"), (cut_off,))
    page = asked(client, asked="£100,000")
    assert heading(page) == "This round is not for you"
    assert 'href="/rounds/LCRV1"' in page
    assert 'href="/rounds/LCRV1"' not in asked(client, place="elsewhere")


@pytest.mark.parametrize(
    ("taken", "fits"), [(("limited_company",), False), (("limited_company", "charity"), True)]
)
def test_another_kind_than_those_here_fits_only_a_round_with_more_of_them(
    app: Flask, client: FlaskClient, taken: tuple[str, ...], fits: bool
) -> None:
    with app.app_context():
        ventures = ready_made("lcr_ventures")
        fund = replace(ventures, eligibility=replace(ventures.eligibility, legal_forms=taken))
        cut_off = rounds.OPENS + timedelta(days=60)
        rounds.open_rolling_round(people.officer("Second Officer"), (cut_off,), fund=fund)
    page = client.get("/rounds/FIF7/can-you-apply?place=E08000012&legal_form=another").text
    assert heading(page) == "This round is not for you"
    assert ('href="/rounds/LCRV1"' in page) == fits


def test_an_answer_can_be_changed_and_the_others_stay(client: FlaskClient) -> None:
    page = BeautifulSoup(asked(client, place="elsewhere"), "html.parser")
    change = page.select_one(".govuk-summary-list__actions a")
    assert change is not None
    again = client.get(str(change["href"])).text
    assert question(again) == "Where do you work, or do most of your work?"
    assert 'name="legal_form" value="limited_company"' in again


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"place": ""}, "Choose where you work"),
        ({"place": "Mars"}, "Choose where you work"),
        ({"solvent": "perhaps"}, "Choose no or yes"),
        ({"staff": "some"}, "Enter a whole number, like 12"),
        ({"turnover": "lots"}, "Enter an amount"),
        ({"assets": "9" * 400}, "too long"),
        ({"received": "-1"}, "Enter an amount"),
    ],
)
def test_answers_that_mean_nothing_are_shown_again_with_what_to_do(
    client: FlaskClient, answers: dict[str, str], problem: str
) -> None:
    page = asked(client, **answers)
    assert heading(page) == "Can you apply?"
    assert problem in said(page)
    assert "Error: " in page


def test_the_blank_form_shows_every_question_with_its_guidance(app: Flask, client: FlaskClient) -> None:
    page = said(client.get("/rounds/FIF7/form").text)
    with app.app_context():
        rules = db.session.query(Round).one().rules
    for question in rules.questions:
        assert question.label in page
        assert question.guidance in page
    for sentence in (*rules.declarations.values(), *rules.criteria[0].guide):
        assert sentence in page


def test_the_dates_come_as_a_calendar(client: FlaskClient) -> None:
    answer = client.get("/rounds/FIF7/dates.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.get_data(as_text=True).split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert "DTSTART:20261218T120000Z" in lines
    assert "DTSTART;VALUE=DATE:20270217" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert (
        answer.get_data(as_text=True)
        .replace("\r\n ", "")
        .count("SUMMARY:Future Innovation Fund\\, round 7: ")
        == 7
    )


@pytest.mark.parametrize("extended", [False, True])
def test_anybody_can_work_out_the_hash_of_the_rules_again(
    app: Flask, client: FlaskClient, extended: bool
) -> None:
    with app.app_context():
        call = db.session.query(Round).one()
        if extended:
            later = (rounds.CLOSES + timedelta(days=30)).astimezone(timezone(timedelta(hours=2)))
            extending.for_all(call, later, "The service was down.", people.officer("Una Other"))
        digest, form_digest = call.terms_sha256, call.form_version.sha256
    rules = client.get("/rounds/FIF7/rules.json")
    assert (rules.content_type, sha256(rules.data).hexdigest()) == ("application/json", digest)
    assert json.loads(rules.data)["form_sha256"] == form_digest
    assert sha256(client.get("/rounds/FIF7/form.json").data).hexdigest() == form_digest
    page = client.get("/rounds/FIF7").text
    assert 'href="/rounds/FIF7/rules.json"' in page
    assert str(digest) in page


def version_in(client: FlaskClient, address: str) -> tuple[set[str], set[str], set[str]]:
    """The number of the version each date of a calendar has, and the two stamps of its last change."""
    lines = client.get(address).get_data(as_text=True).split("\r\n")
    names = ("SEQUENCE:", "DTSTAMP:", "LAST-MODIFIED:")
    numbers, stamps, changes = ({line for line in lines if line.startswith(name)} for name in names)
    return numbers, stamps, changes


def test_a_calendar_takes_in_a_close_that_was_moved(app: Flask, client: FlaskClient) -> None:
    before = version_in(client, "/rounds/FIF7/dates.ics")
    with app.app_context():
        call = db.session.query(Round).one()
        published_at = call.published_at
        later, officer = rounds.CLOSES + timedelta(days=1), people.officer("Other Officer")
        extending.for_all(call, later, "A day was lost.", officer)
        extended_at = call.extended_at
    assert published_at is not None
    assert extended_at is not None
    stamps = [f"{at:%Y%m%dT%H%M%SZ}" for at in (published_at, extended_at)]
    after = version_in(client, "/rounds/FIF7/dates.ics")
    for number, (stamp, found) in enumerate(zip(stamps, (before, after), strict=True)):
        assert found == ({f"SEQUENCE:{number}"}, {f"DTSTAMP:{stamp}"}, {f"LAST-MODIFIED:{stamp}"})


def test_a_calendar_takes_in_the_next_cut_off(app: Flask, client: FlaskClient, database: None) -> None:
    first = rounds.OPENS + timedelta(days=3)
    with app.app_context():
        cut_offs = (first, first + timedelta(days=30))
        call, _ = rounds.open_rolling_round(people.officer("Other Officer"), cut_offs)
        address = f"/rounds/{call.ref}/dates.ics"
    numbers, *_ = version_in(client, address)
    with app.app_context():
        rounds.move_to(first)
    after = version_in(client, address)
    stamp = f"{first:%Y%m%dT%H%M%SZ}"
    assert numbers == {"SEQUENCE:0"}
    assert after == ({"SEQUENCE:1"}, {f"DTSTAMP:{stamp}"}, {f"LAST-MODIFIED:{stamp}"})


@pytest.mark.parametrize("page", ["can-you-apply", "form", "dates.ics", "rules.json", "form.json"])
def test_a_round_nobody_published_has_none_of_these(client: FlaskClient, page: str) -> None:
    assert client.get(f"/rounds/FIF9/{page}").status_code == 404
