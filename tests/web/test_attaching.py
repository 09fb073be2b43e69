"""Adding files to a bid without a script: each is judged on its own, and every answer stands at the field."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.funds import Round
from fundapp.services import bid_files
from fundapp.services.uploads.examining import examine
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import files, rounds
from tests.stages import Stages
from tests.web.browsing import signed_in, token_in

PAGE = "/bids/FIF7-0001/questions/documents/files"
Sent = tuple[str, bytes]


@pytest.fixture
def client(app: Flask, stages: Stages) -> FlaskClient:
    """The browser of somebody who leads a complete draft."""
    return signed_in(app, stages.copied("complete_draft", factory.lead_of_complete_draft))


def send(client: FlaskClient, *chosen: Sent, press: str = "stay", to: str = PAGE) -> TestResponse:
    data = {"csrf_token": token_in(client.get(PAGE).text), press: "1"}
    parts = [(io.BytesIO(content), name) for name, content in chosen]
    return client.post(to, data={**data, "file": parts}, content_type="multipart/form-data")


def soup(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.text, "html.parser")


def listed(page: TestResponse) -> list[str]:
    return [" ".join(each.get_text().split()) for each in soup(page).select(".app-files li")]


def beside(page: TestResponse) -> str:
    found = soup(page).select_one(".govuk-form-group--error .govuk-error-message")
    return " ".join(found.get_text().split()) if found else ""


def names(app: Flask) -> list[str]:
    with app.app_context():
        found = db.session.query(BidFile).filter_by(removed_at=None).order_by(BidFile.id)
        return [each.name for each in found]


def test_files_are_added_listed_opened_and_removed(app: Flask, client: FlaskClient) -> None:
    pdf = files.pdf(3)
    sent = send(client, ("plan.pdf", pdf), ("tides.csv", files.CSV))
    assert (sent.status_code, sent.location) == (302, PAGE)
    page = client.get(PAGE)
    assert [each.partition(" ")[0] for each in listed(page)] == ["plan.pdf", "tides.csv"]
    assert f"PDF, {len(pdf)} bytes, 3 pages" in listed(page)[0]
    assert ["Not scanned for viruses" in each for each in listed(page)] == [True, True]
    assert "open one only where you would open" not in page.text
    link = soup(page).select_one(".app-files a")
    assert link is not None
    opened = client.get(str(link["href"]))
    assert (opened.status_code, opened.data) == (200, pdf)
    remove, token = f"{link['href']}/remove", {"csrf_token": token_in(page.text)}
    gone = client.post(remove, data=token, follow_redirects=True)
    assert "“plan.pdf” is removed." in gone.text
    assert (names(app), len(listed(gone))) == (["tides.csv"], 1)
    again = client.post(remove, data=token, follow_redirects=True)
    assert "“plan.pdf” had been removed before." in again.text
    assert client.get(str(link["href"])).data == pdf


def test_a_file_is_only_ever_saved_never_shown(app: Flask, client: FlaskClient) -> None:
    send(client, ("Pläne – “neu”.csv", files.CSV))
    answer = client.get("/bids/FIF7-0001/files/1")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="Plane  neu.csv"; '
        "filename*=UTF-8''Pl%C3%A4ne%20%E2%80%93%20%E2%80%9Cneu%E2%80%9D.csv"
    )


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("setup.pdf", files.PROGRAM, "“setup.pdf” is a program. We do not take these."),
        ("plan.docx", files.zip_bomb(), "“plan.docx” would unpack to 50 MB, so it is not taken."),
        ("plan.pdf", b"", "“plan.pdf” is empty. Save it anew and choose it again."),
        ("plan.pdf", files.pdf(200), "“plan.pdf” has 200 pages; 20 pages are allowed. Choose a shorter one."),
        ("big.csv", b"1,2\n" * 3_000_000, "“big.csv” is larger than the 10 MB we take."),
        ("notes.bin", b"\x00", "“notes.bin” is of no type we know."),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_beside_the_field_and_keeps_no_good_one_out(
    app: Flask, client: FlaskClient, name: str, content: bytes, why: str
) -> None:
    answer = send(client, (name, content), ("tides.csv", files.CSV))
    assert answer.status_code == 400
    assert why in beside(answer)
    assert why in " ".join(soup(answer).select_one(".govuk-error-summary").get_text().split())  # type: ignore[union-attr]
    assert names(app) == ["tides.csv"]


def test_nothing_chosen_is_said_and_going_on_needs_no_file(client: FlaskClient) -> None:
    assert "Choose a file" in beside(send(client))
    onward = send(client, press="next")
    assert (onward.status_code, onward.location) == (302, "/bids/FIF7-0001/money")


def test_more_than_a_person_could_mean_is_not_even_read(client: FlaskClient) -> None:
    assert send(client, ("big.csv", bytes(60_000_001))).status_code == 413
    other = send(client, ("big.csv", bytes(20_000_001)), to="/bids/FIF7-0001/questions/problem")
    assert other.status_code == 413


def test_a_request_that_is_no_form_of_ours_is_answered(client: FlaskClient) -> None:
    token = token_in(client.get(PAGE).text)
    words = client.post(PAGE, data={"csrf_token": token, "file": "no file at all", "stay": "1"})
    assert (words.status_code, beside(words)) == (400, "Error: Choose a file")
    assert client.get("/bids/FIF7-0001/questions/problem/files").status_code == 404
    assert client.get("/bids/FIF7-0001/questions/nothing/files").status_code == 404
    assert client.get("/bids/FIF7-0001/questions/documents").location == PAGE
    assert client.get("/bids/FIF7-0001/files/99").status_code == 404


def test_the_check_page_and_the_tasks_say_what_was_added(client: FlaskClient) -> None:
    send(client, ("tides.csv", files.CSV))
    assert f"tides.csv: CSV table, {len(files.CSV)} bytes" in client.get("/bids/FIF7-0001/check").text
    assert "1 file" in client.get("/bids/FIF7-0001").text


@pytest.mark.usefixtures("client")
def test_a_closed_round_takes_no_file(app: Flask) -> None:
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
        lead = db.session.query(Application).one().lead_id
    answer = send(signed_in(app, lead), ("tides.csv", files.CSV))
    assert (answer.status_code, names(app)) == (409, [])
    assert "closed" in answer.text


@pytest.mark.parametrize(
    ("scan", "why"),
    [
        ("pending", "It is being scanned for viruses."),
        ("unreachable", "It could not be scanned for viruses yet."),
        ("infected", "It was found to hold a virus, so nobody can open it."),
    ],
)
def test_a_file_that_may_not_be_opened_says_why(app: Flask, client: FlaskClient, scan: str, why: str) -> None:
    send(client, ("tides.csv", files.CSV))
    with app.app_context(), transaction():
        db.session.query(BidFile).one().scan = scan
    page = client.get(PAGE)
    assert why in listed(page)[0]
    assert soup(page).select(".app-files a") == []
    assert client.get("/bids/FIF7-0001/files/1").status_code == 404


def test_the_page_asks_the_database_as_often_for_five_files_as_for_one(
    app: Flask, client: FlaskClient, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    seen: list[Any] = []
    for number in range(5):
        _add(app, number)
        with count_statements() as statements:
            assert len(listed(client.get(PAGE))) == number + 1
        seen.append(len(statements))
    assert len(set(seen)) == 1


def _add(app: Flask, number: int) -> None:
    with app.app_context():
        bid = db.session.query(Application).one()
        asked = next(db.session.query(Round).one().rules.of_kind("file"))
        bid_files.add(bid, asked, examine(f"{number}.csv", b"%d,2\n" % number, files.TERMS), bid.lead)
