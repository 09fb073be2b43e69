"""An assessor's pages: nothing before the declaration, nothing after a conflict, nobody else's marks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.assessments import Assessment
from fundapp.models.people import Person
from fundapp.services import assessment
from tests.factories import reading
from tests.factories.reading import Staged
from tests.web.browsing import send, signed_in, somebody, token_in
from workflows.actors import Role

CONTENT = "What we say."
CRITERIA = (
    "clear_need", "innovation", "delivery_plan", "value_for_money", "place_and_people", "why_a_grant",
)  # fmt: skip


@pytest.fixture
def mine(app: Flask, staged: Staged) -> int:
    """The number of an invitation to read one bid."""
    with app.app_context():
        given = staged(reading.invited)
        return reading.readings(given.bids[0])[0].id


@pytest.fixture
def reader(app: Flask, mine: int) -> FlaskClient:
    """The browser of whoever was invited."""
    with app.app_context():
        assessor_id = db.session.get_one(Assessment, mine).assessor_id
    return signed_in(app, assessor_id)


def accept(app: Flask, number: int) -> None:
    with app.app_context():
        one = db.session.get_one(Assessment, number)
        assessment.accept(one, one.assessor)


def state_of(app: Flask, number: int) -> str:
    with app.app_context():
        return db.session.get_one(Assessment, number).state


def test_only_title_organisation_and_summary_come_before_the_declaration(
    reader: FlaskClient, mine: int
) -> None:
    page = reader.get(f"/assess/{mine}")
    assert page.status_code == 200
    assert "Do you have a conflict of interest with this bid?" in page.text
    for shown in ("Idea 1", "Firm 1 Ltd", "A summary everybody may read."):
        assert shown in page.text
    for hidden in (CONTENT, "£50,000", "Applicant 1", "ZZ000001"):
        assert hidden not in page.text


def test_the_bid_opens_with_the_declaration(app: Flask, reader: FlaskClient, mine: int) -> None:
    answer = send(reader, f"/assess/{mine}/declare", {"answer": "clear"}, page=f"/assess/{mine}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/assess/{mine}")
    page = reader.get(f"/assess/{mine}")
    assert CONTENT in page.text
    assert state_of(app, mine) == "accepted"


def test_a_second_press_ends_where_the_first_did(app: Flask, reader: FlaskClient, mine: int) -> None:
    page = f"/assess/{mine}"
    token = token_in(reader.get(page).text)
    for _ in range(2):
        answer = reader.post(f"{page}/declare", data={"answer": "clear", "csrf_token": token})
        assert answer.headers["Location"] == page
    with app.app_context():
        reading.submitted(db.session.get_one(Assessment, mine), 4)
    assert reader.post(f"{page}/submit", data={"csrf_token": token}).headers["Location"] == "/assess"


def test_no_answer_is_no_declaration_and_a_no_needs_a_reason(
    app: Flask, reader: FlaskClient, mine: int
) -> None:
    address, page = f"/assess/{mine}/declare", f"/assess/{mine}"
    nothing = send(reader, address, {}, page=page)
    assert (nothing.status_code, "Choose an answer before you go on" in nothing.text) == (400, True)
    silent = send(reader, address, {"answer": "unable"}, page=page)
    assert (silent.status_code, "Say in a sentence why not" in silent.text) == (400, True)
    assert state_of(app, mine) == "invited"
    send(reader, address, {"answer": "unable", "reason": "On leave."}, page=page)
    assert state_of(app, mine) == "declined"
    assert reader.get(page).status_code == 404


def test_a_conflict_ends_access_at_once(app: Flask, reader: FlaskClient, mine: int) -> None:
    accept(app, mine)
    answer = send(reader, f"/assess/{mine}/conflict", {"reason": "My sister works there."})
    assert answer.headers["Location"] == "/assess"
    for path in ("", "?criterion=innovation", "/conflict"):
        assert reader.get(f"/assess/{mine}{path}").status_code == 404
    queue = reader.get("/assess")
    assert "You have not been invited to read a bid." in queue.text
    token = token_in(queue.text)
    for path in ("marks/innovation", "submit", "declare", "conflict"):
        assert reader.post(f"/assess/{mine}/{path}", data={"csrf_token": token}).status_code == 404


def test_marks_are_saved_one_criterion_at_a_time_and_sealed(
    app: Flask, reader: FlaskClient, mine: int
) -> None:
    accept(app, mine)
    page = f"/assess/{mine}"
    assert "Not ready to submit yet" in reader.get(f"{page}?criterion=check").text
    for key, following in zip(CRITERIA, (*CRITERIA[1:], "check"), strict=True):
        answer = send(
            reader, f"{page}/marks/{key}", {"mark": "4", "why": "Well argued.", "next": "1"}, page=page
        )
        assert answer.headers["Location"] == f"{page}?criterion={following}&saved={key}"
    check = reader.get(f"{page}?criterion=check")
    assert "Ready to submit" in check.text
    assert "Total 80.0 of 100" in check.text
    sealed = send(reader, f"{page}/submit", {}, page=f"{page}?criterion=check")
    assert sealed.headers["Location"] == "/assess"
    assert "Your marks are sealed" in reader.get(page).text
    again = send(reader, f"{page}/marks/innovation", {"mark": "1"}, page=page)
    assert (again.status_code, "Your marks are sealed" in again.text) == (409, True)


def test_marks_cannot_be_sealed_before_every_criterion_has_one(
    app: Flask, reader: FlaskClient, mine: int
) -> None:
    accept(app, mine)
    page = f"/assess/{mine}"
    send(reader, f"{page}/marks/clear_need", {"mark": "4", "why": "Well argued."}, page=page)
    refused = send(reader, f"{page}/submit", {}, page=page)
    assert (refused.status_code, "“Innovation” has no mark yet." in refused.text) == (409, True)


def test_typed_words_stay_beside_the_mistake(app: Flask, reader: FlaskClient, mine: int) -> None:
    accept(app, mine)
    page = f"/assess/{mine}"
    wrong = send(reader, f"{page}/marks/innovation", {"mark": "9", "why": "Kept words."}, page=page)
    assert (wrong.status_code, "Kept words." in wrong.text) == (400, True)
    assert "Choose one of the answers on the page" in wrong.text


def test_nobody_else_sees_or_marks_it(app: Flask, reader: FlaskClient, mine: int) -> None:
    accept(app, mine)
    reader.post(f"/assess/{mine}/marks/innovation", data={"mark": "5", "why": "Seen by nobody."})
    for role in set(Role) - {Role.PUBLIC}:
        other = somebody(app, role)
        assert other.get(f"/assess/{mine}").status_code == 404, role
        token = token_in(other.get("/account").text)
        answer = other.post(f"/assess/{mine}/marks/innovation", data={"csrf_token": token, "mark": "1"})
        assert answer.status_code == 404, role


def test_an_empty_queue_says_why(app: Flask, client: FlaskClient) -> None:
    page = somebody(app, Role.ASSESSOR).get("/assess").text
    assert "Nothing is waiting for you" in page
    assert "You have not been invited to read a bid." in page


def test_the_queue_takes_six_statements_however_long_it_is(
    app: Flask, database: None, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with app.app_context():
        given = reading.invited(bids=4)
        person_id = max(given.region.assessors, key=lambda each: len(reading_of(each))).id
    browser = signed_in(app, person_id)
    browser.get("/assess")
    with count_statements() as seen:
        page = browser.get("/assess")
    assert page.status_code == 200
    assert len(seen) <= 6, seen


def reading_of(person: Person) -> list[Assessment]:
    """The assessments of a person."""
    return list(db.session.query(Assessment).filter_by(assessor_id=person.id))


HOSTILE = ("'", "<script>alert(1)</script>", "%00", "é" * 500, "1 OR 1=1", "../../etc/passwd", "{{7*7}}")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_answered_not_obeyed(app: Flask, reader: FlaskClient, mine: int, text: str) -> None:
    accept(app, mine)
    page = f"/assess/{mine}"
    assert reader.get(page, query_string={"criterion": text}).status_code in {200, 404}
    token = token_in(reader.get(page).text)
    for path in ("marks/innovation", "submit", "conflict", f"marks/{text[:50]}"):
        fields = {"csrf_token": token, "mark": text, "why": text, "reason": "", "not_applicable": text}
        answer = reader.post(f"{page}/{path}", data=fields)
        assert answer.status_code in {302, 400, 404, 409}, (path, answer.status_code)
        assert "<script>alert(1)" not in answer.text
    assert reader.get(f"/assess/{9**30}").status_code == 404
