"""The board's pages: what a member sees and may press, what who left does not see, what the chair records."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.people import Person
from fundapp.services import approvals, board
from fundapp.transaction import transaction
from tests.factories import meetings, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from workflows.rules.schedule import financial_year_name

Statements = Callable[[], AbstractContextManager[list[str]]]


def two_bids() -> Region:
    """A meeting in session on two bids, the first of which is carried."""
    made = region.invent_region()
    call = region.open_round(made, region.install(made))
    meeting = meetings.in_session(made, call, meetings.assessed(made, call, [5, 4]))
    meetings.carry(made, meeting.items[0])
    return made


@pytest.fixture
def here(stages: Stages) -> Region:
    """The region in which that meeting sits."""
    return stages.at("two_bids", two_bids)


def browser(app: Flask, person: Person) -> FlaskClient:
    return signed_in(app, person.id)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


ITEM_1, ITEM_2 = "/board/meetings/1/items/1", "/board/meetings/1/items/2"
OUTCOME = {"outcome": "approve", "amount": "50,000", "reason": "The need is clear."}


def test_a_member_votes_once_in_one_press(app: Flask, here: Region) -> None:
    member = browser(app, here.members[0])
    page = member.get(ITEM_2).text
    assert "Vote for" in page
    answer = send(member, f"{ITEM_2}/vote", {"choice": "for"}, page=ITEM_2)
    assert (answer.status_code, answer.location) == (302, ITEM_2)
    shown = text_of(member.get(ITEM_2).text)
    assert "Your vote for is counted." in shown
    assert "1 for 0 against 6 still to vote" in shown
    assert "You voted for." in shown
    again = send(member, f"{ITEM_2}/vote", {"choice": "against"}, page=ITEM_2)
    assert again.status_code == 409
    assert "You have voted on this item. A vote is cast once." in text_of(again.text)


def test_a_vote_that_is_none_is_a_sentence(app: Flask, here: Region) -> None:
    member = browser(app, here.members[0])
    for choice in ("", "maybe"):
        answer = send(member, f"{ITEM_2}/vote", {"choice": choice}, page=ITEM_2)
        assert answer.status_code == 400
        assert "Choose for, against or abstain" in answer.text


def test_an_interest_in_one_press_takes_the_papers_away(app: Flask, here: Region) -> None:
    member = browser(app, here.members[0])
    assert member.get(f"{ITEM_1}/papers").status_code == 200
    answer = send(member, f"{ITEM_1}/interest", {}, page=ITEM_1)
    assert answer.status_code == 302
    left = member.get(ITEM_1)
    shown = text_of(left.text)
    assert left.status_code == 200
    assert "You left the room for this item" in shown
    for secret in ("A summary everybody may read.", "£50,000", "100.0", "Vote for"):
        assert secret not in shown
    assert member.get(f"{ITEM_1}/papers").status_code == 404
    assert "You left the room" in text_of(member.get("/board/meetings/1").text)
    with app.app_context():
        declared = db.session.scalars(select(MeetingItem).where(MeetingItem.position == 1)).one().declarations
        assert [(each.nature, each.leaves) for each in declared] == [
            ("Declared in the meeting, not described", True)
        ]


def test_who_declares_and_stays_keeps_the_papers(app: Flask, here: Region) -> None:
    member = browser(app, here.members[0])
    send(member, f"{ITEM_2}/interest", {"nature": "Met the founder", "stays": "yes"}, page=ITEM_2)
    shown = text_of(member.get(ITEM_2).text)
    assert "Met the founder" in shown
    assert "Noted, stays" in shown
    assert "You declared one interest" in member.get("/board/interests").text


def test_the_chair_records_an_outcome_and_it_holds_its_money(app: Flask, here: Region) -> None:
    chair = browser(app, here.chair)
    conditions = {
        "before": "Show your match.\n\nName the test house.",
        "before_by": ["30", "4", "2027"],
        "after": "Report.",
    }
    answer = send(chair, f"{ITEM_1}/outcome", OUTCOME | conditions, page=ITEM_1)
    assert answer.status_code == 302
    assert "Held by this meeting £50,000" in text_of(chair.get(ITEM_1).text)
    with app.app_context():
        item = db.session.scalars(select(MeetingItem).where(MeetingItem.position == 1)).one()
        assert (item.outcome, item.amount_pence, item.reason) == ("approve", 5_000_000, "The need is clear.")
        first = "Before the first payment"
        assert item.conditions == [
            {"moment": first, "text": "Show your match.", "due_on": "2027-04-30", "before_payment": True},
            {"moment": first, "text": "Name the test house.", "due_on": "2027-04-30", "before_payment": True},
            {"moment": "At the end", "text": "Report."},
        ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": ""}, "Choose what the meeting decided"),
        ({"amount": ""}, "Enter the amount the meeting approved"),
        ({"amount": "lots"}, "amount"),
        ({"reason": " "}, "Write the board’s reason in a sentence"),
        ({"before": "word " * 400}, "Keep each condition to 1,000 characters"),
        ({"during": "a condition\n" * 41}, "Keep to 40 conditions in all"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_is_kept(
    app: Flask, here: Region, change: dict[str, str], said: str
) -> None:
    chair = browser(app, here.chair)
    answer = send(chair, f"{ITEM_1}/outcome", OUTCOME | {"after": "Kept."} | change, page=ITEM_1)
    assert answer.status_code == 400
    page = BeautifulSoup(answer.text, "html.parser")
    assert said in text_of(str(page.find(class_="govuk-error-summary")))
    assert page.find(class_="govuk-error-message") is not None
    assert [box.text.strip() for box in page.find_all(id="after")] == ["Kept."]


def test_an_outcome_no_vote_carried_or_no_budget_covers_is_refused_with_its_reason(
    app: Flask, here: Region
) -> None:
    chair = browser(app, here.chair)
    answer = send(chair, f"{ITEM_2}/outcome", OUTCOME, page=ITEM_2)
    assert answer.status_code == 409
    assert "0 for, 0 against, 0 abstained: not carried. Vote again, or defer." in text_of(answer.text)
    answer = send(chair, f"{ITEM_1}/outcome", OUTCOME | {"amount": "50,000.01"}, page=ITEM_1)
    assert answer.status_code == 409
    assert "no more than the bid asks for" in text_of(answer.text)


def test_only_the_chair_records_and_only_members_vote(app: Flask, here: Region) -> None:
    for person, open_doors in ((here.members[0], 200), (here.officer, 200), (here.decider, 404)):
        someone = browser(app, person)
        assert someone.get(ITEM_1).status_code == open_doors
        token = someone.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = someone.post(f"{ITEM_1}/outcome", data=OUTCOME | {"csrf_token": token})
        assert answer.status_code == (403 if open_doors == 200 else 404)
    officer = browser(app, here.officer)
    assert "Vote for" not in officer.get(ITEM_2).text
    assert "Declare an interest" not in officer.get(ITEM_2).text


def test_closing_lists_its_consequences_and_needs_every_item(app: Flask, here: Region) -> None:
    officer = browser(app, here.officer)
    shown = text_of(officer.get("/board/meetings/1/close").text)
    assert "2 items have no outcome yet." in shown
    with app.app_context():
        items = list(db.session.scalars(select(MeetingItem).order_by(MeetingItem.position)))
        meetings.record(here, items[0])
        meetings.record(here, meetings.carry(here, items[1]), "decline")
    shown = text_of(officer.get("/board/meetings/1/close").text)
    assert "1 approved: £50,000" in shown
    assert "1 declined" in shown
    answer = send(officer, "/board/meetings/1/close", {})
    assert (answer.status_code, answer.location) == (302, "/board/meetings/1")
    with app.app_context():
        assert db.session.scalars(select(Meeting.state)).one() == "closed"
    again = officer.post(
        "/board/meetings/1/close",
        data={"csrf_token": officer.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]},
    )
    assert again.status_code == 409


def test_the_minutes_write_themselves_and_the_chair_signs(app: Flask, here: Region) -> None:
    member = here.members[0]
    with app.app_context():
        items = list(db.session.scalars(select(MeetingItem).order_by(MeetingItem.position)))
        person = db.session.get_one(Person, member.id)
        board.declare_interest(items[0], "Holds shares", True, person)
        meetings.record(here, items[0])
        meetings.record(here, items[1], "defer")
        board.close(items[0].meeting, here.officer)
    chair = browser(app, here.chair)
    shown = text_of(chair.get("/board/meetings/1/minutes").text)
    assert "Member A declared an interest (Holds shares) and left the room" in shown
    assert "6 for, 0 against, 0 abstained: carried. Approved, £50,000.00. The need is clearly shown." in shown
    assert "Deferred." in shown
    own = text_of(browser(app, member).get("/board/meetings/1/minutes").text)
    assert "You left the room for this item. It was approved." in own
    assert "The need is clearly shown." not in own.partition("2. ")[0]
    send(chair, "/board/meetings/1/sign", {}, page="/board/meetings/1/minutes")
    assert "Signed as true by Howell Strand" in text_of(chair.get("/board/meetings/1/minutes").text)


def test_an_officer_plans_a_meeting_on_the_ranked_list(app: Flask, here: Region) -> None:
    with app.app_context():
        call = region.open_round(here, db.session.get_one(Meeting, 1).round.fund, number=8)
        meetings.assessed(here, call, [5, 1], first=11)
    officer = browser(app, here.officer)
    address = "/office/rounds/FIF8/meeting"
    page = officer.get(address).text
    assert text_of(page).count("FIF8-000") == 4
    everybody = [str(person.id) for person in here.board]
    form = {
        "title": "Spring panel", "day": ["11", "2", "2029"], "time": "10.30am", "quorum": "5",
        "members": everybody, "chair": str(here.chair.id), "bids": ["FIF8-0001"],
    }  # fmt: skip
    for wrong, said in (
        ({"day": ["30", "2", "2029"]}, "There is no such day"),
        ({"day": ["1", "1", "2020"]}, "This moment has passed"),
        ({"day": ["25", "3", "2029"], "time": "01:30"}, "does not exist: the clocks go forward"),
        ({"time": "noonish"}, "Enter a time of day"),
        ({"quorum": "8"}, "can never be reached"),
        ({"bids": []}, "Tick at least one bid"),
        (
            {"bids": ["FIF7-0001"]},
            "Something you chose is gone: choose from what the page shows now",
        ),
    ):
        answer = send(officer, address, form | wrong)
        assert answer.status_code == 400
        assert said in text_of(answer.text)
        assert "Spring panel" in answer.text
    answer = send(officer, address, form)
    assert (answer.status_code, answer.location) == (302, "/board/meetings/2")
    send(officer, "/board/meetings/2/papers", {}, page="/board/meetings/2")
    with app.app_context():
        planned = db.session.get_one(Meeting, 2)
        assert (planned.state, planned.meets_at.isoformat()) == ("papers_issued", "2029-02-11T10:30:00+00:00")
        assert [item.application.reference for item in planned.items] == ["FIF8-0001"]


def test_a_meeting_opens_with_the_members_who_are_there(app: Flask, here: Region) -> None:
    with app.app_context():
        call = region.open_round(here, db.session.get_one(Meeting, 1).round.fund, number=8)
        meeting = meetings.plan(here, call, meetings.assessed(here, call, [5], first=11))
        board.issue_papers(meeting, here.officer)
    chair = browser(app, here.chair)
    seats = [str(person.id) for person in here.board]
    few = send(chair, "/board/meetings/2/open", {"present": seats[:4]}, page="/board/meetings/2")
    assert (few.status_code, "4 members are present; 5 are needed." in few.text) == (409, True)
    nobody = {"present": [str(here.officer.id)]}
    stranger = send(chair, "/board/meetings/2/open", nobody, page="/board/meetings/2")
    assert stranger.status_code == 400
    opened = send(chair, "/board/meetings/2/open", {"present": seats[:6]}, page="/board/meetings/2")
    assert opened.status_code == 302
    assert "6 of 7 members present" in text_of(chair.get("/board/meetings/2").text)


@pytest.mark.parametrize(
    "address", ["/board", "/board/meetings/1", "/board/interests", "/office/rounds/FIF7/meeting"]
)
def test_lists_take_few_statements(
    app: Flask, here: Region, count_statements: Statements, address: str
) -> None:
    reader = browser(app, here.officer if address.startswith("/office") else here.chair)
    reader.get(address)
    with count_statements() as statements:
        assert reader.get(address).status_code == 200
    assert len(statements) <= 6, statements


def test_nobody_else_sees_a_meeting(app: Flask, here: Region) -> None:
    for person in (here.applicants[0], here.assessors[0], here.decider, here.finance[0]):
        stranger = browser(app, person)
        for page in ("/board", "/board/meetings/1", ITEM_1, f"{ITEM_1}/papers", "/board/meetings/1/minutes"):
            assert stranger.get(page).status_code == 404, (person.name, page)
    assert app.test_client().get("/board").status_code == 302


def test_the_funding_line_stands_where_the_money_of_the_year_that_pays_runs_out(
    app: Flask, here: Region
) -> None:
    with app.app_context(), transaction():
        item = db.session.scalars(select(MeetingItem).where(MeetingItem.position == 1)).one()
        year = approvals.year_of(item.application)
        for budget in item.meeting.round.budgets:
            budget.amount_pence = 6_000_000 if budget.financial_year == year else 80_000_000
    chair = browser(app, here.chair)
    name = financial_year_name(year)
    page = text_of(chair.get("/board/meetings/1").text)
    assert f"The money of {name} runs out here" in page
    assert "£10,000 left: not enough for item 2 (£50,000)" in page
    send(chair, f"{ITEM_1}/outcome", OUTCOME, page=ITEM_1)
    page = text_of(chair.get("/board/meetings/1").text)
    assert "£10,000 left: not enough for item 2 (£50,000)" in page
    send(chair, f"{ITEM_1}/outcome", OUTCOME | {"outcome": "decline"}, page=ITEM_1)
    assert "runs out here" not in chair.get("/board/meetings/1").text
