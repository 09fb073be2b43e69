"""A file that comes in pieces: every answer says how far it is, and nothing sent twice or wrongly is kept."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.organisations import Membership
from fundapp.models.uploads import Upload, UploadPiece
from fundapp.services import bid_files, submissions, unfinished
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import files, people, rounds
from tests.stages import Stages
from tests.web.browsing import signed_in, token_in

PAGE = "/bids/FIF7-0001/questions/documents/files"
BEGIN = "/bids/FIF7-0001/questions/documents/uploads"
CONTENT = b"month,litres\n" + b"May,12\n" * 40_000
ABOUT = {"filename": "tides.csv", "size": str(len(CONTENT)), "modified": "1764460800000"}
PIECE = 100_000


@pytest.fixture
def client(app: Flask, stages: Stages) -> FlaskClient:
    """The browser of somebody who leads a complete draft."""
    return signed_in(app, stages.copied("complete_draft", factory.lead_of_complete_draft))


def headers(client: FlaskClient) -> dict[str, str]:
    return {"Accept": "application/json", "X-CSRFToken": token_in(client.get(PAGE).text)}


def begin(client: FlaskClient, **about: str) -> TestResponse:
    return client.post(BEGIN, data=ABOUT | about, headers=headers(client))


def send(client: FlaskClient, address: str, content: bytes) -> TestResponse:
    kind = "application/octet-stream"
    return client.post(address, data=content, content_type=kind, headers=headers(client))


def piece_of(answer: dict[str, Any]) -> bytes:
    return CONTENT[answer["received"] : answer["received"] + PIECE]


def added(app: Flask) -> list[tuple[str, bytes]]:
    with app.app_context():
        return [(each.name, bid_files.content_of(each)) for each in db.session.query(BidFile)]


def left(app: Flask) -> tuple[int, int]:
    with app.app_context():
        return db.session.query(Upload).count(), db.session.query(UploadPiece).count()


def test_a_file_comes_whole_in_pieces(app: Flask, client: FlaskClient) -> None:
    answer = begin(client).json
    steps = []
    while answer is not None and "added" not in answer:
        steps.append(answer["received"])
        answer = send(client, answer["next"], piece_of(answer)).json
    assert answer == {"added": "tides.csv"}
    assert steps == [0, 100_000, 200_000]
    assert (added(app), left(app)) == ([("tides.csv", CONTENT)], (0, 0))


def test_the_same_file_chosen_again_goes_on_where_it_stopped(app: Flask, client: FlaskClient) -> None:
    first = begin(client).get_json()
    send(client, first["next"], piece_of(first))
    again = begin(client).get_json()
    assert (again["received"], left(app)) == (100_000, (1, 1))
    assert begin(client, modified="1764460800001").get_json()["received"] == 0


def test_a_piece_that_came_before_or_leaves_a_gap_changes_nothing(app: Flask, client: FlaskClient) -> None:
    first = begin(client).get_json()
    second = send(client, first["next"], piece_of(first)).get_json()
    for address, content in [
        (first["next"], piece_of(first)),
        (first["next"][:-1] + "200000", b"x"),
        (second["next"], b""),
        (second["next"], CONTENT),
    ]:
        answer = send(client, address, content)
        assert (answer.status_code, answer.json) == (409, second)
    assert left(app) == (1, 1)


def test_the_end_of_a_file_may_be_asked_for_again(app: Flask, client: FlaskClient) -> None:
    begun = begin(client, filename="t.csv", size="3").get_json()
    with app.app_context():
        unfinished.take(db.session.query(Upload).one(), 0, b"a,b")
    standing = begin(client, filename="t.csv", size="3").get_json()
    assert standing["received"] == 3
    assert send(client, standing["next"], b"").json == {"added": "t.csv"}
    assert begun["received"] == 0
    assert added(app) == [("t.csv", b"a,b")]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"size": "10000001"}, "“tides.csv” is larger than the 10 MB we take. Choose a smaller one."),
        ({"size": "0"}, "“tides.csv” is empty. Save it anew and choose it again."),
        ({"size": ""}, "This file is empty"),
        ({"size": "-1"}, "Enter a whole number, like 12"),
        ({"size": "9" * 30}, "This is 10 characters too long: 20 is the most we can take"),
        ({"modified": "NaN"}, "Enter a whole number, like 12"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    app: Flask, client: FlaskClient, about: dict[str, str], why: str
) -> None:
    answer = begin(client, **about)
    assert (answer.status_code, answer.json, left(app)) == (400, {"error": why}, (0, 0))


def test_a_program_by_another_name_is_refused_when_it_is_whole(app: Flask, client: FlaskClient) -> None:
    begun = begin(client, filename="plan.pdf", size=str(len(files.PROGRAM))).get_json()
    answer = send(client, begun["next"], files.PROGRAM)
    assert answer.json == {"error": "“plan.pdf” is a program. We do not take these."}
    assert (answer.status_code, added(app), left(app)) == (400, [], (0, 0))


def test_a_bid_sent_in_meanwhile_takes_no_file(app: Flask, client: FlaskClient) -> None:
    begun = begin(client, filename="t.csv", size="3").get_json()
    with app.app_context():
        bid = db.session.query(Application).one()
        factory.send_in(bid, bid.lead)
    answer = send(client, begun["next"], b"a,b")
    assert (answer.status_code, added(app), left(app)) == (409, [], (0, 0))
    assert "its answers are fixed" in answer.get_json()["error"]
    assert begin(client).status_code == 409
    with app.app_context():
        assert db.session.query(submissions.Submission).count() == 1


def test_only_who_began_a_file_goes_on_with_it(app: Flask, client: FlaskClient) -> None:
    begun = begin(client).get_json()
    with app.app_context():
        bid = db.session.query(Application).one()
        other = factory.draft(bid.round, bid.lead, bid.organisation, "Other").reference
        rival = people.applicant("Rhys Rival", "rhys@rival.example").id
        colleague = people.applicant("Cora Colleague", "cora@wrackline.example").id
        with transaction():
            at = clock.now()
            db.session.add(Membership(organisation_id=bid.organisation_id, person_id=colleague, since=at))
    assert send(client, begun["next"].replace("FIF7-0001", other), b"x").status_code == 404
    assert (_send_as(app, rival, begun["next"]), _send_as(app, colleague, begun["next"])) == (404, 404)
    assert signed_in(app, colleague).get(PAGE).status_code == 200
    assert left(app) == (1, 0)


def _send_as(app: Flask, person_id: int, address: str) -> int:
    browser = signed_in(app, person_id)
    token = token_in(browser.get("/account").text)
    return browser.post(address, data=b"x", headers={"X-CSRFToken": token}).status_code


def test_a_piece_larger_than_any_is_not_read(client: FlaskClient) -> None:
    begun = begin(client).get_json()
    assert send(client, begun["next"], bytes(1_000_001)).status_code == 413


def test_too_many_files_begun_and_not_finished_are_refused(client: FlaskClient) -> None:
    for number in range(unfinished.MOST_UNFINISHED):
        assert begin(client, modified=str(number)).status_code == 200
    refused = begin(client, modified="1000")
    assert (refused.status_code, refused.get_json()["error"][:35]) == (
        400,
        "Too many files were begun and not f",
    )


def test_what_nobody_goes_on_with_is_dropped_after_a_day(app: Flask, client: FlaskClient) -> None:
    send(client, begin(client).get_json()["next"], CONTENT[:PIECE])
    with app.app_context():
        for days, kept in ((timedelta(hours=23), (1, 1)), (timedelta(hours=25), (0, 0))):
            began = db.session.query(Upload.touched_at).scalar()
            rounds.move_to(began + days)
            with transaction():
                unfinished.forget_by_clock(clock.now())
            assert left(app) == kept


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["next", "-1", "99999999999999999999", "0", "é"]), st.binary(max_size=20)),
        max_size=6,
    )
)
def test_no_order_of_pieces_breaks_anything(client: FlaskClient, pieces: list[tuple[str, bytes]]) -> None:
    begun = begin(client, filename="x.csv", size="30").get_json()
    for place, content in pieces:
        address = begun["next"] if place == "next" else begun["next"].rpartition("/")[0] + f"/{place}"
        answer = send(client, address, content)
        assert answer.status_code in (200, 400, 404, 409)
        begun = answer.get_json() if answer.is_json and "next" in answer.get_json() else begun
