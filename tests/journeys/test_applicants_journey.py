"""The whole journey of somebody who applies, by keyboard alone and without script; not a word gets lost.

A new user looks at the round, checks whether they can apply, registers, writes a bid with a partner and two
files, loses the network, the session and the server on the way, and submits in the last second.
"""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.queries.near_misses import PRESS
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.outbox import work_off
from tests.factories.rounds import CLOSES
from tests.journeys.applicant import Applicant
from tests.journeys.browsing import PASSWORD, link_in_mail, nothing_wrong
from tests.journeys.conftest import Service, StandStill
from tests.journeys.filling import FILES, FIRM, JOBS, MILESTONES, ON, SUMMARY, TITLE, WRITTEN, Filling, costs
from tests.journeys.looking import Glass
from tests.journeys.losing import Losing
from tests.letters.reading import running_text

pytestmark = pytest.mark.browser

SECOND = timedelta(seconds=1)
PARTNER, PARTNERS_EMAIL = "Wrack & Weed CIC", "ifor@wrackweed.example"
NAME, EMAIL = "Ottoline Marsh", "ottoline@saltmarsh.example"
LEAD_PENCE, PARTNER_PENCE = 88_000_00 + 1_234_56, 22_000_00
GRANT_PENCE, MATCH_PENCE = 55_617_28, 44_617_28 + 11_000_00


