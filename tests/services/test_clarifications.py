"""Clarification: named answers are open again and no others; what is sent back is a version of its own."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.events import Event
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.queries import clarifications as queries
from fundapp.services import answers, bid_files, bids, clarifications
from fundapp.services.approvals import latest_version
from fundapp.services.uploads.examining import Candidate
from tests.factories import outbox, reading
from tests.factories import region as made
from tests.factories.reading import Staged
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")
REASON = "Which site is the work done at?"


def asked(*questions: str) -> tuple[Application, Person, Person]:
    """A bid that is being checked and was asked about; who applies, and who asked."""
    given = reading.in_triage()
    bid = given.bids[0]
    due_at = made.now() + timedelta(days=5)
    clarifications.ask(bid, given.officer, questions=questions, due_at=due_at, reason=REASON)
    return bid, given.region.applicants[0], given.officer


def write(bid: Application, question: str, text: str, actor: Person) -> None:
    saved = answers.answers_of(bid).get(question)
    answers.save(bid, question, {"text": text}, saved.version if saved else 0, actor)


def last_event(bid: Application) -> Event:
    last = select(func.max(Event.id)).where(Event.case_kind == "application", Event.case_id == bid.id)
    return db.session.scalars(select(Event).where(Event.id == last.scalar_subquery())).one()


def test_only_named_questions_are_opened_with_a_reason_and_a_day_to_come(staged: Staged) -> None:
    given = staged(reading.in_triage)
    bid, due_at = given.bids[0], made.now() + timedelta(days=5)
    for questions, due, reason, why in (
        ((), due_at, REASON, "No question has been chosen"),
        (("problem",), made.now() - timedelta(days=1), REASON, "The date to answer by is not in the future"),
        (("problem",), due_at, " ", "A reason has not been given"),
    ):
        with pytest.raises(Blocked, match=why):
            clarifications.ask(bid, given.officer, questions=questions, due_at=due, reason=reason)
    clarifications.ask(bid, given.officer, questions=["problem"], due_at=due_at, reason=REASON)
    assert bid.state == "clarification"
    assert last_event(bid).facts == {"questions": ["problem"], "due_at": due_at.isoformat()}
    found = queries.asked(bid.id)
    assert found is not None
    assert (found.questions, found.reason, found.due_at) == (("problem",), REASON, due_at)
    outbox.work_off()
    told = db.session.scalars(select(Message.subject).where(Message.case_id == bid.id)).all()
    assert f"We need something from you about {bid.reference}" in told


def test_the_applicant_changes_what_was_asked_about_and_nothing_else() -> None:
    bid, applicant, officer = asked("problem")
    write(bid, "problem", "We work in Wirral.", applicant)
    other = next(each for each in bid.round.rules.questions if each.kind == "text" and each.key != "problem")
    with pytest.raises(Blocked, match="its answers are fixed"):
        write(bid, other.key, "Another word.", applicant)
    with pytest.raises(Blocked, match="its answers are fixed"):
        bids.save_project(bid, bids.Project(title="Another"), bid.project_version, applicant)
    with pytest.raises(Blocked):
        write(bid, "problem", "Ours.", officer)


def test_what_is_sent_back_is_a_new_version_that_differs_in_those_answers_alone() -> None:
    bid, applicant, _ = asked("problem")
    first = latest_version(bid)
    with pytest.raises(Blocked, match="Nothing has changed yet"):
        clarifications.answer(bid, applicant)
    write(bid, "problem", "We work in Wirral.", applicant)
    second = clarifications.answer(bid, applicant)
    assert bid.state == "in_triage"
    assert (second.number, second.content["version"]) == (first.number + 1, first.number + 1)
    changed = {key for key in second.content if second.content[key] != first.content[key]}
    assert changed == {"version", "answers"}
    answers = second.content["answers"]
    assert {key for key in answers if answers[key] != first.content["answers"].get(key)} == {"problem"}
    assert answers["problem"] == {"text": "We work in Wirral."}
    assert last_event(bid).facts["sha256"] == second.sha256
    with pytest.raises(Blocked, match="its answers are fixed"):
        write(bid, "problem", "Too late.", applicant)
    with pytest.raises(Blocked, match="is not possible while this is “In triage”"):
        clarifications.answer(bid, applicant)


def test_files_that_were_asked_about_are_changed_and_no_others() -> None:
    bid, applicant, _ = asked("documents")
    first = latest_version(bid)
    documents = bid.round.rules.question("documents")
    assert documents is not None
    added = bid_files.add(bid, documents, Candidate("tides.csv", "csv", b"1,2", None), applicant)
    with pytest.raises(Blocked, match="its answers are fixed"):
        write(bid, "problem", "Another word.", applicant)
    second = clarifications.answer(bid, applicant)
    assert [each["name"] for each in second.content["answers"]["documents"]["files"]] == ["tides.csv"]
    assert "documents" not in first.content["answers"]
    with pytest.raises(Blocked, match="its answers are fixed"):
        bid_files.remove(bid, added, applicant)


def test_an_answer_too_long_is_kept_and_not_sent() -> None:
    bid, applicant, _ = asked("problem")
    write(bid, "problem", "word " * 5_000, applicant)
    with pytest.raises(Blocked):
        clarifications.answer(bid, applicant)
    assert bid.state == "clarification"
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 1


def test_the_office_goes_on_without_an_answer_for_a_reason() -> None:
    bid, applicant, officer = asked("problem")
    write(bid, "problem", "Half a thought", applicant)
    with pytest.raises(Blocked, match="A reason has not been given"):
        clarifications.stop_waiting(bid, officer, reason="")
    clarifications.stop_waiting(bid, officer, reason="The register answered it.")
    assert bid.state == "in_triage"
    assert latest_version(bid).number == 1
