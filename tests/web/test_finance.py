"""Finance's pages: from a claim to the bank by people apart, every number with its postings."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.events import Event
from fundapp.models.organisations import Organisation
from fundapp.services import claims
from fundapp.transaction import transaction
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories.region import Region
from tests.stages import Stages, after
from tests.web.browsing import send, signed_in, somebody
from workflows.actors import Role

Statements = Callable[[], AbstractContextManager[list[str]]]
LISTS = (
    "/finance",
    "/finance/awards",
    "/finance/claims",
    "/finance/claims?state=submitted",
    "/finance/runs",
    "/finance/bank",
    "/finance/ledger",
)


@dataclass(frozen=True)
class Office:
    """A live award with one claim sent in, and the browsers of everybody who deals with it."""

    award: str
    bid: str
    claim: int
    lead: FlaskClient
    officer: FlaskClient
    finance: list[FlaskClient]


@after(factory.one_live)
def one_claim_sent_in(region: Region) -> Region:
    """A live award with one claim of two bills."""
    (award,) = factory.every_award()
    bills = [factory.cost(award, 1_000_000, 1), factory.cost(award, 200_000, 2)]
    claims.submit(factory.claims_of(award)[0], bills, region.applicants[0])
    outbox.work_off()
    return region


@pytest.fixture
def office(app: Flask, stages: Stages) -> Office:
    with app.app_context():
        region, (award,) = factory.reached(stages, one_claim_sent_in)
        names = (award.reference, award.application.reference, factory.claims_of(award)[0].id)
        finance = [person.id for person in region.finance]
        lead, officer = region.applicants[0].id, region.officer.id
    browsers = [signed_in(app, person_id) for person_id in finance]
    return Office(*names, signed_in(app, lead), signed_in(app, officer), browsers)


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def press(browser: FlaskClient, address: str, page: str, **data: str) -> str:
    """Press a button and read the page it leads to."""
    answer = send(browser, address, data, page=page)
    assert answer.status_code == 302, said(answer.text)
    return said(browser.get(answer.location).text)


def check_form(first: str = "10,000.00", second: str = "2,000.00", reason: str = "") -> dict[str, str]:
    return {"approved_1": first, "reason_1": "", "approved_2": second, "reason_2": reason}


def test_a_claim_goes_from_sent_in_to_the_banks_word(app: Flask, office: Office) -> None:
    first, second, third, fourth = office.finance
    page = f"/finance/claims/{office.claim}"
    shown = said(first.get(page).text)
    assert "Claim 1: £12,000.00 of cost to check" in shown

    short = send(first, f"{page}/check", check_form(second="1,500"), page=page)
    assert short.status_code == 409
    assert "Line 2 is reduced without a reason." in said(short.text)
    assert 'value="1,500"' in short.text
    much = send(first, f"{page}/check", check_form(second="2,000.01"), page=page)
    assert (much.status_code, "Enter at most £2,000" in said(much.text)) == (400, True)
    checked = press(
        first, f"{page}/check", page, **check_form(second="1,500", reason="Half is for another job.")
    )
    assert "£5,175.00 payable on claim 1" in checked
    assert "Half is for another job." in checked

    assert "This needs somebody else: the same person already checked this claim." in said(
        first.get(page).text
    )
    assert send(first, f"{page}/approve", {}, page=page).status_code == 409
    approved = press(second, f"{page}/approve", page)
    assert "It waits for a payment run." in approved
    assert "One claim waits, none past our promise" in said(third.get("/finance").text)
    assert "1 of 1 claims waits for us" in said(third.get("/finance/claims").text)

    runs = "/finance/runs"
    refused = send(third, runs, {"claims": str(office.claim)}, page=runs)
    assert refused.status_code == 409
    assert f"{office.award}, claim 1: The bank details are not verified." in said(refused.text)

    bank = f"/bids/{office.bid}/bank"
    details = {"account_name": "Firm 1 Ltd", "sort_code": "00-00-00", "account_number": "0000 0001"}
    press(office.lead, bank, bank, **details)
    account = "/finance/bank/1"
    assert "00-00-00" in third.get(account).text
    assert 'href="/finance/bank"' in third.get("/finance").text
    assert 'href="/finance/bank"' not in somebody(app, Role.AUDITOR).get("/finance").text
    assert "checked by you; one more person is needed" in press(third, f"{account}/verify", account)
    assert send(third, f"{account}/verify", {}, page=account).status_code == 409
    assert "Two people have verified these details" in press(fourth, f"{account}/verify", account)
    award = f"/finance/awards/{office.award}"
    press(office.officer, f"{award}/conditions/1", award)

    assert "Run 1 is prepared." in press(third, runs, runs, claims=str(office.claim))
    run = "/finance/runs/1"
    same = send(third, f"{run}/approve", {}, page=run)
    assert (same.status_code, "somebody else" in said(same.text)) == (409, True)
    press(fourth, f"{run}/approve", run)
    press(third, f"{run}/export", run)
    file = third.get(f"{run}/bank-file.csv")
    rows = list(csv.reader(io.StringIO(file.text)))
    assert rows[1] == [f"R1-{office.claim}", "Firm 1 Ltd", "000000", "00000001", "5175.00", office.award]

    unanswered = send(third, f"{run}/confirm", {"on": ["5", "1", "2027"]}, page=run)
    assert (unanswered.status_code, f"Say what became of R1-{office.claim}" in said(unanswered.text)) == (
        400,
        True,
    )
    ahead = send(third, f"{run}/confirm", {"answer_1": "paid", "on": ["5", "1", "2199"]}, page=run)
    assert (ahead.status_code, "cannot be of a day to come" in said(ahead.text)) == (400, True)
    answered = send(third, f"{run}/confirm", {"answer_1": "paid", "on": ["5", "1", "2027"]}, page=run)
    assert answered.status_code == 302
    with app.app_context():
        outbox.work_off()
    home = said(third.get("/finance").text)
    assert "Ledger: paid £5,175.00 = equals Claims paid £5,175.00 = equals Bank says paid £5,175.00" in home
    assert "They agree" in home
    assert "Contracted so far" in home
    assert [each in home for each in ("To be accepted", "To be claimed", "To be paid")] == [True] * 3
    assert "£5,175.00 paid on claim 1" in said(first.get(page).text)


def test_a_claim_can_be_asked_about_and_rejected(app: Flask, office: Office) -> None:
    first, second = office.finance[:2]
    page = f"/finance/claims/{office.claim}"
    empty = send(first, f"{page}/query", {"question": " "}, page=page)
    assert (empty.status_code, "Write the question the organisation will read" in said(empty.text)) == (
        400,
        True,
    )
    press(first, f"{page}/query", page, question="What was bill 2 for?")
    own = f"/bids/{office.bid}/claims/1"
    asked = said(office.lead.get(own).text)
    assert "We asked: What was bill 2 for?" in asked
    form = dict(inputs(office.lead.get(own).text))
    answer = send(office.lead, own, form | {"send": "yes"})
    assert answer.status_code == 302
    press(first, f"{page}/check", page, **check_form())
    no_reason = send(second, f"{page}/reject", {"reason": ""}, page=page)
    assert no_reason.status_code == 400
    assert "Claim 1 was rejected" in press(
        second, f"{page}/reject", page, reason="The bills are another firm’s."
    )
    assert "We did not pay claim 1" in said(office.lead.get(own).text)


def inputs(page: str) -> list[tuple[str, object]]:
    """What the form of a page would send as it stands."""
    found: dict[str, list[str]] = {}
    soup = BeautifulSoup(page, "html.parser")
    for box in soup.select("main form input[name]"):
        kind = box.get("type")
        if kind in ("radio", "checkbox") and not box.has_attr("checked"):
            continue
        found.setdefault(str(box["name"]), []).append(str(box.get("value", "")))
    for choice in soup.select("main form select[name]"):
        chosen = choice.select_one("option[selected]") or choice.select_one("option")
        found.setdefault(str(choice["name"]), []).append(str(chosen["value"]) if chosen else "")
    found.pop("csrf_token", None)
    return [(name, values if len(values) > 1 else values[0]) for name, values in found.items()]


def test_finance_pages_are_for_finance(app: Flask, office: Office) -> None:
    pages = [
        *LISTS,
        f"/finance/awards/{office.award}",
        f"/finance/claims/{office.claim}",
        "/finance/ledger.csv",
    ]
    for role in (Role.APPLICANT, Role.ASSESSOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR):
        browser = somebody(app, role)
        assert {browser.get(page).status_code for page in pages} == {404}, role
    decider = somebody(app, Role.DECIDER)
    opened = [page for page in pages if decider.get(page).status_code != 404]
    assert opened == ["/finance/awards", f"/finance/awards/{office.award}"]
    assert {office.lead.get(page).status_code for page in pages} == {404}
    assert {office.finance[0].get(page).status_code for page in pages} == {200}
    auditor = somebody(app, Role.AUDITOR)
    assert [auditor.get(page).status_code for page in pages] == [
        200,
        200,
        200,
        200,
        200,
        404,
        200,
        200,
        200,
        200,
    ]
    assert office.officer.get("/finance").status_code == 404
    assert office.officer.get(f"/finance/awards/{office.award}").status_code == 200
    for action in ("approve", "reject"):
        page = f"/finance/claims/{office.claim}"
        assert send(office.officer, f"{page}/{action}", {"reason": "No"}, page=page).status_code == 403


def test_only_an_officer_starts_a_project_and_meets_conditions(app: Flask, stages: Stages) -> None:
    with app.app_context():
        region, (award,) = factory.reached(stages, factory.one_accepted)
        page = f"/finance/awards/{award.reference}"
        ids = (region.finance[0].id, region.officer.id)
    finance, officer = (signed_in(app, person_id) for person_id in ids)
    assert "Start the project" not in finance.get(page).text
    assert send(finance, f"{page}/start", {}, page="/finance").status_code == 403
    assert "The project has started, and its claims are open." in press(officer, f"{page}/start", page)
    assert send(officer, f"{page}/start", {}, page=page).status_code == 409
    assert "Condition 1 is met." in press(officer, f"{page}/conditions/1", page)
    assert send(officer, f"{page}/conditions/99", {}, page=page).status_code == 302


def many(app: Flask, office: Office, count: int) -> None:
    """So many awards more, each with bid, organisation and claim, straight into the tables."""
    with app.app_context(), transaction():
        for statement in CLONES:
            db.session.execute(text(statement), {"count": count, "claim": office.claim})


def _clone(table: str, model: type, changed: dict[str, str], source: str) -> str:
    columns = [column.name for column in model.__table__.columns]  # type: ignore[attr-defined]
    values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {values}"
        f" FROM {table} t, generate_series(1, :count) n WHERE {source} AND :claim > 0"
    )


CLONES = [
    _clone(
        "organisations", Organisation,
        {"id": "900000 + n", "company_number": "'ZY' || lpad(n::text, 6, '0')", "name": "'Firm ' || n"},
        "t.id = 1",
    ),
    _clone(
        "applications", Application,
        {
            "id": "900000 + n", "organisation_id": "900000 + n", "number": "900000 + n",
            "reference": "'X-' || n", "bid_ref": "NULL",
        },
        "t.id = 1",
    ),
    _clone(
        "awards", Award,
        {"id": "900000 + n", "application_id": "900000 + n", "reference": "'X-' || n || '-A'"}, "t.id = 1",
    ),
    _clone("claims", Claim, {"id": "900000 + n", "award_id": "900000 + n"}, "t.id = 1"),
]  # fmt: skip


def test_lists_ask_few_questions_however_long_they_are(
    app: Flask, office: Office, count_statements: Statements
) -> None:
    def counts() -> dict[str, int]:
        found = {}
        for page in LISTS:
            office.finance[0].get(page)
            with count_statements() as statements:
                assert office.finance[0].get(page).status_code == 200
            found[page] = len(statements)
        return found

    few = counts()
    many(app, office, 300)
    assert counts() == few
    assert max(few.values()) <= 6, few
    home = said(office.finance[0].get("/finance").text)
    assert "301 claims" in home


def test_every_award_and_entry_is_reached_page_by_page_and_in_the_file(app: Flask, office: Office) -> None:
    many(app, office, 120)
    browser, page, seen = office.finance[0], "/finance/awards", []
    while page:
        html = browser.get(page).text
        seen += re.findall(r"/finance/awards/([A-Z0-9-]+-A)\"", html)
        found = re.search(r'href="([^"]+)"[^>]*rel="next"', html)
        page = found[1].replace("&amp;", "&") if found else ""
    rows = list(csv.reader(io.StringIO(browser.get("/finance/awards.csv").text)))
    assert [row[0] for row in rows[1:]] == seen
    assert len(seen) == len(set(seen)) == 121

    entries = list(csv.reader(io.StringIO(browser.get(f"/finance/ledger.csv?award={office.award}").text)))
    assert {row[8] for row in entries[1:]} == {office.award}
    assert sum(round(float(row[9]) * 100) for row in entries[1:]) == 0
    shown = said(browser.get(f"/finance/ledger?award={office.award}").text)
    assert f"The postings of {office.award}" in shown
    for odd in ("?after=x", "?account=king", "?award=none", "?after=" + "9" * 30):
        assert browser.get(f"/finance/ledger{odd}").status_code == 200


def test_bad_input_is_answered_in_words(app: Flask, office: Office) -> None:
    browser, page = office.finance[0], f"/finance/claims/{office.claim}"
    for form in (
        {},
        {"approved_1": "lots"},
        {"approved_1": "-5", "approved_2": "1"},
        check_form(first="1e9"),
    ):
        answer = send(browser, f"{page}/check", form, page=page)
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    for claims_chosen in ([], ["999"], ["x"], ["1", "1", "999999999999999999999"]):
        answer = send(browser, "/finance/runs", {"claims": claims_chosen})
        assert answer.status_code == 400
    assert browser.get("/finance/runs/999").status_code == 404
    assert browser.get("/finance/claims/999999").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(PaymentRun)).all() == []
        assert db.session.scalars(select(PaymentLine)).all() == []
        steps = select(Event.action).where(Event.case_kind == "claim", Event.case_id == office.claim)
        assert list(db.session.scalars(steps.order_by(Event.id))) == ["open", "submit"]


BANK = {"account_name": "Firm 1 Ltd", "sort_code": "00-00-00", "account_number": "0000 0001"}


WRONG = [
    ({"sort_code": "12345"}, "Enter the 6 digits"),
    ({"account_number": "1234567"}, "Enter the 8 digits"),
    ({"account_number": "٠٠٠٠٠٠٠١"}, "Enter the 8 digits"),
    ({"account_name": "=cmd|' /C calc'!A0"}, "Use letters, digits and"),
    ({"account_name": ""}, "Enter the name on the account"),
]


def test_bank_details_that_cannot_be_are_refused(app: Flask, office: Office) -> None:
    page = f"/bids/{office.bid}/bank"
    for changed, wanted in WRONG:
        answer = send(office.lead, page, BANK | changed)
        assert (answer.status_code, wanted in said(answer.text)) == (400, True), changed
    with app.app_context():
        assert db.session.scalars(select(BankAccount)).all() == []