class Journey:
    """The steps of the road; what is lost on the way is lost as the browser in hand meets it."""

    def __init__(
        self, app: Flask, browser: Browser, service: Service, folder: Path, glass: Glass | None
    ) -> None:
        self.app, self.service, self.folder = app, service, folder
        self.lead, self.partner = (Applicant(browser, service.address, glass) for _ in range(2))
        self.bid = ""

    def set_out(self) -> None:
        """The day the round closes, well before noon."""
        with self.app.app_context():
            rounds.begin_demo()
            rounds.open_round(people.officer())
            rounds.move_to(CLOSES - timedelta(minutes=50))

    def look_around(self) -> None:
        """From the front door to the round, and to the answer whether they can apply."""
        lead = self.lead
        lead.open("/")
        lead.follow("/rounds/FIF7")
        lead.follow("/can-you-apply")
        answers = {
            "place": "E08000015",
            "legal_form": "limited_company",
            "trading": "yes",
            "solvent": "no",
            "one_lead_bid": "no",
        }
        figures = {
            "staff": "14",
            "turnover": "£900k",
            "assets": "200,000",
            "asked": "£55,000",
            "received": "0",
        }
        while lead.page.get_by_role("heading", name="Your answers").count() == 0:
            for name, value in answers.items():
                if lead.page.locator(f'main input[type=radio][name="{name}"]').count():
                    lead.choose(name, value)
            for name, words in figures.items():
                if lead.page.locator(f'main input[type=text][name="{name}"]').count():
                    lead.write(**{name: words})
            lead.press("Continue")
        lead.screen.reads("You work in one of the six districts.", "You are small enough for this fund.")

    def register(self) -> None:
        """Ask for an account, confirm it by the mail, and begin the bid of a new organisation."""
        lead = self.lead
        lead.go(lead.page.locator("main").get_by_role("button", name="Start an application"))
        lead.go(lead.page.locator("main").get_by_role("link", name="Register"))
        lead.write(name=NAME, email=EMAIL, organisation_name=FIRM)
        lead.press("Send me the link")
        lead.open(link_in_mail(self.app, EMAIL))
        lead.write(password=PASSWORD)
        lead.press("Go on")
        assert lead.screen.path == "/bids/new?round=FIF7"
        lead.write(title=TITLE, name=FIRM, company_number="ZZ000321", postcode="CH41 1AA")
        lead.press("Start the bid")
        self.bid = lead.screen.path

    def write(self) -> None:
        """The whole form; the first three answers meet a loss each."""
        lost = Losing(self.lead, EMAIL, self.app, self.service)
        losses = {"problem": lost.network, "answer": lost.session, "unknowns": lost.server}
        Filling(self.lead, self.folder, losses).fill(self.bid)

    def ask_partner(self) -> None:
        """The partner is asked in by mail, enters its own costs with a new account, and sees nothing else."""
        lead, partner = self.lead, self.partner
        lead.back()
        lead.follow(f"{self.bid}/money")
        lead.follow(f"{self.bid}/partners")
        lead.write(name=PARTNER, email=PARTNERS_EMAIL)
        lead.press("Send the invitation")
        partner.open(link_in_mail(self.app, PARTNERS_EMAIL))
        partner.write(name="Ifor Penrose", password=PASSWORD)
        partner.press("Join")
        assert partner.screen.path == f"{self.bid}/money/1"
        partner.hand.pick(partner.page.locator("#place"), "Sefton")
        costs(partner, "Diver", "110", "£11,000")
        partner.press(ON)
        partner.screen.reads("£22,000")
        shown = partner.page.content()
        assert [text for text in [SUMMARY, *WRITTEN.values(), "Engineer"] if text in shown] == []
        for hidden in (
            "",
            "/check",
            "/project",
            "/questions/problem",
            "/money",
            "/questions/documents/files",
        ):
            partner.screen.open(self.bid + hidden)
            assert partner.page.title().startswith("Page not found"), hidden
        partner.screen.forgive("404")

    def submit(self, stand_still: StandStill) -> None:
        """Everything stands on one page, word by word; the service receives it in the last second."""
        lead = self.lead
        lead.back()
        lead.follow(f"{self.bid}/check")
        lead.screen.reads("Nothing is missing", *(" ".join(text.split()) for text in WRITTEN.values()))
        lead.screen.reads(TITLE, " ".join(SUMMARY.split()), "fog.csv", "letter.pdf", JOBS, "£55,617")
        for box in lead.page.locator("main input[type=checkbox]").all():
            lead.hand.tick(box)
        stand_still(CLOSES - SECOND)
        lead.press("Submit the bid")
        lead.screen.reads("We have received your bid", self.bid.removeprefix("/bids/"), NAME)

    def keep(self) -> None:
        """The receipt in hand: by mail, as a file with every word, and as anybody can check it."""
        lead, reference = self.lead, self.bid.removeprefix("/bids/")
        sha256 = self._stored().sha256
        lead.screen.reads(sha256)
        with self.app.app_context():
            work_off()
            (mail,) = db.session.query(Message).filter(Message.body_text.contains(sha256))
            assert (mail.to_address, reference in mail.body_text) == (EMAIL, True)
        lead.press("Get the PDF")
        lead.screen.forgive("503")
        with self.app.app_context():
            work_off()
        self._holds_every_word(lead.screen.fetch(f"{self.bid}/versions/1/pdf"), sha256)
        lead.follow(f"{self.bid}/receipt")
        lead.follow(f"sha256={sha256}")
        lead.screen.reads("This receipt is ours", reference, "18 December 2026", "at 11:59:59", sha256)

    def is_intact(self) -> None:
        """What was stored is what was typed: word by word, penny by penny, file by file."""
        stored = self._stored()
        said: dict[str, Any] = stored.content
        assert stored.submitted_at == CLOSES - SECOND
        assert sha256_of(said) == stored.sha256
        answers = said["answers"]
        assert {key: answers[key]["text"] for key in WRITTEN} == WRITTEN
        assert answers["milestones"]["rows"] == [
            {"name": name, "date": f"2027-0{month}-01", "shown_by": shown}
            for name, month, shown in MILESTONES
        ]
        assert (answers["jobs"], answers["funded_before"]) == ({"number": JOBS}, {"choice": "yes"})
        assert {each["name"]: each["sha256"] for each in answers["documents"]["files"]} == {
            name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()
        }
        project, firm = said["project"], said["organisation"]
        assert (project["title"], project["summary"], project["theme"]) == (TITLE, SUMMARY, "digitalisation")
        assert (project["starts_on"], project["months"]) == ("2027-04-01", 12)
        assert [project[f"{name}_pence"] for name in ("total_cost", "grant_requested", "match_funding")] == [
            LEAD_PENCE + PARTNER_PENCE, GRANT_PENCE, MATCH_PENCE,
        ]  # fmt: skip
        assert [(each["name"], each["costs_pence"]) for each in said["costs"]] == [
            (FIRM, LEAD_PENCE),
            (PARTNER, PARTNER_PENCE),
        ]
        assert [each["sheet"].get("place") for each in said["costs"]] == [None, "E08000014"]
        assert (firm["name"], firm["postcode"], firm["authority"]) == (FIRM, "CH41 1AA", "E08000015")
        assert (firm["year_ended_on"], firm["staff_count"]) == ("2026-03-31", 14)
        assert (firm["turnover_pence"], firm["gross_assets_pence"]) == (900_000_00, 200_000_00)
        assert (said["signatory"], stored.signatory) == (NAME, NAME)

    def _stored(self) -> Submission:
        with self.app.app_context():
            return db.session.query(Submission).one()

    def _holds_every_word(self, pdf: bytes, sha256: str) -> None:
        text = running_text(pdf)
        typed = " ".join([TITLE, SUMMARY, *WRITTEN.values(), NAME, PARTNER, *FILES]).split()
        assert [word for word in typed if word not in set(text.split())] == []
        assert sha256 in text.replace(" ", "")


