"""A bid that was reopened goes forward as it was received; what was written since is not lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from fundapp import chain
from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.people import Person
from fundapp.queries import bid_files as file_queries
from fundapp.queries import bids as queries
from fundapp.queries import keeping, near_misses
from fundapp.services import answers, bid_files, bids, clarifications, submissions, triage, versions
from fundapp.services.uploads.examining import Candidate, examine
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import costs, files, forms, people, rounds
from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED, Span
from workflows.machine import Blocked

SENT = {"text": "Who will do it? Some words."}
UNSENT = {"text": "Three people, one of them a diver."}
MOTTO = {"text": "Clean by Friday"}


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def officer(applicant: Person) -> Person:
    return people.officer()


@pytest.fixture
def bid(applicant: Person, officer: Person) -> Application:
    """A bid sent in with everything that must be answered, and reopened."""
    call = rounds.open_round(officer, fund=forms.every_kind())
    bid = factory.draft(call, applicant, factory.firm(applicant))
    bids.save_project(bid, factory.PROJECT, bid.project_version, applicant)
    costs.write(bid, applicant)
    span = Span(factory.PROJECT.starts_on, factory.PROJECT.months)
    for question in (each for each in bid.round.rules.of_kind(*ANSWERED) if each.required):
        answers.save(bid, question.key, factory.answer_to(question, span=span), 0, applicant)
    factory.send_in(bid, applicant)
    submissions.reopen(bid, applicant)
    return bid


def close() -> None:
    """Let the round close and the clock carry bids forward."""
    rounds.move_to(rounds.CLOSES)
    with transaction():
        submissions.carry_forward(rounds.CLOSES)


def value(bid: Application, question: str) -> object:
    return answers.answers_of(bid)[question].value


def test_the_answers_are_those_sent_in_and_what_was_not_is_in_the_history(
    bid: Application, applicant: Person
) -> None:
    colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    people.join(bid.organisation, colleague)
    answers.save(bid, "team", UNSENT, 1, colleague)
    answers.save(bid, "motto", MOTTO, 0, applicant)
    close()
    sent = db.session.query(Submission).one()
    assert (value(bid, "team"), value(bid, "motto")) == (SENT, {})
    now, unsent, *_ = queries.answer_versions(bid.id, "team")
    assert (now.value, now.saved_by, now.saved_at) == (SENT, applicant.name, sent.submitted_at)
    assert (unsent.value, unsent.saved_by) == (UNSENT, "Tomasz Bell")
    assert [each.value for each in queries.answer_versions(bid.id, "motto")] == [{}, MOTTO]
    assert answers.answers_of(bid)["problem"].version == 1
    assert list(chain.verify()) == []


def test_the_draft_that_was_not_sent_in_is_kept_whole(bid: Application, applicant: Person) -> None:
    project = replace(factory.PROJECT, summary="Sensors that a diver need not clean.")
    bids.save_project(bid, project, bid.project_version, applicant)
    costs.write(bid, applicant, replace(costs.MONEY, grant_requested_pence=4_000_000))
    draft, version = versions.draft_content(bid), bid.project_version
    close()
    assert (bid.summary, bid.grant_requested_pence) == (factory.PROJECT.summary, 5_920_000)
    assert bid.project_version == version + 1
    assert keeping.unsent(bid.id) == draft


def documents(bid: Application) -> Question:
    found = bid.round.rules.question("documents")
    assert found is not None
    return found


def table(number: int) -> Candidate:
    return examine(f"tides {number}.csv", files.CSV + b"July,%d\n" % number, files.TERMS)


def names_in(bid: Application) -> list[str]:
    return [each.name for each in file_queries.added(bid.id).get("documents", ())]


def test_the_files_are_those_that_were_sent_in(bid: Application, applicant: Person) -> None:
    first, second = (bid_files.add(bid, documents(bid), table(number), applicant) for number in (1, 2))
    factory.send_in(bid, applicant, "second press")
    submissions.reopen(bid, applicant)
    bid_files.remove(bid, first, applicant)
    bid_files.add(bid, documents(bid), table(3), applicant)
    assert names_in(bid) == ["tides 2.csv", "tides 3.csv"]
    close()
    assert sorted(names_in(bid)) == [first.name, second.name]
    assert [each.name for each in keeping.files(bid.id)] == [f"tides {number}.csv" for number in (1, 2, 3, 1)]
    assert list(chain.verify()) == []


def test_a_bid_reopened_and_left_alone_leaves_nothing_beside_its_event(bid: Application) -> None:
    close()
    assert bid.state == "submitted"
    assert keeping.unsent(bid.id) is None
    assert [each.version for each in answers.answers_of(bid).values()] == [1] * 13


@pytest.mark.parametrize("is_taken_up", [False, True])
def test_a_press_after_it_went_forward_is_late_and_listed_so(
    bid: Application, applicant: Person, officer: Person, is_taken_up: bool
) -> None:
    answers.save(bid, "team", UNSENT, 1, applicant)
    close()
    if is_taken_up:
        triage.take_up(bid, officer)
    rounds.move_to(rounds.CLOSES + timedelta(seconds=40))
    with pytest.raises(Blocked) as late:
        factory.send_in(bid, applicant, "late press")
    assert [each.code for each in late.value.blockers] == ["round_closed"]
    ((listed,), _) = near_misses.of_round(bid.round_id)
    assert listed.blockers == ("round_closed",)
    assert db.session.query(Submission).count() == 1


def test_a_press_repeated_after_the_close_finds_its_receipt(bid: Application, applicant: Person) -> None:
    second = factory.send_in(bid, applicant, "second press")
    rounds.move_to(rounds.CLOSES)
    again, other_tab = (factory.send_in(bid, applicant, key) for key in ("second press", "another tab"))
    assert (again.id, other_tab.id) == (second.id, second.id)


def test_what_was_not_sent_in_is_no_answer_to_what_the_office_asks(
    bid: Application, applicant: Person, officer: Person
) -> None:
    answers.save(bid, "team", UNSENT, 1, applicant)
    answers.save(bid, "motto", MOTTO, 0, applicant)
    added = bid_files.add(bid, documents(bid), table(1), applicant)
    factory.send_in(bid, applicant, "second press")
    submissions.reopen(bid, applicant)
    bid_files.remove(bid, added, applicant)
    answers.save(bid, "team", SENT, 2, applicant)
    close()
    triage.take_up(bid, officer)
    due_at, asked = rounds.CLOSES + timedelta(days=20), ["team", "motto", "documents"]
    clarifications.ask(bid, officer, questions=asked, due_at=due_at, reason="Who leads?")
    assert clarifications.answered(bid).gaps == (clarifications.UNCHANGED,)
