"""The calculation of overheads: a file beside the costs of whoever counts them so, and of nobody else."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.letters import bid_paper
from fundapp.models.applications import Submission
from fundapp.models.bid_files import BidFile
from fundapp.models.people import Person
from fundapp.queries import bid_files as queries
from fundapp.services import bid_printing, versions
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import files, people
from tests.stages import Stages
from tests.web.browsing import send, token_in
from tests.web.test_apply import field, said, soup, summary
from tests.web.test_attaching import beside, listed
from tests.web.test_costs import as_partner, the_bid
from workflows.rules.scans import Scan

BID = "/bids/FIF7-0001"
MONEY, PAGE = f"{BID}/money", f"{BID}/money/0/calculation"
SHEET = {
    "line_other-0-what": "Trials",
    "line_other-0-pence": "90,000",
    "line_other-0-rd_share": "100",
    "overheads_pence": "10,000",
    "overheads_rd_share": "20",
    "match-0-source": "Us",
    "match-0-pence": "50,000",
}
CALCULATED = {**SHEET, "overheads_method": "calculated"}
MISSING = "Add the file with the calculation of your overheads."


@pytest.fixture(autouse=True)
def complete(app: Flask, client: FlaskClient, stages: Stages) -> None:
    """A bid that lacks nothing but this, and its lead's browser."""
    with app.app_context():
        lead = stages.copied("complete_draft", factory.lead_of_complete_draft)
        people.sign_in(client, db.session.get_one(Person, lead))
    assert send(client, MONEY, {"version": "1", **CALCULATED, "file": "1"}).location == PAGE


def add(client: FlaskClient, name: str, content: bytes, to: str = PAGE, press: str = "next") -> TestResponse:
    data = {"csrf_token": token_in(client.get(to).text), press: "1", "file": (io.BytesIO(content), name)}
    return client.post(to, data=data, content_type="multipart/form-data")


def gaps(client: FlaskClient) -> dict[str, str]:
    found = soup(client.get(f"{BID}/check")).select("main .govuk-list--bullet a")
    return {each.get_text(): str(each["href"]) for each in found}


def names(app: Flask) -> list[str]:
    with app.app_context():
        return [each.name for each in db.session.query(BidFile).filter_by(removed_at=None)]


def send_in(app: Flask) -> tuple[str, list[dict[str, object]]]:
    with app.app_context():
        bid = the_bid()
        content = factory.send_in(bid, bid.lead).content
        return sha256_of(content), content["costs"]


def test_calculated_overheads_need_their_calculation_and_it_is_sent_in_with_them(
    app: Flask, client: FlaskClient
) -> None:
    assert gaps(client) == {MISSING: f"{MONEY}#overheads_file"}
    assert soup(client.get(MONEY)).select_one("#overheads_file") is not None
    back = add(client, "overheads.xlsx", files.xlsx())
    assert back.location == f"{MONEY}#overheads_file"
    for page in (client.get(MONEY), client.get(PAGE), client.get(f"{BID}/check")):
        assert "overheads.xlsx" in " ".join(listed(page))
    assert gaps(client) == {}
    sha256, (lead,) = send_in(app)
    with app.app_context():
        file = db.session.query(BidFile).one()
        version = db.session.query(Submission).one()
        assert [each["sha256"] for each in lead["files"]] == [file.sha256]  # type: ignore[attr-defined]
        assert (version.sha256, "overheads-0" in version.content["answers"]) == (sha256, False)
        assert queries.of_version(version, file.id) is file
        assert versions.draft_content(the_bid())["costs"] == version.content["costs"]


def test_whoever_reads_the_bid_reads_the_calculation(app: Flask, client: FlaskClient) -> None:
    add(client, "overheads.csv", files.CSV)
    send_in(app)
    officer = app.test_client()
    with app.app_context():
        version, bid = db.session.query(Submission).one(), the_bid()
        paper = bid_paper.compose(bid_printing._facts(bid, version), version.content, bid.round.rules).html
        sha256 = db.session.query(BidFile).one().sha256
        people.sign_in(officer, db.session.query(Person).filter_by(name="Priya Lund").one())
    assert f"overheads.csv (CSV table, {len(files.CSV)} bytes), sha256 {sha256}" in paper
    page = officer.get("/office/bids/FIF7-0001/answers")
    assert "How the overheads were calculated" in said(page)
    (link,) = soup(page).select(".app-files a")
    assert officer.get(str(link["href"])).data == files.CSV


