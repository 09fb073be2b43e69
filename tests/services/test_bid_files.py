"""A file in a bid is kept under its hash, named by the versions it was in, and never lost or overwritten."""

import hashlib
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from fundapp import chain
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.events import Event, EventPersonal
from fundapp.models.people import Person
from fundapp.queries import bid_files as queries
from fundapp.services import bid_files, submissions
from fundapp.services.bid_files import UnknownFileError
from fundapp.services.uploads.examining import Candidate, examine
from fundapp.services.uploads.refusals import RefusedFile
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import files, people
from tests.stages import Stages
from workflows.funds.definition import Question
from workflows.machine import Blocked

QUESTION = "documents"


@pytest.fixture
def applicant(app_context: Flask, stages: Stages) -> Person:
    lead = stages.copied("complete_draft", factory.lead_of_complete_draft)
    return db.session.get_one(Person, lead)


@pytest.fixture
def bid(applicant: Person) -> Application:
    return db.session.scalars(select(Application)).one()


def question_of(bid: Application) -> Question:
    found = bid.round.rules.question(QUESTION)
    assert found is not None
    return found


def table(number: int = 0) -> Candidate:
    return examine(f"tides {number}.csv", files.CSV + b"July,%d\n" % number, files.TERMS)


def add(bid: Application, actor: Person, file: Candidate | None = None) -> BidFile:
    return bid_files.add(bid, question_of(bid), file or table(), actor)


def names_in(bid: Application) -> list[str]:
    return [each.name for each in queries.added(bid.id).get(QUESTION, ())]


def test_a_file_is_kept_under_its_hash_and_noted_without_its_name(
    bid: Application, applicant: Person
) -> None:
    file = table()
    added = add(bid, applicant, file)
    digest = hashlib.sha256(file.content).hexdigest()
    assert (added.name, added.type, added.size, added.pages) == (
        "tides 0.csv",
        "csv",
        len(file.content),
        None,
    )
    assert (added.sha256, added.storage_key) == (digest, f"bid_files/{digest}")
    assert bid_files.content_of(added) == file.content
    event = db.session.query(Event).filter_by(action="add_file").one()
    assert event.facts == {
        "file_id": added.id, "question": QUESTION, "size": len(file.content), "pages": None, "sha256": digest,
    }  # fmt: skip
    assert db.session.get_one(EventPersonal, event.id).body == {"name": "tides 0.csv"}
    assert list(chain.verify()) == []


def test_the_same_bytes_again_find_the_file_that_is_there(bid: Application, applicant: Person) -> None:
    first = add(bid, applicant)
    again = add(bid, applicant, replace(table(), name="other name.csv"))
    assert (again.id, names_in(bid)) == (first.id, ["tides 0.csv"])


def test_one_file_more_than_the_question_takes_is_refused(bid: Application, applicant: Person) -> None:
    for number in range(5):
        add(bid, applicant, table(number))
    with pytest.raises(RefusedFile) as refused:
        add(bid, applicant, table(5))
    assert str(refused.value) == "“tides 5.csv” is one file too many: 5 are allowed. Remove one first."
    assert len(names_in(bid)) == 5


def test_a_version_names_its_files_and_keeps_them_when_they_are_taken_out(
    bid: Application, applicant: Person
) -> None:
    added = add(bid, applicant)
    sent = factory.send_in(bid, applicant)
    assert sent.content["answers"][QUESTION] == {
        "files": [{
            "id": added.id, "name": "tides 0.csv", "type": "csv", "size": added.size, "pages": None,
            "sha256": added.sha256,
        }]
    }  # fmt: skip
    submissions.reopen(bid, applicant)
    bid_files.remove(bid, added, applicant)
    assert names_in(bid) == []
    second = factory.send_in(bid, applicant, key="second press")
    assert QUESTION not in second.content["answers"]
    assert queries.of_version(sent, added.id) is added
    assert queries.of_version(second, added.id) is None
    assert bid_files.content_of(added) == table().content


def test_a_bid_without_files_says_nothing_of_them(bid: Application, applicant: Person) -> None:
    assert QUESTION not in factory.send_in(bid, applicant).content["answers"]


def test_a_second_press_finds_the_version_with_its_files(bid: Application, applicant: Person) -> None:
    add(bid, applicant)
    assert factory.send_in(bid, applicant).id == factory.send_in(bid, applicant).id


def test_a_bid_with_an_infected_file_is_not_sent_in(bid: Application, applicant: Person) -> None:
    added = add(bid, applicant)
    with transaction():
        added.scan = "infected"
    with pytest.raises(Blocked) as blocked:
        factory.send_in(bid, applicant)
    assert "“tides 0.csv” was found to hold a virus. Remove it." in str(blocked.value)
    bid_files.remove(bid, added, applicant)
    assert factory.send_in(bid, applicant).number == 1


def test_a_file_is_taken_out_once(bid: Application, applicant: Person) -> None:
    added = add(bid, applicant)
    bid_files.remove(bid, added, applicant)
    with pytest.raises(UnknownFileError):
        bid_files.remove(bid, added, applicant)
    assert db.session.query(Event).filter_by(action="remove_file").count() == 1
    assert add(bid, applicant).id != added.id


def test_nobody_changes_the_files_of_a_bid_that_was_sent_in(bid: Application, applicant: Person) -> None:
    added = add(bid, applicant)
    factory.send_in(bid, applicant)
    with pytest.raises(Blocked, match="fixed"):
        add(bid, applicant, table(1))
    with pytest.raises(Blocked, match="fixed"):
        bid_files.remove(bid, added, applicant)


def test_nobody_else_adds_to_a_bid(bid: Application, applicant: Person) -> None:
    added = add(bid, applicant)
    rival = people.applicant("Rhys Rival", "rhys@rival.example")
    with pytest.raises(Blocked, match="You may not change this bid"):
        add(bid, rival, table(1))
    with pytest.raises(Blocked, match="You may not change this bid"):
        bid_files.remove(bid, added, rival)


def test_another_bids_file_is_not_taken_out_of_this_one(bid: Application, applicant: Person) -> None:
    other = factory.draft(bid.round, applicant, bid.organisation, "Another")
    added = add(other, applicant)
    with pytest.raises(UnknownFileError):
        bid_files.remove(bid, added, applicant)
    assert queries.of_bid(bid.id, added.id) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bid_files SET sha256 = 'x'",
        "UPDATE bid_files SET name = 'x'",
        "UPDATE bid_files SET removed_at = NULL, removed_by_id = NULL",
        "UPDATE bid_files SET removed_at = now()",
        "DELETE FROM bid_files",
        "TRUNCATE bid_files",
    ],
)
def test_the_database_itself_keeps_every_file(bid: Application, applicant: Person, statement: str) -> None:
    bid_files.remove(bid, add(bid, applicant), applicant)
    with pytest.raises(DBAPIError, match=r"is refused|permission denied"), transaction():
        db.session.execute(text(statement))
