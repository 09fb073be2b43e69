"""The outcome for a bid's own people: nothing before the release, then why, the marks, confirm, accept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.funds import Round
from fundapp.models.letters import LetterAcceptance
from fundapp.models.people import Person
from fundapp.queries.letters import offer_letter
from fundapp.services import awards, demo_clock, letters, personas
from tests.factories import meetings, outbox, people, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in, token_in
from workflows.actors import Role

Statements = Callable[[], AbstractContextManager[list[str]]]
APPROVED, DECLINED, RESERVE = "/bids/FIF7-0001", "/bids/FIF7-0002", "/bids/FIF7-0003"
NONE_RECEIVED = {"any": "no", "true": "y"}


def decided() -> Region:
    """A round with an approval, a decline and a reserve, its release still ahead."""
    made = region.invent_region()
    call = region.open_round(made, region.install(made))
    bids = meetings.assessed(made, call, [5, 2, 4])
    meetings.decided(made, call, bids, ["approve", "decline", "reserve"])
    outbox.work_off()
    return made


@pytest.fixture
def here(stages: Stages) -> Region:
    """The region of that round."""
    return stages.at("decided", decided)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def own(app: Flask, here: Region, place: int = 0) -> FlaskClient:
    return signed_in(app, here.applicants[place].id)


def release(app: Flask) -> None:
    with app.app_context():
        region.pass_time(days=60)


def state(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Award.state)).one()


def offer(app: Flask, here: Region) -> str:
    """Everything up to the released offer letter; returns its code."""
    release(app)
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        awards.confirm_subsidy(award, [], db.session.get_one(Person, here.applicants[0].id))
        outbox.work_off()
        awards.release_offer(award, db.session.get_one(Person, here.second_officer.id))
        letter = offer_letter(award.id)
        assert letter is not None
        return letter.code


def test_before_the_release_nobody_learns_anything(app: Flask, here: Region) -> None:
    for place, bid in enumerate((APPROVED, DECLINED, RESERVE)):
        browser = own(app, here, place)
        for address in (bid, f"{bid}/outcome"):
            shown = text_of(browser.get(address).text)
            assert "Decision being made" in shown
            for told in ("approved", "Not funded", "The need is clearly shown.", "offer", "reserve"):
                assert told not in shown, (address, told)
        for door in ("confirm", "accept"):
            assert browser.get(f"{bid}/{door}").status_code == 404


def test_a_decline_gives_its_reason_and_every_mark_beside_the_rounds(app: Flask, here: Region) -> None:
    release(app)
    shown = text_of(own(app, here, 1).get(f"{DECLINED}/outcome").text)
    assert "We are sorry that we cannot fund FIF7-0002" in shown
    assert "Why The need is clearly shown." in shown
    assert (
        "Your score is 40.0 of 100; the average of the round is 73.3, and the lowest that was funded 100.0."
        in shown
    )
    assert "Clear need 20% of the score 2.0 3.7 5" in shown
    assert shown.count("Because it says so.") == 18
    assert "The letter with these reasons follows soon." in shown


def test_the_page_of_a_bid_opens_after_its_letter_was_released(app: Flask, here: Region) -> None:
    release(app)
    with app.app_context():
        call = db.session.scalars(select(Round)).one()
        assert letters.release_declines(call, db.session.get_one(Person, here.second_officer.id)) == 1
    page = own(app, here, 1).get(DECLINED)
    assert page.status_code == 200
    assert "Read the decision" in page.text


def test_the_list_of_bids_says_where_the_award_stands(app: Flask, here: Region) -> None:
    release(app)
    shown = text_of(own(app, here).get("/bids").text)
    assert "An award waits for your answer" in shown
    assert "Confirm other public money you received" in shown
    offer(app, here)
    shown = text_of(own(app, here).get("/bids").text)
    assert "Offer made Accept or decline the offer" in shown


def test_a_reserve_stays_undecided_after_the_release(app: Flask, here: Region) -> None:
    release(app)
    shown = text_of(own(app, here, 2).get(f"{RESERVE}/outcome").text)
    assert "The decision on your bid is not out yet" in shown


def test_the_bids_page_leads_to_what_is_next(app: Flask, here: Region) -> None:
    release(app)
    page = own(app, here).get(APPROVED).text
    assert "Confirm other public money you received" in page
    assert f'href="{APPROVED}/confirm"' in page
    offer_code = offer(app, here)
    page = own(app, here).get(APPROVED).text
    assert "Accept or decline the offer" in page
    assert offer_code in own(app, here).get(f"{APPROVED}/outcome").text


def test_the_confirmation_explains_limit_and_window(app: Flask, here: Region) -> None:
    release(app)
    shown = text_of(own(app, here).get(f"{APPROVED}/confirm").text)
    assert "This is not yet an offer." in shown
    assert "£315,000.00 in this financial year and the two before it" in shown
    assert "Up to £265,000.00 already" in shown


def received(kind: str, day: list[str], amount: str, row: int = 0) -> dict[str, object]:
    boxes = {"kind": kind, "given_on": day, "gross": amount}
    return {f"received-{row}-{name}": value for name, value in boxes.items()}


def yesterday(app: Flask) -> list[str]:
    with app.app_context():
        day = region.now().date() - timedelta(days=1)
        return [str(day.day), str(day.month), str(day.year)]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"true": "y"}, "Say whether you received any"),
        ({"any": "no"}, "Tick to confirm that this is complete"),
        ({"any": "yes", "true": "y"}, "List what you received"),
        (
            {"any": "no", "true": "y"} | received("mfa", ["1", "1", "2026"], "500"),
            "You listed money received",
        ),
        ({"any": "yes", "true": "y"} | received("", ["1", "1", "2026"], "500"), "Choose what kind it was"),
        ({"any": "yes", "true": "y"} | received("mfa", ["", "", ""], "500"), "Enter the date it was given"),
        ({"any": "yes", "true": "y"} | received("mfa", ["1", "1", "2026"], ""), "Enter the amount"),
        ({"any": "yes", "true": "y"} | received("mfa", ["31", "2", "2026"], "500"), "There is no such day"),
        ({"any": "yes", "true": "y"} | received("mfa", ["1", "1", "2099"], "500"), "still to come"),
        (
            {"any": "yes", "true": "y"} | received("bribe", ["1", "1", "2026"], "500"),
            "Choose one of the answers",
        ),
    ],
)
def test_a_mistake_stands_beside_its_box(
    app: Flask, here: Region, form: dict[str, object], said: str
) -> None:
    release(app)
    answer = send(own(app, here), f"{APPROVED}/confirm", form)
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert said in text_of(str(page.find(class_="govuk-error-summary")))
    assert said in text_of(str(page.find_all(class_="govuk-error-message")))


def test_over_the_limit_the_sum_is_said_and_what_was_typed_is_kept(app: Flask, here: Region) -> None:
    release(app)
    form = {"any": "yes", "true": "y"} | received("mfa", yesterday(app), "265,000.01")
    answer = send(own(app, here), f"{APPROVED}/confirm", form)
    assert answer.status_code == 409
    shown = text_of(answer.text)
    assert "plus £50,000 is £315,000.01, against a limit of £315,000." in shown
    assert "265,000.01" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Award.subsidy_confirmed_at)).one() is None


def test_more_rows_come_without_losing_any(app: Flask, here: Region) -> None:
    release(app)
    browser = own(app, here)
    form = received("mfa", ["1", "1", "2026"], "500") | {"more": "yes"}
    page = send(browser, f"{APPROVED}/confirm", form).text
    assert page.count("govuk-input--width-10") == 6
    assert 'value="500"' in page
    full = {
        key: value
        for row in range(25)
        for key, value in received("mfa", ["1", "1", "2026"], "1", row).items()
    }
    crowded = send(browser, f"{APPROVED}/confirm", full | {"more": "yes"})
    assert crowded.text.count("govuk-input--width-10") == 20


def test_confirmed_the_offer_is_prepared_and_nothing_is_asked_twice(app: Flask, here: Region) -> None:
    release(app)
    browser = own(app, here)
    answer = send(browser, f"{APPROVED}/confirm", NONE_RECEIVED)
    assert (answer.status_code, answer.location) == (302, f"{APPROVED}/outcome")
    assert "Nothing: we are preparing your offer" in text_of(browser.get(f"{APPROVED}/outcome").text)
    assert browser.get(f"{APPROVED}/confirm").status_code == 302
    token = token_in(browser.get("/account").text)
    assert browser.post(f"{APPROVED}/confirm", data=NONE_RECEIVED | {"csrf_token": token}).status_code == 302
    with app.app_context():
        outbox.work_off()
        assert [
            letter.number for letter in db.session.scalars(select(letters.Letter)) if letter.award_id
        ] == [1]


def test_the_signatory_accepts_exactly_the_letter_on_the_page(app: Flask, here: Region) -> None:
    code = offer(app, here)
    browser = own(app, here)
    address = f"{APPROVED}/accept"
    page = text_of(browser.get(address).text)
    assert "Do you accept our offer of £50,000?" in page
    assert "Show your match." in page
    form = {"agree": "y", "name": "applicant  1", "letter": code}
    for change, said in (
        ({"agree": ""}, "Tick to say that you accept"),
        ({"name": ""}, "Type your name to sign"),
        ({"name": "Somebody Else"}, "Type your name as it stands in the letter: Applicant 1"),
    ):
        answer = send(browser, address, form | change)
        assert (answer.status_code, said in text_of(answer.text)) == (400, True)
    other = send(browser, address, form | {"letter": "0000-0000"})
    assert other.status_code == 409
    assert "This letter has been replaced by a newer one." in text_of(other.text)
    assert state(app) == "offered"
    answer = send(browser, address, form)
    assert (answer.status_code, answer.location, state(app)) == (302, f"{APPROVED}/outcome", "accepted")
    shown = text_of(browser.get(f"{APPROVED}/outcome").text)
    assert "You accepted our offer of £50,000" in shown
    with app.app_context():
        kept = db.session.scalars(select(LetterAcceptance)).one()
        assert (kept.name, kept.person_id) == ("applicant 1", here.applicants[0].id)
    token = token_in(browser.get("/account").text)
    assert browser.post(address, data=form | {"csrf_token": token}).status_code == 409


def test_a_colleague_reads_who_has_to_sign(app: Flask, here: Region) -> None:
    code = offer(app, here)
    with app.app_context():
        colleague = personas.invent("Colleague One", "colleague@firm1.example", Role.APPLICANT)
        award = db.session.scalars(select(Award)).one()
        people.join(award.application.organisation, colleague)
        person_id = colleague.id
    browser = signed_in(app, person_id)
    page = text_of(browser.get(f"{APPROVED}/accept").text)
    assert "The offer names somebody else to sign it." in page
    assert "Applicant 1 is the person the letter names." in page
    form = {"agree": "y", "name": "Applicant 1", "letter": code}
    token = token_in(browser.get("/account").text)
    assert browser.post(f"{APPROVED}/accept", data=form | {"csrf_token": token}).status_code == 409
    assert state(app) == "offered"


def test_after_its_date_the_offer_is_closed_with_the_reason(app: Flask, here: Region) -> None:
    code = offer(app, here)
    with app.app_context():
        accept_by = db.session.scalars(select(Award.accept_by)).one()
        assert accept_by is not None
        demo_clock.move_clock(accept_by + timedelta(seconds=1))
    browser = own(app, here)
    assert "This offer could be accepted until 23:59" in text_of(browser.get(f"{APPROVED}/accept").text)
    token = token_in(browser.get("/account").text)
    form = {"agree": "y", "name": "Applicant 1", "letter": code, "csrf_token": token}
    assert browser.post(f"{APPROVED}/accept", data=form).status_code == 409


def test_an_offer_can_be_declined_on_purpose(app: Flask, here: Region) -> None:
    offer(app, here)
    browser = own(app, here)
    page = f"{APPROVED}/accept"
    assert send(browser, f"{APPROVED}/decline", {}, page=page).status_code == 400
    assert send(browser, f"{APPROVED}/decline", {"sure": "y"}, page=page).status_code == 302
    assert state(app) == "declined_by_applicant"
    assert "You declined the offer" in text_of(browser.get(f"{APPROVED}/outcome").text)


def test_nobody_else_opens_an_outcome(app: Flask, here: Region) -> None:
    offer(app, here)
    for person in (here.applicants[1], here.officer, here.members[0], here.decider, here.assessors[0]):
        stranger = signed_in(app, person.id)
        for door in ("outcome", "confirm", "accept"):
            assert stranger.get(f"{APPROVED}/{door}").status_code == 404, (person.name, door)
