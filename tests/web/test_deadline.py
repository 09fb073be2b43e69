"""The office moves a close: its page, what everybody reads, and what the service's own record proposes."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.health import ServiceMinute
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.queries import outages
from fundapp.services import extending, proposing, service_minutes
from fundapp.transaction import transaction
from fundapp.web import pulse
from tests.factories import bids, people, rounds
from tests.factories.outbox import work_off
from tests.factories.rounds import CLOSES
from tests.web.browsing import send, signed_in
from workflows.rules.outages import SLOW

PAGE, ONE = "/office/rounds/FIF7/deadline", "/office/rounds/FIF7/deadline/one"
WHY = "The service could not be reached for an hour."
LATER = {"day": ["18", "12", "2026"], "time": "17:00", "reason": WHY}
MINUTE = timedelta(minutes=1)
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def officer(app: Flask, database: None) -> FlaskClient:
    """The officer's browser; the round is open and somebody has a draft in it."""
    with app.app_context():
        rounds.begin_demo()
        who = people.officer()
        call = rounds.open_round(who)
        lead = people.applicant()
        bids.draft(call, lead, bids.firm(lead))
        return signed_in(app, who.id)


def reasons(page: str) -> list[str]:
    soup = BeautifulSoup(page, "html.parser")
    return [item.get_text(strip=True) for item in soup.select(".govuk-error-summary li")]


def closes(app: Flask) -> datetime | None:
    with app.app_context():
        return db.session.scalars(select(Round.closes_at)).one()


def keep(app: Flask, minutes: Sequence[datetime], answers: int = 0, failed: int = 0) -> None:
    """Put minutes on record, named by the round's own clock, which runs ahead of the machine's."""
    with app.app_context(), transaction():
        ahead = db.session.scalar(text("SELECT fundapp_now() - now()"))
        rows = [ServiceMinute(at=each - ahead, answers=answers, slow=0, failed=failed) for each in minutes]
        db.session.add_all(rows)


def test_a_close_is_moved_for_everybody_and_everybody_reads_why(app: Flask, officer: FlaskClient) -> None:
    assert "The close of this round was never moved" in officer.get(PAGE).text
    assert send(officer, PAGE, LATER).status_code == 302
    assert closes(app) == CLOSES + timedelta(hours=5)
    page = officer.get(PAGE).text
    assert "Round 7 closes at 17:00 (UK time), 18 December 2026" in " ".join(page.split())
    everybody = " ".join(app.test_client().get("/rounds/FIF7").text.split())
    assert "The close was moved" in everybody
    assert WHY in everybody
    with app.app_context():
        work_off()
        told = db.session.query(Message.to_address, Message.body_text).filter(
            Message.subject.like("%closes later%")
        )
        ((address, body),) = told
    assert (address, "17:00 (UK time), Friday 18 December 2026" in body) == (
        "marguerite@wrackline.example",
        True,
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"day": ["", "", ""]}, "Enter the day"),
        ({"time": "noon"}, "Enter a time of day, like 10:00 or 2.30pm"),
        ({"reason": " "}, "Write the reason"),
        (
            {"day": ["28", "3", "2027"], "time": "01:30"},
            "01:30 on 28 March 2027 does not exist: the clocks go forward. Choose a time outside that hour.",
        ),
        (
            {"time": "12:00"},
            "That is not after 12:00 (UK time), Friday 18 December 2026. A close is only moved later.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    app: Flask, officer: FlaskClient, changed: dict[str, object], told: str
) -> None:
    answer = send(officer, PAGE, LATER | changed)
    assert (answer.status_code in (400, 409), reasons(answer.text)) == (True, [told])
    assert (WHY in answer.text) == ("reason" not in changed)
    assert closes(app) == CLOSES


def test_one_bid_gets_more_time_by_its_reference(app: Flask, officer: FlaskClient) -> None:
    given = {f"one-{name}": value for name, value in LATER.items()}
    unknown = send(officer, ONE, given | {"one-reference": "FIF7-9999"}, PAGE)
    assert (unknown.status_code, reasons(unknown.text)) == (400, ["No bid of this round has this reference"])
    assert "FIF7-9999" in unknown.text
    assert send(officer, ONE, given | {"one-reference": "fif7-0001"}, PAGE).status_code == 302
    with app.app_context():
        bid = db.session.query(Application).one()
        assert bid.extended_to == CLOSES + timedelta(hours=5)
    again = send(officer, ONE, given | {"one-reference": "FIF7-0001"}, PAGE)
    assert again.status_code == 409
    assert "FIF7-0001" in officer.get(PAGE).text
    assert WHY not in app.test_client().get("/rounds/FIF7").text


