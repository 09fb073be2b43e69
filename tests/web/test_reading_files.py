"""Who opens a bid's files: its own people always, others what was sent in, each through their own door."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.bid_files import BidFile
from fundapp.services import assessment
from fundapp.transaction import transaction
from tests.access.browsers import Browser
from tests.factories.world import World
from tests.web.browsing import signed_in

DOORS = {
    "owner": "/bids/{reference}/files/{file}",
    "assessor": "/assess/{reading}/files/{file}",
    "officer": "/office/bids/{reference}/files/{file}",
    "member": "/board/meetings/{meeting}/items/1/files/{file}",
}


@pytest.fixture
def doors(app: Flask, world: World) -> dict[str, str]:
    """The address of one sent-in file as each reader has it."""
    values = {"reading": world.values["assess"]["number"], "meeting": world.values["board"]["number"]}
    about = {"member": world.values["board.file"]["file_id"]}
    with app.app_context():
        return {
            who: door.format(
                **values,
                file=file.id,
                reference=db.session.get_one(Application, file.application_id).reference,
            )
            for who, door in DOORS.items()
            for file in [db.session.get_one(BidFile, about.get(who, world.values["assess.file"]["file_id"]))]
        }


def test_each_reader_has_a_door_that_saves_and_never_shows(
    doors: dict[str, str], browsers: dict[str, Browser]
) -> None:
    for who, door in doors.items():
        answer = browsers[who].ask("GET", door)
        assert (who, answer.status_code) == (who, 200)
        assert answer.data.startswith(b"Quokkaanswer in a table")
        assert answer.headers["Content-Disposition"] == "attachment; filename=Quokkaanswer.csv"
        assert answer.headers["Content-Type"] == "application/octet-stream"


def test_no_door_opens_for_anybody_else(doors: dict[str, str], browsers: dict[str, Browser]) -> None:
    for who, door in doors.items():
        for other in ("rival", "unassigned", "finance", "decider"):
            assert (who, other, browsers[other].ask("GET", door).status_code) == (who, other, 404)


def test_the_pages_list_the_files_with_a_warning_where_they_were_not_scanned(
    world: World, browsers: dict[str, Browser]
) -> None:
    item = f"/board/meetings/{world.values['board']['number']}/items/1/papers"
    answers = f"/office/bids/{world.values['office']['ref']}/answers"
    reading = f"/assess/{world.values['assess']['number']}"
    for who, page in (("member", item), ("officer", answers), ("assessor", reading)):
        shown = browsers[who].ask("GET", page)
        listed = BeautifulSoup(shown.text, "html.parser").select(".app-files li")
        assert [each.get_text(" ", strip=True).partition(" ")[0] for each in listed] == ["Quokkaanswer.csv"]
        assert "Files here are not scanned for viruses" in shown.text
        link = listed[0].select_one("a")
        assert link is not None
        assert browsers[who].ask("GET", str(link["href"])).status_code == 200


def test_what_was_never_sent_in_opens_for_its_own_people_only(
    world: World, doors: dict[str, str], browsers: dict[str, Browser]
) -> None:
    draft = world.values["apply.file"]["file_id"]
    for who in ("assessor", "officer", "member"):
        assert browsers[who].ask("GET", f"{doors[who].rpartition('/')[0]}/{draft}").status_code == 404
    assert (
        browsers["owner"].ask("GET", f"/bids/{world.values['apply']['reference']}/files/{draft}").status_code
        == 200
    )


def test_a_file_opens_for_nobody_while_it_may_be_harmful(
    app: Flask, doors: dict[str, str], browsers: dict[str, Browser]
) -> None:
    for scan in ("pending", "unreachable", "infected", "clean"):
        with app.app_context(), transaction():
            db.session.query(BidFile).update({"scan": scan})
        seen = {browsers[who].ask("GET", door).status_code for who, door in doors.items()}
        assert (scan, seen) == (scan, {200 if scan == "clean" else 404})


def test_an_assessor_opens_nothing_before_declaring_or_after_a_conflict(
    app: Flask, world: World, doors: dict[str, str], browsers: dict[str, Browser]
) -> None:
    file = world.values["assess.file"]["file_id"]
    with app.app_context():
        mine = db.session.get_one(Assessment, world.values["assess"]["number"])
        invited = select(Assessment).where(
            Assessment.application_id == mine.application_id, Assessment.state == "invited"
        )
        other = db.session.scalars(invited.limit(1)).one()
        browser, door = signed_in(app, other.assessor_id), f"/assess/{other.id}/files/{file}"
        assert browser.get(door).status_code == 403
        assessment.accept(other, other.assessor)
        assert browser.get(door).status_code == 200
        assessment.declare_conflict(other, other.assessor, reason="A cousin works there.")
    assert browser.get(door).status_code == 404
    assert browsers["assessor"].ask("GET", doors["assessor"]).status_code == 200
