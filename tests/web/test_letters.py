"""Letters on screen: what waits, who may let it go, the file itself, and the check anybody can make."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.letters.verify import verify
from fundapp.models.awards import Award
from fundapp.models.letters import Letter, LetterRelease
from fundapp.models.people import Person
from fundapp.services import awards, letters
from tests.factories import meetings, outbox, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in, token_in

Statements = Callable[[], AbstractContextManager[list[str]]]
UNKNOWN = "0000-0000"


def letters_made() -> Region:
    """A round with one approval and two declines, their letters made, its release still ahead."""
    made = region.invent_region()
    call = region.open_round(made, region.install(made))
    bids = meetings.assessed(made, call, [5, 2, 1])
    meetings.decided(made, call, bids, ["approve", "decline", "decline"])
    outbox.work_off()
    return made


@pytest.fixture
def here(stages: Stages) -> Region:
    """The region of that round."""
    return stages.at("letters_made", letters_made)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def code_of(app: Flask, kind: str = "decline", place: int = 0) -> str:
    with app.app_context():
        return db.session.scalars(select(Letter.code).where(Letter.kind == kind).order_by(Letter.id)).all()[
            place
        ]


def released(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(LetterRelease.id)).all())


def pass_release(app: Flask) -> None:
    with app.app_context():
        region.pass_time(days=60)


def second(app: Flask, here: Region) -> FlaskClient:
    return signed_in(app, here.second_officer.id)


def offer(app: Flask, here: Region) -> str:
    """Let the organisation confirm, so that the offer letter waits; returns its code."""
    pass_release(app)
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        awards.confirm_subsidy(award, [], db.session.get_one(Person, here.applicants[0].id))
        outbox.work_off()
    return code_of(app, "offer_of_grant")


def test_what_waits_is_listed_with_its_file(app: Flask, here: Region) -> None:
    page = second(app, here).get("/office/letters").text
    shown = text_of(page)
    assert "Two letters wait for a second person" in shown
    assert "Waiting (2) Released (0) Void (0)" in shown
    assert f"/letters/{code_of(app)}.pdf" in page
    assert (
        "No letter has been released yet." in second(app, here).get("/office/letters?standing=released").text
    )
    assert second(app, here).get("/office/letters?standing=odd&after=odd").status_code == 200


def test_a_second_officer_lets_a_letter_go_and_the_first_reads_why_not(app: Flask, here: Region) -> None:
    code = code_of(app)
    first = signed_in(app, here.officer.id)
    door = text_of(first.get(f"/office/letters/{code}").text)
    assert "The decision this letter gives went through your hands." in door
    assert "Release the letter" not in door
    refused = send(first, f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}")
    assert refused.status_code == 409
    assert "Ask a colleague to look at it and release it." in text_of(refused.text)
    assert released(app) == 0
    answer = send(second(app, here), f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}")
    assert (answer.status_code, answer.location, released(app)) == (302, "/office/letters", 1)
    assert "Held until release" in second(app, here).get("/office/letters?standing=released").text


def test_all_declines_go_in_one_press_after_a_look_at_who_is_affected(app: Flask, here: Region) -> None:
    address = "/office/rounds/FIF7/declines"
    door = text_of(signed_in(app, here.officer.id).get(address).text)
    assert "Ask a colleague to look at them and release them." in door
    browser = second(app, here)
    shown = text_of(browser.get(address).text)
    assert "Release 2 declines of round 7?" in shown
    assert "Firm 2 Ltd" in shown
    assert "Firm 3 Ltd" in shown
    answer = send(browser, address, {})
    assert (answer.status_code, released(app)) == (302, 2)
    assert "Two letters are released." in text_of(browser.get("/office/letters").text)
    assert "No decline of round 7 waits" in browser.get(address).text


def test_releasing_an_offer_makes_it(app: Flask, here: Region) -> None:
    code = offer(app, here)
    browser = second(app, here)
    assert (
        send(browser, f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}").status_code
        == 302
    )
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        assert (award.state, award.application.state) == ("offered", "offered")
    again = browser.post(
        f"/office/letters/{code}/release", data={"csrf_token": token_in(browser.get("/account").text)}
    )
    assert (again.status_code, released(app)) == (302, 1)


def test_a_void_letter_says_why_and_another_is_made(app: Flask, here: Region) -> None:
    code = code_of(app)
    browser = second(app, here)
    page = f"/office/letters/{code}"
    assert send(browser, f"{page}/void", {"reason": ""}, page=page).status_code == 400
    kept = send(browser, f"{page}/void", {"reason": "x" * 2_001}, page=page)
    assert "1 characters too long" in text_of(kept.text)
    answer = send(browser, f"{page}/void", {"reason": "A name was wrong.", "again": "y"}, page=page)
    assert answer.status_code == 302
    assert "A name was wrong." in browser.get(page).text
    with app.app_context():
        outbox.work_off()
    assert "version 2" in browser.get("/office/letters").text
    late = browser.post(f"{page}/release", data={"csrf_token": token_in(browser.get("/account").text)})
    assert (late.status_code, released(app)) == (409, 0)


def test_the_file_is_the_very_bytes_with_its_name_and_opens_to_its_people_alone(
    app: Flask, here: Region
) -> None:
    code = code_of(app)
    address = f"/letters/{code}.pdf"
    own = signed_in(app, here.applicants[1].id)
    assert own.get(address).status_code == 404
    send(second(app, here), f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}")
    assert own.get(address).status_code == 404
    pass_release(app)
    own = signed_in(app, here.applicants[1].id)
    answer = own.get(address)
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.code == code)).one()
        assert verify(answer.data, letter.pdf_sha256)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="decline-{code}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert own.get(f"/letters/{code.lower().replace('-', '')}.pdf").status_code == 200
    for person in (here.officer, here.finance[0], here.decider):
        assert signed_in(app, person.id).get(address).status_code == 200
    for person in (here.applicants[0], here.members[0], here.assessors[0]):
        assert signed_in(app, person.id).get(address).status_code == 404
    assert app.test_client().get(address).status_code == 302
    for wrong in (UNKNOWN, "nothing", "%00", "../../etc/passwd"):
        assert own.get(f"/letters/{wrong}.pdf").status_code == 404


def test_anybody_checks_a_letter_by_its_code(app: Flask, client: FlaskClient, here: Region) -> None:
    code = code_of(app)
    assert client.get(f"/check/{code}").status_code == 404
    send(second(app, here), f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}")
    assert client.get(f"/check/{code}").status_code == 404
    pass_release(app)
    typed = client.get("/check", query_string={"code": f" {code.lower().replace('-', ' ')} "})
    assert (typed.status_code, typed.location) == (302, f"/check/{code}")
    shown = text_of(client.get(f"/check/{code}").text)
    assert "This letter is genuine" in shown
    assert "FIF7-0002" in shown
    for private in ("Firm 2", "Applicant 2", "Idea 2", "£"):
        assert private not in shown
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.code == code)).one()
        assert letter.pdf_sha256 in shown
        letters.void(letter, "A name was wrong.", db.session.get_one(Person, here.officer.id))
    void = text_of(client.get(f"/check/{code}").text)
    assert "This letter is void" in void
    assert "A name was wrong." not in void


@pytest.mark.parametrize("typed", ["nonsense", "7K2M-94Q0", "<script>", "a" * 500, "٣٣٣٣-٣٣٣٣"])
def test_a_code_that_is_none_gets_a_sentence(client: FlaskClient, typed: str) -> None:
    answer = client.get("/check", query_string={"code": typed})
    assert answer.status_code == 400
    assert "this is none of ours" in text_of(answer.text)
    assert "<script>" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_an_unknown_code_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get(f"/check/{UNKNOWN}")
    assert answer.status_code == 404
    assert "do not rely on the letter" in text_of(answer.text)


def test_guessing_slows_down(client: FlaskClient) -> None:
    answers = [client.get(f"/check/{UNKNOWN}").status_code for _ in range(20)]
    assert set(answers) == {404, 429}
    assert answers == sorted(answers)


def test_a_file_is_compared_byte_by_byte_and_not_kept(app: Flask, client: FlaskClient, here: Region) -> None:
    code = code_of(app)
    send(second(app, here), f"/office/letters/{code}/release", {}, page=f"/office/letters/{code}")
    pass_release(app)
    with app.app_context():
        pdf = letters.open_pdf(db.session.scalars(select(Letter).where(Letter.code == code)).one())

    def compare(sent: bytes | None) -> str:
        form: dict[str, object] = {"csrf_token": token_in(client.get(f"/check/{code}").text)}
        if sent is not None:
            form["letter"] = (io.BytesIO(sent), "letter.pdf")
        return text_of(client.post(f"/check/{code}", data=form, content_type="multipart/form-data").text)

    assert "Yes. Every byte of your file is the letter we made." in compare(pdf)
    assert "No. Your file is not the letter we made" in compare(pdf + b" ")
    assert "Choose the file first" in compare(None)


@pytest.mark.parametrize(
    "address", ["/office/letters", "/office/letters?standing=released", "/office/rounds/FIF7/declines"]
)
def test_lists_take_few_statements(
    app: Flask, here: Region, count_statements: Statements, address: str
) -> None:
    browser = second(app, here)
    browser.get(address)
    with count_statements() as statements:
        assert browser.get(address).status_code == 200
    assert len(statements) <= 6, statements


def test_letters_of_the_office_are_nobody_elses(app: Flask, here: Region) -> None:
    code = code_of(app)
    for person in (here.applicants[1], here.members[0], here.decider, here.assessors[0]):
        stranger = signed_in(app, person.id)
        for address in ("/office/letters", f"/office/letters/{code}", "/office/rounds/FIF7/declines"):
            assert stranger.get(address).status_code == 404


def test_the_office_s_home_says_how_many_letters_wait_and_since_when(app: Flask, here: Region) -> None:
    officer = second(app, here)
    assert "Release 2 letters next" in text_of(officer.get("/office").text)
    assert "The oldest waits since" in officer.get("/office/letters").text
    pass_release(app)
    officer = second(app, here)
    assert "60 days ago" in text_of(officer.get("/office").text)
    assert text_of(officer.get("/office/letters").text).count("60 days ago") == 3
    send(officer, "/office/rounds/FIF7/declines", {})
    assert "Release" not in text_of(officer.get("/office").text)
