"""Answers are saved word for word, never over other people's, and what was there before can be had again."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Answer, AnswerVersion, Application
from fundapp.models.people import Person
from fundapp.queries import bids as queries
from fundapp.services import answers
from fundapp.services.stale import StaleError
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.stages import Stages
from workflows.machine import Blocked

HUNDRED = " ".join(f"word{number}" for number in range(100))


@pytest.fixture
def applicant(app_context: Flask, stages: Stages) -> Person:
    return db.session.get_one(Person, stages.copied("draft", factory.lead_of_draft))


@pytest.fixture
def bid(applicant: Person) -> Application:
    return db.session.scalars(select(Application)).one()


@pytest.fixture
def colleague(bid: Application) -> Person:
    joined = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    people.join(bid.organisation, joined)
    return joined


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def save(bid: Application, text: str, actor: Person) -> int:
    answer = db.session.get(Answer, (bid.id, "problem"))
    return answers.save(bid, "problem", {"text": text}, answer.version if answer else 0, actor).version


def texts(bid: Application) -> list[str]:
    """The history of the answer, the newest first."""
    return [kept.value["text"] for kept in queries.answer_versions(bid.id, "problem")]


def earliest(bid: Application, question: str) -> int:
    """The number of the first text the history of an answer has."""
    (*_, first) = queries.answer_versions(bid.id, question)
    assert first.id is not None
    return first.id


def wait(**period: int) -> None:
    rounds.move_to(clock.now() + timedelta(**period))


def test_an_answer_is_saved_with_rising_versions(bid: Application, applicant: Person) -> None:
    versions = [
        answers.save(bid, "problem", {"text": text}, version, applicant).version
        for text, version in (("One", 0), ("Two", 1), ("Two", 0), ("Three", 2))
    ]
    assert versions == [1, 2, 2, 3]


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_stale_save_changes_nothing_and_carries_both_texts(
    bid: Application, applicant: Person, colleague: Person, version: int
) -> None:
    answers.save(bid, "problem", {"text": "Mine"}, 0, applicant)
    answers.save(bid, "problem", {"text": "Theirs"}, 1, colleague)
    with pytest.raises(StaleError) as stale:
        answers.save(bid, "problem", {"text": "Mine, longer"}, version, applicant)
    assert (stale.value.yours, stale.value.theirs, stale.value.version) == (
        {"text": "Mine, longer"},
        {"text": "Theirs"},
        2,
    )
    saved = db.session.get(Answer, (bid.id, "problem"))
    assert saved is not None
    assert (saved.value, saved.version, saved.saved_by_id) == ({"text": "Theirs"}, 2, colleague.id)


def test_a_question_of_another_form_is_refused(bid: Application, applicant: Person) -> None:
    for question in ("nothing", "declarations", ""):
        with pytest.raises(answers.UnknownQuestionError):
            answers.save(bid, question, {"text": "x"}, 0, applicant)


def test_nothing_is_saved_at_the_closing_instant(bid: Application, applicant: Person) -> None:
    rounds.move_to(rounds.CLOSES)
    with pytest.raises(Blocked) as refused:
        answers.save(bid, "problem", {"text": "Late"}, 0, applicant)
    assert codes(refused) == ["round_closed"]
    assert db.session.query(Answer).count() == 0


def test_a_stranger_cannot_save(bid: Application, applicant: Person) -> None:
    for stranger in (people.applicant("Nosy Parker", "nosy@rival.example"), people.officer("Other Officer")):
        with pytest.raises(Blocked) as refused:
            answers.save(bid, "problem", {"text": "x"}, 0, stranger)
        assert codes(refused) == ["not_permitted"]


def test_a_text_that_grows_is_one_line_of_its_history(bid: Application, applicant: Person) -> None:
    assert [save(bid, " ".join(["more"] * number), applicant) for number in range(1, 6)] == [1, 2, 3, 4, 5]
    assert texts(bid) == ["more more more more more"]
    assert db.session.query(AnswerVersion).count() == 0
    kept = db.session.query(Answer).one()
    assert (kept.version, kept.saved_by_id) == (5, applicant.id)


def test_another_writer_begins_another_line(bid: Application, applicant: Person, colleague: Person) -> None:
    save(bid, "Mine.", applicant)
    save(bid, "Mine. Theirs.", colleague)
    save(bid, "Mine. Theirs. Mine.", applicant)
    assert texts(bid) == ["Mine. Theirs. Mine.", "Mine. Theirs.", "Mine."]


def test_ten_minutes_begin_another_line(bid: Application, applicant: Person) -> None:
    save(bid, "One.", applicant)
    wait(minutes=9)
    save(bid, "One. Two.", applicant)
    wait(minutes=1)
    save(bid, "One. Two. Three.", applicant)
    assert texts(bid) == ["One. Two. Three.", "One. Two."]


@pytest.mark.parametrize(("left", "lines"), [(81, 1), (79, 2), (0, 2)])
def test_words_are_kept_before_a_good_part_of_them_goes(
    bid: Application, applicant: Person, left: int, lines: int
) -> None:
    fewer = " ".join(HUNDRED.split()[:left])
    save(bid, HUNDRED, applicant)
    save(bid, fewer, applicant)
    assert texts(bid) == [fewer, HUNDRED][:lines]


def test_an_answer_that_came_without_history_gets_one_before_it_changes(
    bid: Application, applicant: Person
) -> None:
    with transaction():
        db.session.add(
            Answer(
                application_id=bid.id,
                question="problem",
                value={"text": "Imported."},
                version=1,
                begun_at=clock.now() - timedelta(days=1),
                saved_at=clock.now() - timedelta(days=1),
                saved_by_id=applicant.id,
            )
        )
    save(bid, "Written anew.", applicant)
    assert texts(bid) == ["Written anew.", "Imported."]


def test_an_earlier_text_becomes_the_answer_and_the_one_it_replaces_stays(
    bid: Application, applicant: Person, colleague: Person
) -> None:
    save(bid, "First.", applicant)
    save(bid, "Second.", colleague)
    first = earliest(bid, "problem")
    restored = answers.restore(bid, "problem", first, colleague)
    assert (restored.value, restored.version, restored.saved_by_id) == ({"text": "First."}, 3, colleague.id)
    assert texts(bid) == ["First.", "Second.", "First."]
    assert answers.restore(bid, "problem", first, colleague).version == 3


def test_only_a_text_of_this_very_answer_is_put_back(bid: Application, applicant: Person) -> None:
    save(bid, "On the problem.", applicant)
    answers.save(bid, "team", {"text": HUNDRED}, 0, applicant)
    answers.save(bid, "team", {"text": "On the team."}, 1, applicant)
    of_team = earliest(bid, "team")
    for version_id in (of_team, of_team + 1000):
        with pytest.raises(answers.UnknownVersionError):
            answers.restore(bid, "problem", version_id, applicant)
    assert texts(bid) == ["On the problem."]


def test_nothing_is_put_back_after_the_close(bid: Application, applicant: Person) -> None:
    save(bid, "First.", applicant)
    save(bid, HUNDRED, applicant)
    wait(minutes=11)
    save(bid, "Second.", applicant)
    first = earliest(bid, "problem")
    rounds.move_to(rounds.CLOSES)
    with pytest.raises(Blocked) as refused:
        answers.restore(bid, "problem", first, applicant)
    assert codes(refused) == ["round_closed"]