def test_a_script_sends_it_in_pieces(app: Flask, client: FlaskClient) -> None:
    headers = {"Accept": "application/json", "X-CSRFToken": token_in(client.get(PAGE).text)}
    about = {"filename": "overheads.csv", "size": str(len(files.CSV)), "modified": "1"}
    begun = client.post(f"{MONEY}/0/uploads", data=about, headers=headers).get_json()
    assert begun["next"] == f"{MONEY}/0/uploads/1/0"
    wrong = as_partner(app)
    token = token_in(wrong.get(f"{MONEY}/1/calculation").text)
    answer = wrong.post(f"{MONEY}/1/uploads/1/0", data=b"x", headers={**headers, "X-CSRFToken": token})
    assert answer.status_code == 404
    kind = "application/octet-stream"
    done = client.post(begun["next"], data=files.CSV, content_type=kind, headers=headers).get_json()
    assert (done, names(app)) == ({"added": "overheads.csv"}, ["overheads.csv"])


def test_what_is_no_calculation_is_refused_beside_the_field(app: Flask, client: FlaskClient) -> None:
    for name, content, why in (
        ("overheads.pdf", files.PROGRAM, "“overheads.pdf” is a program. We do not take these."),
        ("overheads.xlsx", files.zip_bomb(), "“overheads.xlsx” would unpack to 50 MB, so it is not taken."),
        ("overheads.csv", b"", "“overheads.csv” is empty. Save it anew and choose it again."),
        ("overheads.pdf", files.pdf(21), "has 21 pages; 20 pages are allowed. Choose a shorter one."),
        ("overheads.png", files.picture(), "is a PNG picture. Choose a PDF, Excel workbook or CSV table."),
    ):
        answer = add(client, name, content)
        assert (answer.status_code, why in beside(answer), why in summary(answer)[0]) == (400, True, True)
        assert field(client.get(MONEY), "overheads_pence") == "10,000"
    assert names(app) == []
    add(client, "overheads.csv", files.CSV)
    assert "one file too many: 1 are allowed" in beside(add(client, "second.csv", b"1,2\n"))
    assert names(app) == ["overheads.csv"]


def test_another_way_of_counting_keeps_the_file_and_leaves_it_out(app: Flask, client: FlaskClient) -> None:
    add(client, "overheads.csv", files.CSV)
    flat = {**SHEET, "overheads_method": "none", "match-0-pence": "45,000"}
    kept = client.get(send(client, MONEY, {"version": "2", **flat, "stay": "1"}).location)
    assert "This calculation is kept, but it is not part of the bid" in said(kept)
    left = "Not part of the bid: “overheads.csv”, for Wrackline Sensing Ltd does not count"
    assert left in said(client.get(f"{BID}/check"))
    _, (lead,) = send_in(app)
    assert ("files" in lead, names(app)) == (False, ["overheads.csv"])


def test_an_infected_calculation_keeps_the_bid_from_being_sent_and_can_be_taken_out(
    app: Flask, client: FlaskClient
) -> None:
    add(client, "overheads.csv", files.CSV)
    with app.app_context(), transaction():
        db.session.query(BidFile).one().scan = Scan.INFECTED
    assert gaps(client) == {
        "“overheads.csv” was found to hold a virus. Remove it.": f"{MONEY}#overheads_file"
    }
    token = {"csrf_token": token_in(client.get(PAGE).text)}
    assert client.post(f"{BID}/files/1/remove", data=token).status_code == 404
    assert "“overheads.csv” is removed." in client.post(
        f"{PAGE}/1/remove", data=token, follow_redirects=True
    ).get_data(as_text=True)
    assert list(gaps(client)) == [MISSING]


def test_a_partner_adds_its_own_and_sees_no_other(app: Flask, client: FlaskClient) -> None:
    add(client, "overheads.csv", files.CSV)
    partner = as_partner(app)
    page = f"{MONEY}/1/calculation"
    figures = {"version": "0", **CALCULATED, "match-0-pence": "75,000", "place": "E08000012", "file": "1"}
    assert send(partner, f"{MONEY}/1", figures).location == page
    assert list(gaps(client)) == ["Wavewright Ltd has not added the calculation of its overheads yet."]
    assert MISSING in said(partner.get(f"{MONEY}/1"))
    assert add(partner, "own.csv", b"rent,5\n", page).location == f"{MONEY}/1#overheads_file"
    assert "Still to put right" not in said(partner.get(f"{MONEY}/1"))
    assert partner.get(f"{page}/2").data == client.get(f"{page}/2").data == b"rent,5\n"
    for closed in (PAGE, f"{PAGE}/1", f"{page}/1", f"{BID}/files/2"):
        assert partner.get(closed).status_code == 404, closed
    token = token_in(partner.get(page).text)
    for closed in (f"{page}/1/remove", f"{PAGE}/1/remove", f"{BID}/files/1/remove"):
        assert partner.post(closed, data={"csrf_token": token}).status_code == 404, closed
    assert gaps(client) == {}
    _, sent = send_in(app)
    assert [each["files"][0]["name"] for each in sent] == ["overheads.csv", "own.csv"]  # type: ignore[index]
    assert "this bid is" in said(add(partner, "late.csv", b"late,1\n", page)).lower()
    assert names(app) == ["overheads.csv", "own.csv"]
