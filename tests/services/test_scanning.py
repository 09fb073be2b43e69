"""Where there is a scanner, a file opens for nobody before it was found clean, however long that takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from fundapp import chain, clock, installed
from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.events import Event
from fundapp.models.outbox import OutboxRow
from fundapp.services import bid_files
from fundapp.services.uploads.examining import examine
from tests.factories import bids as factory
from tests.factories import files, people, rounds
from tests.factories.outbox import work_off
from tests.gateways import clamd
from tests.gateways.clamd import FakeClamd
from workflows.rules.scans import OPENED


@pytest.fixture
def bid(app_context: Flask) -> Application:
    rounds.begin_demo()
    applicant = people.applicant()
    call = rounds.open_round(people.officer())
    return factory.complete_draft(call, applicant, factory.firm(applicant))


@pytest.fixture
def scanner(app_context: Flask, settings: Settings, tmp_path: Path) -> Iterator[FakeClamd]:
    """A scanner that the application is set to use."""
    with clamd.listening(tmp_path) as (server, address):
        installed.install(app_context, settings.model_copy(update={"clamd": address}))
        yield server
    installed.install(app_context, settings)


def add(bid: Application, content: bytes = files.CSV) -> BidFile:
    asked = next(bid.round.rules.of_kind("file"))
    return bid_files.add(bid, asked, examine("tides.csv", content, files.TERMS), bid.lead)


def scanned(file: BidFile) -> str:
    """The scan as the row has it now."""
    db.session.rollback()
    db.session.refresh(file)
    return file.scan


def test_without_a_scanner_a_file_is_not_scanned_and_nothing_is_promised(bid: Application) -> None:
    file = add(bid)
    assert (file.scan, db.session.query(OutboxRow).filter_by(kind="scan_file").count()) == ("not_scanned", 0)


def test_a_clean_file_opens_once_it_was_scanned(bid: Application, scanner: FakeClamd) -> None:
    file = add(bid)
    assert scanned(file) == "pending"
    work_off()
    assert (scanned(file), scanner.scanned) == ("clean", [files.CSV])
    assert file.scanned_at is not None


def test_an_infected_file_never_opens_and_is_noted(bid: Application, scanner: FakeClamd) -> None:
    file = add(bid, b"a,b\n" + files.EICAR)
    work_off()
    assert scanned(file) == "infected"
    event = db.session.query(Event).filter_by(action="find_infected_file").one()
    assert event.facts == {"file_id": file.id, "sha256": file.sha256, "found": clamd.NAME}
    assert (event.actor_id, list(chain.verify())) == (None, [])


def test_while_the_scanner_is_down_a_file_stays_closed_and_is_tried_again(
    bid: Application, scanner: FakeClamd
) -> None:
    file = add(bid)
    scanner.instead = b"out of memory ERROR\0"
    pauses = []
    for _ in range(7):
        work_off()
        assert scanned(file) == "unreachable"
        row = db.session.query(OutboxRow).filter_by(kind="scan_file", done_at=None).one()
        pauses.append(round((row.next_at - clock.now()).total_seconds()))
        rounds.move_to(row.next_at)
    assert pauses == [10, 30, 60, 300, 600, 600, 600]
    scanner.instead = None
    work_off()
    assert scanned(file) == "clean"
    assert db.session.query(OutboxRow).filter_by(kind="scan_file", done_at=None).count() == 0


def test_a_bid_may_be_sent_in_while_its_file_waits_for_the_scan(bid: Application, scanner: FakeClamd) -> None:
    file = add(bid)
    assert factory.send_in(bid, bid.lead).number == 1
    work_off()
    assert scanned(file) == "clean"


def test_a_scan_taken_away_leaves_the_file_not_scanned(
    bid: Application, scanner: FakeClamd, app_context: Flask, settings: Settings
) -> None:
    file = add(bid)
    installed.install(app_context, settings)
    work_off()
    assert (scanned(file), scanner.scanned) == ("not_scanned", [])


def test_only_clean_and_not_scanned_files_open() -> None:
    assert sorted(OPENED) == ["clean", "not_scanned"]