def late(journey: Journey, browser: Browser, stand_still: StandStill, glass: Glass | None) -> None:
    """One second later the same press is refused; the draft keeps its words, and the press is on record."""
    app = journey.app
    with app.app_context():
        rival = people.applicant("Rhys Rival", "rhys@rival.example")
        bid = factory.draft(db.session.query(Round).one(), rival, factory.firm(rival), "Nets that mend")
        factory.complete(bid, rival)
        address, bid_id, cookie = f"/bids/{bid.reference}", bid.id, people.cookie_of(rival)
    who = Applicant(browser, journey.service.address, glass)
    who.page.context.add_cookies([{"name": "fundapp", "value": cookie, "url": journey.service.address}])
    who.open(f"{address}/check")
    for box in who.page.locator("main input[type=checkbox]").all():
        who.hand.tick(box)
    before = _said(app, bid_id)
    stand_still(CLOSES)
    with who.page.expect_navigation():
        who.hand.press(who.button("Submit the bid"))
    who.look("late")
    who.screen.reads("closed")
    who.screen.forgive("409")
    assert (_said(app, bid_id), len(before) > 8) == (before, True)
    with app.app_context():
        assert db.session.query(Application.state).filter_by(id=bid_id).scalar() == "draft"
        press = db.session.query(Event).filter_by(case_kind=PRESS, case_id=bid_id).one()
        assert (press.at, press.facts["blockers"]) == (CLOSES, ["round_closed"])
    assert nothing_wrong([who.screen])
    assert who.wrong == []


def _said(app: Flask, bid_id: int) -> dict[str, Any]:
    with app.app_context():
        return {
            each.question: each.value for each in db.session.query(Answer).filter_by(application_id=bid_id)
        }


@pytest.mark.parametrize("way", ["by_keyboard_alone", "without_script"])
def test_an_applicant_gets_from_the_front_door_to_a_receipt_with_every_word(
    app: Flask, service: Service, browser: Browser, stand_still: StandStill, tmp_path: Path, way: str
) -> None:
    glass = Glass(browser, service.address) if way == "without_script" else None
    journey = Journey(app, browser, service, tmp_path, glass)
    journey.set_out()
    journey.look_around()
    journey.register()
    journey.write()
    journey.ask_partner()
    journey.submit(stand_still)
    journey.keep()
    journey.is_intact()
    late(journey, browser, stand_still, glass)
    assert nothing_wrong([journey.lead.screen, journey.partner.screen])
    assert [*journey.lead.wrong, *journey.partner.wrong] == []
