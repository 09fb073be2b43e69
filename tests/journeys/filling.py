"""Fills in every page of the Future Innovation Fund's form, each leading to the next."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import expect

from tests.factories import files
from tests.journeys.applicant import Applicant

FIRM, TITLE = "Saltmarsh Optics Ltd", "Lamps that see fog"
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
FILES = {"fog.csv": files.CSV, "letter.pdf": files.pdf(2)}


class Filling:
    """What somebody writes on each page; `losses` are the questions whose words meet a loss on the way."""

    def __init__(self, who: Applicant, folder: Path, losses: Mapping[str, Callable[[str], None]]) -> None:
        self.who, self.folder, self.losses = who, folder, losses

    def fill(self, bid: str) -> None:
        """From the tasks of a bid to the page that checks it."""
        who = self.who
        who.follow(f"{bid}/project")
        who.write(summary=SUMMARY, starts_on=("1", "4", "2027"), months="12")
        who.choose("theme", "digitalisation")
        who.press(ON)
        who.follow("/questions/who_you_are")
        while (key := who.screen.path.split("/")[-1].partition("?")[0]) != "check":
            getattr(self, f"_{key}", self._text)(key)

    def _who_you_are(self, _key: str) -> None:
        self.who.choose("authority", "E08000015")
        self.who.choose("legal_form", "limited_company")
        self.who.press(ON)

    def _size_and_sites(self, _key: str) -> None:
        self.who.write(year_ended_on=("31", "3", "2026"), staff_count="14")
        self.who.write(turnover_pence="£900k", gross_assets_pence="200,000")
        self.who.press(ON)

    def _text(self, key: str) -> None:
        if key in self.losses:
            self.losses[key](WRITTEN[key])
        else:
            self.who.write(answer=WRITTEN[key])
            self.who.press(ON)

    def _milestones(self, _key: str) -> None:
        who = self.who
        for row, (name, month, shown) in enumerate(MILESTONES, start=1):
            boxes = {"name": name, "day": "1", "month": month, "year": "2027", "shown-by": shown}
            for box, words in boxes.items():
                who.hand.write(who.page.locator(f"#answer-{row}-{box}"), words)
            if row == 1:
                who.press("Add another milestone")
        who.press(ON)

    def _files(self, _key: str) -> None:
        who = self.who
        places = [self.folder / name for name in FILES]
        for place in places:
            place.write_bytes(FILES[place.name])
        who.hand.attach(places)
        if who.has_script:
            expect(who.page.locator("[data-files] li a")).to_have_text(list(FILES))
        who.press(ON)

    def _money(self, _key: str) -> None:
        costs(self.who, "Engineer", "440", "£44,617.28")
        self._add_line()
        self.who.press(ON)
        self.who.follow("/questions/why_grant")

    def _funded_before(self, _key: str) -> None:
        self.who.choose("answer", "yes")
        self.who.press(ON)

    def _assistance(self, _key: str) -> None:
        self.who.write(answer="£12,000")
        self.who.press(ON)

    def _jobs(self, _key: str) -> None:
        self.who.write(answer=JOBS)
        self.who.press(ON)

    def _add_line(self) -> None:
        who = self.who
        add = who.page.locator("#materials-add")
        if who.has_script:
            who.hand.press(add)
        else:
            who.go(add)
        line = {"what": "Prisms", "count": "2", "each": "£617.28", "rd_share": "100"}
        who.write(**{f"line_materials-0-{name}": words for name, words in line.items()})


def costs(who: Applicant, role: str, days: str, match: str) -> None:
    """One line of people at £200 a day, and who pays the rest."""
    line = {"what": role, "annual": "46,400", "days": days, "rd_share": "90"}
    who.write(**{f"line_people-0-{name}": words for name, words in line.items()})
    who.write(**{"match-0-source": "Our own money", "match-0-pence": match})
