"""The whole journey of somebody who applies, by keyboard alone and without script; not a word gets lost.

A new user looks at the round, checks whether they can apply, registers, writes a bid with a partner and two
files, loses the network, the session and the server on the way, and submits in the last second.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.queries.near_misses import PRESS
from fundapp.services import versions
from tests.factories import bids as factory
from tests.factories import files, people, rounds
from tests.factories.outbox import work_off
from tests.factories.rounds import CLOSES
from tests.journeys.applicant import Applicant
from tests.journeys.browsing import PASSWORD, end_sessions, link_in_mail, nothing_wrong
from tests.journeys.conftest import Service, StandStill
from tests.journeys.looking import Glass
from tests.letters.reading import running_text

pytestmark = pytest.mark.browser

NAME, EMAIL = "Ottoline Marsh", "ottoline@saltmarsh.example"
FIRM, TITLE = "Saltmarsh Optics Ltd", "Lamps that see fog"
PARTNER, PARTNERS_EMAIL = "Wrack & Weed CIC", "ifor@wrackweed.example"
SECOND = timedelta(seconds=1)
ON = re.compile("Save and continue")
WRITTEN = {
    "problem": "Pilots wait for fog to lift: £4,500 an hour, 61 times in a winter.\nDavid’s tugs lie idle.",
    "answer": "Radar sees hulls; nobody sees the rope – we do, at 900 metres, by polarised light.",
    "unknowns": "Does salt on the lens blind it? A month on Perch Rock will show.",
    "plan": "Bench in May, boat in July, dock in October; each ends with a film anybody can watch.",
    "team": "Ottoline 40 days, Bea 60 days, a welder whom we still look for.",
    "risks": "No fog. Then we make it: the basin at Bidston has a machine.",
    "why_grant": "Two banks said: “Come back with a buyer.” Buyers said: come back with a lamp.",
    "funded_by": "Innovate UK, 2023, £9,800: it paid for the first prism.",
    "difference": "Eleven jobs in Wirral & Sefton by 2029, and quieter foghorns.",
}
SUMMARY = "Lamps for docks.\n\nThey see ropes in fog."
MILESTONES = (("Lamp on the bench", "5", "A film of it"), ("Lamp on a boat", "8", "The skipper’s log"))
JOBS = "11.5"
LEAD_PENCE, PARTNER_PENCE = 88_000_00 + 1_234_56, 22_000_00
FILES = {"fog.csv": files.CSV, "letter.pdf": files.pdf(2)}
GRANT_PENCE, MATCH_PENCE = 55_617_28, 44_617_28 + 11_000_00


class Journey:
    """The steps of the road; what is lost on the way is lost as the browser in hand meets it."""

    def __init__(
        self, app: Flask, browser: Browser, service: Service, folder: Path, glass: Glass | None
    ) -> None:
        self.app, self.service, self.folder = app, service, folder
        self.lead, self.partner = (Applicant(browser, service.address, glass) for _ in range(2))
        self.has_script = glass is None
        self.bid = ""
        self.losses = {"problem": self._network, "answer": self._session, "unknowns": self._server}

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
        lead.follow("/register")
        lead.write(name=NAME, email=EMAIL, organisation_name=FIRM)
        lead.press("Send me the link")
        lead.open(link_in_mail(self.app, EMAIL))
        lead.write(password=PASSWORD)
        lead.press("Go on")
        for link in ("/", "/rounds/FIF7", "/bids/new?round=FIF7"):
            lead.follow(link)
        lead.write(title=TITLE, name=FIRM, company_number="ZZ000321", postcode="CH41 1AA")
        lead.press("Start the bid")
        self.bid = lead.screen.path

    def write(self) -> None:
        """Every section of the form, each page leading to the next."""
        lead = self.lead
        lead.follow(f"{self.bid}/project")
        lead.write(summary=SUMMARY, starts_on=("1", "4", "2027"), months="12")
        lead.choose("theme", "digitalisation")
        lead.press(ON)
        lead.follow("/questions/who_you_are")
        while (key := lead.screen.path.split("/")[-1]) != "check":
            getattr(self, f"_{key.partition('?')[0]}", self._text)(key)

    def ask_partner(self) -> None:
        """The partner is asked in by mail, enters its own costs with a new account, and sees nothing else."""
        lead, partner = self.lead, self.partner
        lead.open(f"{self.bid}/partners")
        lead.write(name=PARTNER, email=PARTNERS_EMAIL)
        lead.press("Send the invitation")
        partner.open(link_in_mail(self.app, PARTNERS_EMAIL))
        partner.write(name="Ifor Penrose", password=PASSWORD)
        partner.press("Join")
        assert partner.screen.path == f"{self.bid}/money/1"
        self._costs(partner, "Diver", "110", "£11,000")
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
        lead.open(f"{self.bid}/check")
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
        lead.open(f"{self.bid}/receipt")
        lead.follow(f"sha256={sha256}")
        lead.screen.reads("This receipt is ours", reference, "18 December 2026", "at 11:59:59", sha256)

    def is_intact(self) -> None:
        """What was stored is what was typed: word by word, penny by penny, file by file."""
        stored = self._stored()
        said: dict[str, Any] = stored.content
        assert stored.submitted_at == CLOSES - SECOND
        assert versions.sha256_of(said) == stored.sha256
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
        assert (firm["name"], firm["postcode"], firm["authority"]) == (FIRM, "CH41 1AA", "E08000015")
        assert (firm["year_ended_on"], firm["staff_count"]) == ("2026-03-31", 14)
        assert (firm["turnover_pence"], firm["gross_assets_pence"]) == (900_000_00, 200_000_00)
        assert (said["signatory"], stored.signatory) == (NAME, NAME)

    def _who_you_are(self, _key: str) -> None:
        self.lead.choose("authority", "E08000015")
        self.lead.press(ON)

    def _size_and_sites(self, _key: str) -> None:
        self.lead.write(year_ended_on=("31", "3", "2026"), staff_count="14")
        self.lead.write(turnover_pence="£900k", gross_assets_pence="200,000")
        self.lead.press(ON)

    def _text(self, key: str) -> None:
        if key in self.losses:
            self.losses[key](WRITTEN[key])
        else:
            self.lead.write(answer=WRITTEN[key])
            self.lead.press(ON)

    def _milestones(self, _key: str) -> None:
        lead = self.lead
        for row, (name, month, shown) in enumerate(MILESTONES, start=1):
            for box, words in {
                "name": name,
                "day": "1",
                "month": month,
                "year": "2027",
                "shown-by": shown,
            }.items():
                lead.hand.write(lead.page.locator(f"#answer-{row}-{box}"), words)
            if row == 1:
                lead.press("Add another milestone")
        lead.press(ON)

    def _files(self, _key: str) -> None:
        lead = self.lead
        places = [self.folder / name for name in FILES]
        for place in places:
            place.write_bytes(FILES[place.name])
        lead.hand.attach(places)
        if self.has_script:
            expect(lead.page.locator("[data-files] li a")).to_have_text(list(FILES), timeout=20_000)
        lead.press(ON)

    def _money(self, _key: str) -> None:
        self._costs(self.lead, "Engineer", "440", "£44,617.28")
        self._add_line(self.lead)
        self.lead.press(ON)
        self.lead.follow("/questions/why_grant")

    def _funded_before(self, _key: str) -> None:
        self.lead.choose("answer", "yes")
        self.lead.press(ON)

    def _jobs(self, _key: str) -> None:
        self.lead.write(answer=JOBS)
        self.lead.press(ON)

    def _costs(self, who: Applicant, role: str, days: str, match: str) -> None:
        line = {"what": role, "annual": "46,400", "days": days, "rd_share": "90"}
        who.write(**{f"line_people-0-{name}": words for name, words in line.items()})
        who.write(**{"match-0-source": "Our own money", "match-0-pence": match})

    def _add_line(self, who: Applicant) -> None:
        add = who.page.locator("#materials-add")
        if self.has_script:
            who.hand.press(add)
        else:
            who.go(add)
        line = {"what": "Prisms", "count": "2", "each": "£617.28", "rd_share": "100"}
        who.write(**{f"line_materials-0-{name}": words for name, words in line.items()})

    def _network(self, words: str) -> None:
        network = self.lead.page.context
        self._lose(words, lambda: network.set_offline(True), lambda: network.set_offline(False))

    def _server(self, words: str) -> None:
        self._lose(words, self.service.stop, self.service.start)

    def _lose(self, words: str, lose: Callable[[], None], regain: Callable[[], None]) -> None:
        """Write while nobody answers; a script saves it by itself, else it is sent again after going back."""
        lead = self.lead
        begun, rest = words[:30], words[30:]
        if self.has_script:
            lead.write(answer=begun)
            lose()
            lead.page.keyboard.type(rest)
            lead.says("We cannot be reached")
            lead.look("unreachable")
            regain()
            lead.is_saved()
        else:
            lead.write(answer=words)
            lose()
            lead.hand.press(lead.button(ON))
            lead.page.wait_for_url("chrome-error://**")
            regain()
            lead.page.go_back()
            expect(lead.page.locator("textarea")).to_have_value(words)
        lead.screen.forgive("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED")
        lead.press(ON)

    def _session(self, words: str) -> None:
        """Write in a session that has ended; sign in on the page, or on the page that carries the words."""
        lead = self.lead
        begun, rest = words[:30], words[30:]
        lead.write(answer=begun if self.has_script else words)
        end_sessions(self.app)
        if self.has_script:
            lead.page.keyboard.type(rest)
            lead.says("You are signed out")
            lead.hand.press(lead.button("Sign in again"))
            lead.look("signing in")
            self._sign_in(lead.page.get_by_role("dialog"))
            lead.is_saved()
        else:
            lead.press(ON)
            lead.screen.reads(words)
            self._sign_in(lead.page.locator("main"))
            lead.screen.reads("What you wrote is still here", words)
            lead.look("signed in")
        lead.screen.forgive("401")
        lead.press(ON if self.has_script else "Send it again")

    def _sign_in(self, form: Locator) -> None:
        hand = self.lead.hand
        hand.write(form.locator("input[name=email]"), EMAIL)
        hand.write(form.locator("input[name=password]"), PASSWORD)
        hand.press(form.get_by_role("button", name="Sign in", exact=True))

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
    import time

    t = time.time()
    journey.look_around()
    print("T look_around", time.time() - t)
    t = time.time()
    journey.register()
    print("T register", time.time() - t)
    t = time.time()
    journey.write()
    print("T write", time.time() - t)
    t = time.time()
    journey.ask_partner()
    journey.submit(stand_still)
    journey.keep()
    journey.is_intact()
    late(journey, browser, stand_still, glass)
    assert nothing_wrong([journey.lead.screen, journey.partner.screen])
    assert [*journey.lead.wrong, *journey.partner.wrong] == []
