"""The programme team's pages: every job has its page, every list few statements, every door its reason."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.organisations import Organisation
from fundapp.models.people import LoginSession, RoleGrant
from fundapp.services import approvals, moderation
from fundapp.transaction import transaction
from fundapp.web.spreadsheets import harmless
from tests.factories import reading
from tests.factories import region as made
from tests.factories.reading import Reading, Staged
from tests.stages import after
from tests.web.browsing import send, signed_in, somebody, token_in
from workflows.actors import Role
from workflows.rules.schedule import financial_year_name

PAGES = (
    "/office", "/office/rounds/FIF7", "/office/bids", "/office/rounds/FIF7/triage",
    "/office/rounds/FIF7/moderation", "/office/rounds/FIF7/ranked",
)  # fmt: skip
MOST_STATEMENTS = 6
MINUTES = timedelta(minutes=2)
REFERENCE = re.compile(r'href="/office/bids/(FIF7-\d+)"')
TITLE = re.compile(r'href="/office/bids/FIF7-\d+">([^<]+)<')
Counting = Callable[[], AbstractContextManager[list[str]]]
Begin = Callable[[Callable[[int], Reading], int], FlaskClient]


def officer_of(app: Flask, given: Reading) -> FlaskClient:
    return signed_in(app, given.officer.id)


def state_of(app: Flask, reference: str) -> str:
    with app.app_context():
        return db.session.scalars(select(Application).where(Application.reference == reference)).one().state


@pytest.fixture
def begin(app: Flask, staged: Staged) -> Begin:
    """The officer's browser in an office brought to a stage."""

    def begun(make: Callable[[int], Reading], bids: int) -> FlaskClient:
        with app.app_context():
            return officer_of(app, staged(make, bids))

    return begun


@after(reading.invited)
def read(given: Reading) -> Reading:
    """Bids read by everybody, each with the mark of its number."""
    for number, bid in enumerate(given.bids):
        for mine in reading.readings(bid):
            reading.submitted(mine, 5 - number % 5)
    return given


@after(read)
def ranked(given: Reading) -> Reading:
    """The same with the marking closed."""
    moderation.close_all(given.call, given.officer)
    return given


def many_sent(bids: int) -> Reading:
    """One bid sent in, and so many like it."""
    return many(reading.closed_round(1), bids)


def many_read(bids: int) -> Reading:
    """Three bids read by everybody, and so many like the first."""
    return many(read(3), bids)


def test_the_home_page_names_the_next_jobs(begin: Begin) -> None:
    page = begin(reading.closed_round, 2).get("/office").text
    assert "Take up 2 bids next" in page
    assert 'href="/office/rounds/FIF7/triage"' in page


def test_an_empty_office_says_why(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.OFFICER)
    assert "No round is live." in browser.get("/office").text
    assert "No bid has been sent in yet." in browser.get("/office/bids").text
    assert "No bid matches this." in browser.get("/office/bids?q=tide").text


