"""One bid from registration to an accepted letter and a moved R&D total: real browser, real workers."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser
from pypdf import PdfReader
from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.funds import Round
from fundapp.models.letters import Letter
from fundapp.models.meetings import MeetingItem
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.services import board, demo_clock, personas, verification
from fundapp.services.personas import BY_KEY, PERSONAS
from tests.factories import region as made
from tests.factories.region import Region
from tests.journeys.browsing import Screen, nothing_wrong
from tests.journeys.conftest import Settled
from workflows.actors import Role
from workflows.rules.quorum import Choice

pytestmark = pytest.mark.browser

NAME = "Ottoline Marsh"
EMAIL = "ottoline@saltmarsh.example"
PASSWORD = "tidal gantry pelican"
WORDS = "We have a working prototype and two customers who will test it with us."
COST, GRANT, RD_SHARE = 11_840_000, 5_920_000, 90


class Road:
    """The steps of the road, each as its person takes it: one window for the applicant, one for staff."""

    def __init__(self, app: Flask, browser: Browser, address: str, settled: Settled, *, script: bool) -> None:
        self.app, self.settled, self.script = app, settled, script
        self.applicant = Screen(browser, address, script=script)
        self.staff = Screen(browser, address, script=script)
        self.reference = ""

    def set_up(self) -> None:
        """A fund, an open round with somebody else's bid in it, and the people of the demonstration."""
        with self.app.app_context():
            demo_clock.mark_as_demo(made.BEGINS)
            person = {
                each.key: personas.invent(each.name, each.email, each.role)
                for each in PERSONAS
                if each.key != "applicant"
            }
            region = Region(
                officer=person["officer"],
                second_officer=person["second_officer"],
                assessors=[person["assessor"], *_several("Reader", Role.ASSESSOR, 2)],
                chair=person["board_chair"],
                members=[person["board_member"], *_several("Member", Role.BOARD_MEMBER, 4)],
                decider=person["decider"],
                finance=[person["finance"], person["second_finance"]],
            )
            self.round_id = made.open_round(region, made.install(region), days=3).id
            made.apply(region, db.session.get_one(Round, self.round_id), 1)

    def register(self) -> None:
        """Ask for an account, open the link in the mail, choose a password."""
        screen = self.applicant
        screen.open("/register")
        screen.fill(name=NAME, email=EMAIL, organisation_name="Saltmarsh Optics Ltd")
        screen.press("Send me the link")
        self.settled()
        screen.open(self._link_in_mail())
        screen.fill(password=PASSWORD)
        screen.press("Go on")

    def begin(self) -> None:
        """Start the bid with the organisation behind it."""
        screen = self.applicant
        screen.open("/rounds/FIF7")
        screen.open("/bids/new?round=FIF7")
        screen.fill(title="Lamps that see fog", name="Saltmarsh Optics Ltd", company_number="ZZ000321")
        screen.fill(postcode="CH41 1AA")
        screen.press("Start the bid")
        self.reference = screen.path.split("/")[2].partition("?")[0]

    def write(self) -> None:
        """Answer every question, each on its own page."""
        screen = self.applicant
        with self.app.app_context():
            start = (clock.in_london(clock.now()) + timedelta(days=150)).date().replace(day=1)
            rules = self._bid().round.rules
            asked = [(each.key, each.kind) for each in rules.questions]
            theme = rules.themes[0].key
            db.session.rollback()
        screen.open(f"/bids/{self.reference}/project")
        screen.fill(summary=WORDS, months="12")
        screen.choose("theme", theme)
        screen.fill_date("starts_on", start.day, start.month, start.year)
        screen.press(re.compile("Save and continue"))
        for key, kind in asked:
            if kind in ("text", "yes_no", "number", "assistance", "milestones", "organisation", "size"):
                screen.open(f"/bids/{self.reference}/questions/{key}")
                getattr(self, f"_answer_{kind}")()
                screen.press(re.compile("Save and continue"))
        screen.open(f"/bids/{self.reference}/money")
        line = {"what": "Engineers", "annual": "£46,400", "days": "592", "rd_share": str(RD_SHARE)}
        screen.fill(**{f"line_people-0-{name}": words for name, words in line.items()})
        screen.fill(**{"match-0-source": "Our own money", "match-0-pence": "£59200"})
        screen.press(re.compile("Save and continue"))

    def send_in(self) -> None:
        """Check, declare, sign; the receipt has the time and the fingerprint."""
        screen = self.applicant
        screen.open(f"/bids/{self.reference}/check")
        screen.tick("declarations")
        screen.fill(signatory=NAME)
        screen.press("Submit the bid")
        assert screen.path == f"/bids/{self.reference}/receipt"
        screen.reads("We have received your bid", self.reference, "£59,200")
        assert re.search(r"\b[0-9a-f]{64}\b", screen.page.locator("main").inner_text())

    def check_and_hand_out(self) -> None:
        """The round closes; the officer takes up the bids, passes them, and invites the readers."""
        screen = self.staff
        screen.become("officer")
        screen.move_clock("closed")
        screen.open("/office/rounds/FIF7/triage")
        screen.press(re.compile("^Take up 2 bids"))
        screen.open("/office/rounds/FIF7/triage")
        screen.tick("bids")
        screen.tick("checks")
        screen.press(re.compile("^Pass the ticked bids"))
        screen.open("/office/rounds/FIF7/assign")
        screen.press("Propose readers")
        screen.press(re.compile("^Invite 6 readers"))

    def read(self) -> None:
        """One assessor declares, marks every criterion and seals it; the others have done so."""
        with self.app.app_context():
            number = self._readings()
            criteria = [each.key for each in db.session.get_one(Round, self.round_id).criteria]
            db.session.rollback()
        screen = self.staff
        screen.become("assessor")
        screen.open("/assess")
        screen.reads(self.reference)
        screen.open(f"/assess/{number}")
        screen.choose("answer", "clear")
        screen.press("Send my answer")
        for key in criteria:
            screen.open(f"/assess/{number}?criterion={key}")
            screen.choose("mark", "5")
            screen.fill(why="Clear, measured, and honest about what is not known.")
            screen.press(re.compile("^(Next criterion|Save and check)"))
        screen.open(f"/assess/{number}?criterion=check")
        screen.press("Submit your marks")
        screen.reads("sealed")

    def rank_and_convene(self) -> None:
        """The marking is closed, the list is ranked, the board is convened and gets its papers."""
        screen = self.staff
        screen.become("officer")
        screen.open("/office/rounds/FIF7/moderation")
        screen.press("See what closing the marking of 2 bids does")
        screen.press("Close the marking")
        screen.open("/office/rounds/FIF7/ranked")
        screen.reads("Lamps that see fog", "100.0")
        screen.open("/office/rounds/FIF7/meeting")
        with self.app.app_context():
            day = clock.in_london(clock.now()) + timedelta(days=1)
            db.session.rollback()
        screen.fill_date("day", day.day, day.month, day.year)
        screen.fill(time="10:00", quorum="5")
        screen.tick("members")
        screen.tick("bids")
        screen.press("Plan the meeting")
        with self.app.app_context():
            self.meeting = db.session.scalars(select(MeetingItem.meeting_id)).first()
            db.session.rollback()
        screen.open(f"/board/meetings/{self.meeting}")
        screen.press("Issue the papers")
        screen.move_clock("board")

    def decide(self) -> None:
        """The board sits, votes and records; the chair closes the meeting."""
        screen = self.staff
        with self.app.app_context():
            ours = self._item().position
            db.session.rollback()
        screen.become("board_chair")
        screen.open(f"/board/meetings/{self.meeting}")
        screen.press("Open the meeting")
        screen.become("board_member")
        screen.open(f"/board/meetings/{self.meeting}/items/{ours}")
        screen.press("Vote for")
        screen.reads("You voted for")
        self._rest_of_the_vote()
        screen.become("board_chair")
        screen.open(f"/board/meetings/{self.meeting}/items/{ours}")
        screen.press("Vote for")
        screen.choose("outcome", "approve")
        screen.fill(amount="59,200", reason="The need is clearly shown.")
        screen.press("Record the outcome")
        screen.open(f"/board/meetings/{self.meeting}/close")
        screen.press("Close the meeting")
        screen.reads("2 decisions are made")

    def hear(self) -> None:
        """Before the release nobody outside knows; after it the applicant reads it and confirms."""
        self._sign_in()
        self.applicant.open(f"/bids/{self.reference}/outcome")
        assert "Decision being made" in self.applicant.page.content()
        assert "The need is clearly shown" not in self.applicant.page.content()
        self.staff.become("officer")
        self.staff.move_clock("letters")
        self.settled()
        self._sign_in()
        screen = self.applicant
        screen.open(f"/bids/{self.reference}/outcome")
        screen.reads("The need is clearly shown.")
        screen.open(f"/bids/{self.reference}/confirm")
        screen.choose("any", "no")
        screen.tick("true")
        screen.press("Send the confirmation")
        self.settled()

    def release(self) -> None:
        """A second officer looks at the letter the worker made and lets it go."""
        with self.app.app_context():
            letter = db.session.scalars(select(Letter).where(Letter.kind.like("offer%"))).one()
            self.code, self.sha256 = letter.code, letter.pdf_sha256
            db.session.rollback()
        screen = self.staff
        screen.become("second_officer")
        screen.open(f"/office/letters/{self.code}")
        screen.reads(self.sha256)
        screen.press(re.compile("^Release"))
        self.settled()

    def accept(self) -> None:
        """The applicant opens the PDF and accepts exactly that letter."""
        screen = self.applicant
        screen.open(f"/bids/{self.reference}/outcome")
        assert screen.page.locator(f'a[href="/letters/{self.code}.pdf"]').count() == 1
        pdf = screen.fetch(f"/letters/{self.code}.pdf")
        words = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
        assert "£59,200.00" in words
        assert NAME in words
        assert self.code in words
        screen.open(f"/bids/{self.reference}/accept")
        screen.tick("agree")
        screen.fill(name=NAME)
        screen.press("Accept the offer")
        assert screen.path == f"/bids/{self.reference}/outcome"
        self.settled()

    def count(self) -> None:
        """Finance sees the commitment, everybody sees the R&D total, and the books agree."""
        screen = self.staff
        screen.become("finance")
        with self.app.app_context():
            award = db.session.scalars(select(Award)).one()
            reference = award.reference
            assert (award.state, award.amount_pence) == ("accepted", GRANT)
            db.session.rollback()
        screen.open("/finance/awards")
        screen.reads(reference, "£59,200")
        screen.open(f"/finance/awards/{reference}")
        screen.reads("£59,200")
        screen.open("/rd-total")
        screen.reads("£106,560")
        with self.app.app_context():
            found = [
                *verification.verify_events(), *verification.verify_ledger(), *verification.verify_rd()
            ]  # fmt: skip
            assert found == []

    def _answer_text(self) -> None:
        self.applicant.fill(answer=WORDS)

    def _answer_yes_no(self) -> None:
        self.applicant.choose("answer", "yes")

    def _answer_number(self) -> None:
        self.applicant.fill(answer="2.5")

    _answer_assistance = _answer_number

    def _answer_milestones(self) -> None:
        with self.app.app_context():
            span = self._bid().starts_on
            db.session.rollback()
        assert span is not None
        screen = self.applicant
        for row in (1, 2):
            words = {
                "name": WORDS,
                "day": span.day,
                "month": span.month,
                "year": span.year,
                "shown-by": WORDS,
            }
            for box, text in words.items():
                screen.page.locator(f"#answer-{row}-{box}").fill(str(text)[:150])
            if row == 1:
                screen.press("Add another milestone")

    def _answer_organisation(self) -> None:
        self.applicant.choose("authority", made.WIRRAL)
        self.applicant.choose("legal_form", "limited_company")

    def _answer_size(self) -> None:
        self.applicant.fill_date("year_ended_on", 31, 3, 2025)
        self.applicant.fill(staff_count="14", turnover_pence="1,000,000", gross_assets_pence="200000")

    def _link_in_mail(self) -> str:
        with self.app.app_context():
            mail = db.session.scalars(select(Message).where(Message.to_address == EMAIL)).one()
            found = re.search(r"/account/link/\S+", mail.body_text)
            db.session.rollback()
        assert found is not None
        return found[0]

    def _bid(self) -> Application:
        return db.session.scalars(select(Application).where(Application.reference == self.reference)).one()

    def _item(self) -> MeetingItem:
        found = select(MeetingItem).join(Application).where(Application.reference == self.reference)
        return db.session.scalars(found).one()

    def _readings(self) -> int:
        """Let everybody else mark everything; the number of the one reading that is left."""
        wanted = select(Person.id).where(Person.email == BY_KEY["assessor"].email)
        left = db.session.scalars(
            select(Assessment.id)
            .join(Application)
            .where(Application.reference == self.reference, Assessment.assessor_id.in_(wanted))
        ).one()
        for reading in db.session.scalars(select(Assessment).order_by(Assessment.id)).all():
            if reading.id != left:
                made.mark_reading(reading, 5 if reading.application.reference == self.reference else 3)
        return left

    def _rest_of_the_vote(self) -> None:
        with self.app.app_context():
            ours = self._item()
            chair = next(each.person for each in ours.meeting.members if each.is_chair)
            voters = [
                each.person for each in ours.meeting.members
                if each.person is not chair and each.person.email != BY_KEY["board_member"].email
            ]  # fmt: skip
            for item in list(ours.meeting.items):
                for voter in voters:
                    board.vote(item, Choice.FOR, voter)
                if item.id != ours.id:
                    board.vote(item, Choice.FOR, chair)
                    board.record_outcome(
                        item, "decline", amount_pence=0, reason="Not yet.", conditions=[], actor=chair
                    )

    def _sign_in(self) -> None:
        """Sign in by password: the clock has moved on, and the session has ended with it."""
        screen = self.applicant
        screen.open("/sign-in")
        screen.fill(email=EMAIL, password=PASSWORD)
        screen.press("Sign in")


@pytest.mark.parametrize("script", [True, False], ids=["with_script", "without_script"])
def test_a_bid_goes_from_registration_to_an_accepted_letter(
    app: Flask, live_url: str, browser: Browser, workers: Settled, script: bool
) -> None:
    road = Road(app, browser, live_url, workers, script=script)
    road.set_up()
    road.register()
    road.begin()
    road.write()
    road.send_in()
    road.check_and_hand_out()
    road.read()
    road.rank_and_convene()
    road.decide()
    road.hear()
    road.release()
    road.accept()
    road.count()
    assert nothing_wrong((road.applicant, road.staff))


def _several(name: str, role: Role, count: int) -> list[Person]:
    return [
        personas.invent(f"{name} {number}", f"{name.lower()}{number}@people.example", role)
        for number in range(count)
    ]