def test_lost_time_before_the_close_is_proposed_and_accepted_in_one_press(
    app: Flask, officer: FlaskClient, count_statements: Counting
) -> None:
    with app.app_context():
        rounds.move_to(CLOSES - timedelta(hours=25))
    assert "for everybody</button>" not in officer.get("/office").text
    with app.app_context():
        rounds.move_to(CLOSES + timedelta(hours=1))
        again = db.session.query(Person).order_by("id")[0].id
    officer = signed_in(app, again)
    start = CLOSES - timedelta(hours=24)
    alive = [start + place * MINUTE for place in range(24 * 60)]
    keep(app, [*alive[:600], *alive[640:1400]], answers=40)
    keep(app, alive[1400:], answers=40, failed=9)
    for address in ("/office", "/office/rounds/FIF7", PAGE):
        with count_statements() as sent:
            page = officer.get(address).text
        assert "80 minutes of the 24 hours before" in page
        assert "14:00 (UK time), 18 December 2026" in page
        assert len(sent) <= 20
    form = BeautifulSoup(officer.get("/office").text, "html.parser").select_one("form[action='" + PAGE + "']")
    assert form is not None
    sent_on = {
        "day": [each["value"] for each in form.select("input[name=day]")],
        "time": form.select_one("input[name=time]")["value"],  # type: ignore[index]
        "reason": form.select_one("textarea").get_text().strip(),  # type: ignore[union-attr]
    }
    assert send(officer, PAGE, sent_on, "/office").status_code == 302
    assert closes(app) == CLOSES + timedelta(hours=2)
    assert "for everybody</button>" not in officer.get("/office").text


def test_the_officers_are_told_once_of_each_later_close(app: Flask, officer: FlaskClient) -> None:
    begun = CLOSES - timedelta(hours=20)

    def told(at: datetime) -> list[tuple[str, str]]:
        """The mails there are when nothing was answered from `begun` on."""
        with app.app_context():
            rounds.move_to(at)
            db.session.query(ServiceMinute).delete()
            db.session.commit()
        keep(app, [begun], answers=1)
        with app.app_context():
            for _ in range(2):
                with transaction():
                    proposing.propose_by_clock(at)
            work_off()
            mails = db.session.query(Message.to_address, Message.body_text).filter(
                Message.key.like("proposal:%")
            )
            return [(address, " ".join(body.split())) for address, body in mails.order_by(Message.id)]

    assert told(begun + timedelta(minutes=4)) == []
    ((address, body),) = told(begun + timedelta(minutes=30))
    with app.app_context():
        assert address == db.session.query(Person).order_by("id")[0].email
    assert "Nothing has been moved" in body
    assert "/office/rounds/FIF7" in body
    assert len(told(begun + timedelta(minutes=59))) == 1
    assert len(told(begun + timedelta(minutes=90))) == 2
    with app.app_context():
        (found,) = outages.proposals([db.session.query(Round).one()]).values()
        extending.for_all(found.call, found.to, WHY, db.session.query(Person).order_by("id")[0])
    assert len(told(begun + timedelta(minutes=92))) == 2


def test_nothing_is_proposed_for_what_is_unknown_or_was_made_good(app: Flask, officer: FlaskClient) -> None:
    with app.app_context():
        rounds.move_to(CLOSES - timedelta(hours=9))
        assert outages.proposals([db.session.query(Round).one()]) == {}
    few = [CLOSES - timedelta(hours=12) + place * MINUTE for place in range(120)]
    keep(app, few, answers=3, failed=3)
    with app.app_context():
        (found,) = outages.proposals([db.session.query(Round).one()]).values()
        assert (found.lost.poor, found.to) == (0, CLOSES + timedelta(hours=1))
        extending.for_all(
            found.call, CLOSES + timedelta(hours=3), WHY, db.session.query(Person).order_by("id")[0]
        )
        assert outages.proposals([db.session.query(Round).one()]) == {}


def test_answers_are_counted_in_memory_and_added_to_their_minute(app: Flask, database: None) -> None:
    counted = app.extensions["pulse"]
    counted.take()
    app.test_client().get("/accessibility")
    counted.count(503, 0.1)
    counted.count(200, SLOW.total_seconds() + 0.1)
    for _ in range(2):
        pulse.write(app)
    with app.app_context():
        rows = db.session.query(ServiceMinute).all()
        assert [sum(getattr(row, name) for row in rows) for name in ("answers", "slow", "failed")] == [
            3,
            1,
            1,
        ]
        with transaction():
            service_minutes.forget_by_clock(CLOSES)
        assert db.session.query(ServiceMinute).count() == len(rows)
        with transaction():
            db.session.execute(text("UPDATE service_minutes SET at = at - interval '8 days'"))
            service_minutes.forget_by_clock(CLOSES)
        assert db.session.query(ServiceMinute).count() == 0