def test_only_those_who_list_bids_get_in(app: Flask, database: None) -> None:
    with app.app_context():
        ranked(2)
    for role in set(Role) - {Role.PUBLIC, Role.OFFICER, Role.AUDITOR}:
        browser = somebody(app, role)
        for page in PAGES[:-1]:
            assert browser.get(page).status_code == 404, (role, page)
    auditor = somebody(app, Role.AUDITOR)
    assert [auditor.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    token = token_in(auditor.get("/office/rounds/FIF7/assign").text)
    for path in ("triage/take-up", "triage/pass", "assign/invite", "moderation/close"):
        answer = auditor.post(f"/office/rounds/FIF7/{path}", data={"csrf_token": token})
        assert answer.status_code == 403, path


def test_bids_are_taken_up_and_passed_together(app: Flask, begin: Begin) -> None:
    browser = begin(reading.closed_round, 2)
    page = "/office/rounds/FIF7/triage"
    send(browser, f"{page}/take-up", {}, page=page)
    unanswered = send(browser, f"{page}/pass", {"bids": ["FIF7-0001"]}, page=page)
    assert unanswered.status_code == 302
    assert state_of(app, "FIF7-0001") == "in_triage"
    assert "1 stayed: a check of theirs is not met or not answered." in browser.get(page).text
    answered = {"bids": ["FIF7-0001", "FIF7-0002"], "checks": ["solvent"]}
    send(browser, f"{page}/pass", answered, page=page)
    assert [state_of(app, f"FIF7-000{number}") for number in (1, 2)] == ["in_assessment"] * 2
    assert "Two bids go on to assessment." in browser.get(page).text


def test_bids_are_shown_before_they_are_taken_up(begin: Begin) -> None:
    browser = begin(reading.closed_round, 2)
    page = "/office/rounds/FIF7/triage"
    assert TITLE.findall(browser.get(page).text) == ["Idea 1", "Idea 2"]
    for said in ("Two bids are now being checked.", "No bid waited to be taken up"):
        send(browser, f"{page}/take-up", {}, page=page)
        assert said in browser.get(page).text


def test_a_batch_that_still_gathers_bids_is_nobodys_job_yet(
    app: Flask, database: None, count_statements: Counting
) -> None:
    with app.app_context():
        region = made.invent_region()
        call = made.open_round(region, made.install(region, "lcr_ventures"), number=1)
        made.apply(region, call, 1, pence=10_000_000)
        browser = signed_in(app, region.officer.id)
    assert "Nothing waits for you" in browser.get("/office").text
    page = browser.get("/office/rounds/LCRV1/triage").text
    assert "One bid was sent in to a batch that gathers others until" in page
    assert "Take up" not in page
    assert browser.get("/office/rounds/LCRV1").status_code == 200
    with app.app_context():
        made.pass_time(days=30)
        browser = signed_in(app, region.officer.id)
    assert "Take up 1 bid next" in browser.get("/office").text
    with count_statements() as seen:
        assert "The bid that waits" in browser.get("/office/rounds/LCRV1/triage").text
    assert len(seen) <= MOST_STATEMENTS, seen


def test_closing_the_marking_shows_first_where_each_bid_goes(
    begin: Begin, count_statements: Counting
) -> None:
    browser = begin(read, 3)
    page = "/office/rounds/FIF7/moderation/close"
    with count_statements() as seen:
        shown = browser.get(page).text
    assert len(seen) <= MOST_STATEMENTS, seen
    assert "Close the marking of 3 bids?" in shown
    assert (shown.count("At or above the thresholds"), shown.count("Below the thresholds")) == (3, 0)
    for said in ("The marking of three bids is closed.", "No bid was ready to be closed"):
        send(browser, page, {}, page=page)
        assert said in browser.get("/office/rounds/FIF7/moderation").text
    assert "No bid is fully read" in browser.get(page).text


def test_the_home_page_draws_the_round_that_closes_next(
    app: Flask, database: None, count_statements: Counting
) -> None:
    with app.app_context():
        region = made.invent_region()
        call = made.open_round(region, made.install(region))
        made.apply(region, call, 1)
        browser = signed_in(app, region.officer.id)
    browser.get("/office")
    with count_statements() as seen:
        page = browser.get("/office").text
    assert len(seen) <= MOST_STATEMENTS, seen
    assert "1 of the 1 bid begun is sent in" in page
    assert "Round 7 closes in" in page


def test_a_closed_door_says_why(begin: Begin) -> None:
    browser = begin(reading.invited, 1)
    page = browser.get("/office/bids/FIF7-0001").text
    assert "0 of 3 assessments have been submitted." in page
    assert "Assessments still open: 3." in page
    refused = send(browser, "/office/bids/FIF7-0001/close-marking", {}, page="/office/bids/FIF7-0001")
    assert (refused.status_code, "0 of 3 assessments" in refused.text) == (409, True)


def test_a_bid_is_found_ineligible_with_its_reason_and_typed_words_stay(app: Flask, begin: Begin) -> None:
    browser = begin(reading.in_triage, 1)
    page = "/office/bids/FIF7-0001"
    checks = {
        "check_place": "not_met",
        "check_size": "met",
        "check_legal_form": "met",
        "check_solvent": "met",
    }
    refused = send(browser, f"{page}/ineligible", checks, page=page)
    assert (refused.status_code, "A reason has not been given." in refused.text) == (409, True)
    passed = send(browser, f"{page}/pass", {**checks, "reason": "Typed words."}, page=page)
    assert (passed.status_code, "Typed words." in passed.text) == (409, True)
    send(browser, f"{page}/ineligible", {**checks, "reason": "It works elsewhere."}, page=page)
    assert state_of(app, "FIF7-0001") == "ineligible"
    assert "It works elsewhere." in browser.get(page).text


def test_readers_are_proposed_edited_and_invited(app: Flask, begin: Begin) -> None:
    browser = begin(reading.in_assessment, 2)
    page = "/office/rounds/FIF7/assign"
    send(browser, f"{page}/propose", {"most": "2"}, page=page)
    shown = browser.get(page).text
    assert "Six readers are proposed and not yet asked" in shown
    with app.app_context():
        first = db.session.scalars(select(Assessment.id).order_by(Assessment.id)).first()
    send(browser, f"/office/assessments/{first}/remove", {}, page=page)
    send(browser, f"{page}/invite", {}, page=page)
    with app.app_context():
        states = db.session.scalars(select(Assessment.state).order_by(Assessment.id)).all()
    assert states == ["withdrawn", *["invited"] * 5]
    assert "One bid lacks readers" in browser.get(page).text


def test_a_reader_is_chosen_by_hand_once(app: Flask, database: None) -> None:
    with app.app_context():
        given = reading.in_assessment(1)
        browser, person = officer_of(app, given), given.region.assessors[0].id
    page = "/office/rounds/FIF7/assign"
    assert send(browser, f"{page}/add", {}, page=page).status_code == 400
    choice = {"bid": "FIF7-0001", "assessor": str(person)}
    assert send(browser, f"{page}/add", choice, page=page).status_code == 302
    again = send(browser, f"{page}/add", choice, page=page)
    assert (again.status_code, "has been asked to read this bid before" in again.text) == (409, True)


def test_the_ranked_list_draws_the_line_where_the_money_ends(app: Flask, database: None) -> None:
    with app.app_context():
        given = ranked(5)
        with transaction():
            for budget in given.call.budgets:
                budget.amount_pence = 12_000_000
            paid_from = financial_year_name(approvals.year_of(given.bids[0]))
        browser = officer_of(app, given)
    page = browser.get("/office/rounds/FIF7/ranked").text
    assert "Two bids fit within the budget" in page
    assert "£100,000 of £240,000 used" in page
    assert f"£20,000 left for {paid_from}: not enough for rank 3 (£50,000)" in page
    assert "Did not reach the threshold of 60" in page
    assert page.index("Idea 2") < page.index("Funding line") < page.index("Idea 3") < page.index("Idea 4")


def test_files_come_whole_to_somebody_whose_session_is_noted_on_the_way(app: Flask, begin: Begin) -> None:
    browser = begin(ranked, 2)
    for address in ("/office/bids.csv", "/office/rounds/FIF7/ranked.csv"):
        with app.app_context(), transaction():
            db.session.execute(update(LoginSession).values(last_seen_at=LoginSession.last_seen_at - MINUTES))
        assert len(list(csv.reader(io.StringIO(browser.get(address).text)))) == 3


def test_the_csv_of_bids_is_the_list_and_cannot_run_formulas(app: Flask, database: None) -> None:
    with app.app_context():
        given = ranked(2)
        with transaction():
            given.bids[0].title = '=HYPERLINK("http://evil.example")'
            given.bids[1].organisation.name = "  @SUM(A1)"
        browser = officer_of(app, given)
    answer = browser.get("/office/bids.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bids.csv"'
    assert [row[0] for row in rows] == ["Reference", "FIF7-0002", "FIF7-0001"]
    assert rows[2][1] == '\'=HYPERLINK("http://evil.example")'
    assert rows[1][2] == "'  @SUM(A1)"
    assert (rows[2][7], rows[2][8]) == ("50000.00", "100.000000")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u00a0@", "＝", "  \t-"])
def test_every_formula_starter_is_defused(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


def test_plain_cells_are_left_alone() -> None:
    assert [harmless(cell) for cell in ("Tide - sensors", -5, None, "")] == ["Tide - sensors", "-5", "", ""]


def test_an_officer_who_still_has_to_mark_a_bid_sees_nobody_elses_score(app: Flask, database: None) -> None:
    with app.app_context():
        given = reading.invited(1)
        first, second, third = reading.readings(given.bids[0])
        reading.submitted(first, 5)
        reading.submitted(second, 4)
        with transaction():
            db.session.add(
                RoleGrant(person_id=third.assessor_id, role="officer", granted_at=given.bids[0].created_at)
            )
        browser, number = signed_in(app, third.assessor_id), third.id
    page = browser.get("/office/bids/FIF7-0001").text
    assert "You are still to mark this bid yourself" in page
    assert "100.0" not in page
    assert "Because it says so." not in page
    with app.app_context():
        mine = db.session.get_one(Assessment, number)
        reading.submitted(mine, 3)
    assert "100.0" in browser.get("/office/bids/FIF7-0001").text


def test_search_finds_by_reference_organisation_and_words_of_the_title(begin: Begin) -> None:
    browser = begin(reading.closed_round, 12)
    for text, found in (
        ("fif7-0003", ["Idea 3"]), ("FIRM 11", ["Idea 11"]), ("idea 7", ["Idea 7"]), ("7", ["Idea 7"]),
        ("zebra", []), ("%", []), ("_", []), ("fif7-001", ["Idea 12", "Idea 11", "Idea 10"]),
    ):  # fmt: skip
        page = browser.get("/office/bids", query_string={"q": text}).text
        assert TITLE.findall(page) == found, text


def test_pages_go_forward_and_back_without_gaps(app: Flask, begin: Begin) -> None:
    browser = begin(many_sent, 120)
    address, seen = "/office/bids", []
    for _ in range(3):
        page = browser.get(address).text
        seen.append(REFERENCE.findall(page))
        address = next_page(page)
    assert [len(page) for page in seen] == [50, 50, 21]
    everything = [each for page in seen for each in page]
    assert everything == sorted(everything, reverse=True)
    assert address == ""
    back = browser.get("/office/bids", query_string={"before": 0})
    assert REFERENCE.findall(back.text)[-1] == everything[-1]


def test_what_waits_to_be_taken_up_takes_six_statements_however_many_bids(
    begin: Begin, count_statements: Counting
) -> None:
    browser = begin(many_sent, 2_000)
    browser.get("/office/rounds/FIF7/triage")
    with count_statements() as seen:
        answer = browser.get("/office/rounds/FIF7/triage")
    assert "The first 100 are shown; all of them are taken up." in answer.text
    assert len(seen) <= MOST_STATEMENTS, seen


@pytest.mark.parametrize("bids", [100, 2_000])
def test_lists_take_six_statements_however_many_bids(
    begin: Begin, count_statements: Counting, bids: int
) -> None:
    browser = begin(many_read, bids)
    for page in (*PAGES, "/office/bids?q=idea", "/office/bids?round=FIF7&state=in_assessment"):
        browser.get(page)
        with count_statements() as seen:
            answer = browser.get(page)
        assert answer.status_code == 200, page
        assert len(seen) <= MOST_STATEMENTS, (page, seen)
        assert len(answer.data) <= 100_000, page


def test_a_bid_with_its_assessments_takes_eight_statements(begin: Begin, count_statements: Counting) -> None:
    browser = begin(ranked, 1)
    browser.get("/office/bids/FIF7-0001")
    with count_statements() as seen:
        assert browser.get("/office/bids/FIF7-0001").status_code == 200
    assert len(seen) <= MOST_STATEMENTS + 2, seen


HOSTILE = ("'", "<script>alert(1)</script>", "%' OR 1=1 --", "\\", ":*&|!()", "é" * 5_000, str(9**40), "-1")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_is_answered_not_obeyed(app: Flask, begin: Begin, text: str) -> None:
    browser = begin(reading.in_triage, 1)
    for name in ("q", "round", "state", "after", "before"):
        for page in ("/office/bids", "/office/bids.csv", "/office/rounds/FIF7/triage"):
            answer = browser.get(page, query_string={name: text})
            assert answer.status_code in {200, 404}, (page, name)
            assert "<script>alert(1)" not in answer.text
    token = token_in(browser.get("/office/bids/FIF7-0001").text)
    fields = {"csrf_token": token, "reason": text, "bids": text[:9], "most": "x", "check_place": text[:20]}
    for path in (
        "bids/FIF7-0001/pass", "bids/FIF7-0001/ineligible", "bids/FIF7-0001/settle", "rounds/FIF7/assign/add",
        "rounds/FIF7/triage/pass", "rounds/FIF7/assign/propose", "assessments/1/withdraw",
    ):  # fmt: skip
        answer = browser.post(f"/office/{path}", data=fields)
        assert answer.status_code in {302, 400, 404, 409}, (path, answer.status_code)
    assert state_of(app, "FIF7-0001") == "in_triage"


def next_page(page: str) -> str:
    """Where the link to older bids leads."""
    found = page.partition("govuk-pagination__next")[2].partition('href="')[2].partition('"')[0]
    return found.replace("&amp;", "&")


def many(given: Reading, count: int) -> Reading:
    """So many more bids of the same round, written straight into the tables."""
    one = given.bids[0]
    with transaction():
        firm = Organisation(name="Quay Works", name_key="quay works", created_at=one.created_at)
        db.session.add(firm)
        db.session.flush()
        kept = {column.key for column in Application.__table__.columns} - {"id", "number", "reference"}
        same = {key: getattr(one, key) for key in kept} | {"organisation_id": firm.id}
        numbers = range(1_000, 1_000 + count)
        rows = [{**same, "number": number, "reference": f"FIF7-{number:04}"} for number in numbers]
        db.session.execute(insert(Application), rows)
    return given
