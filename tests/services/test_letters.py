"""Letters: made once, kept as they are, let go by a second person, held until the release, void for good."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.verify import verify
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.letters import Letter, LetterRelease
from fundapp.models.outbox import OutboxRow
from fundapp.queries import letters as queries
from fundapp.services import awards, checking, letter_making, letters
from fundapp.services.tries import TooManyTries
from fundapp.transaction import transaction
from tests.factories import meetings, outbox, region
from tests.factories.region import Region
from tests.stages import Stages, with_everybody
from workflows.actors import Permission
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")

Decide = Callable[..., tuple[Region, list[Application]]]


def refusal(code: str) -> pytest.RaisesExc[Blocked]:
    return pytest.RaisesExc(Blocked, check=lambda blocked: [each.code for each in blocked.blockers] == [code])


@pytest.fixture
def decide(app_context: Flask, stages: Stages) -> Decide:
    """A round in which the board decided so on each bid, its letters made."""

    def decided(*decisions: str) -> tuple[Region, list[Application]]:
        def build() -> Region:
            here = region.invent_region()
            call = region.open_round(here, region.install(here))
            bids = meetings.assessed(here, call, [5] * len(decisions))
            meetings.decided(here, call, bids, decisions)
            outbox.work_off()
            return here

        name = f"decided_{'_'.join(decisions)}"
        here = with_everybody(stages.at(name, build))
        return here, list(db.session.scalars(select(Application).order_by(Application.id)))

    return decided


def only_letter() -> Letter:
    return db.session.scalars(select(Letter)).one()


def test_a_decline_is_made_at_once_and_kept_under_its_hash(decide: Decide) -> None:
    _, bids = decide("decline")
    letter = only_letter()
    assert (letter.kind, letter.number, letter.application_id) == ("decline", 1, bids[0].id)
    assert letter.release is None
    assert verify(letters.open_pdf(letter), letter.pdf_sha256)
    assert list(letters.verify_all()) == []


def test_the_same_promise_makes_one_letter_however_often_it_is_kept(decide: Decide) -> None:
    decide("decline")
    promise = db.session.scalars(select(OutboxRow).where(OutboxRow.kind == "issue_letter")).one().payload
    with ConfinedPress() as press, transaction():
        letter_making.fulfil(promise, press)
        letter_making.fulfil(promise, press)
    assert only_letter().number == 1


def test_a_letter_is_never_changed_and_never_deleted(decide: Decide) -> None:
    decide("decline")
    for statement in (
        "UPDATE letters SET kind = 'offer_of_grant'",
        "DELETE FROM letters",
        "TRUNCATE letters CASCADE",
    ):
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement))
        db.session.rollback()
    assert only_letter().kind == "decline"


def test_who_closed_the_meeting_does_not_release_its_declines(decide: Decide) -> None:
    here, _ = decide("decline")
    letter = only_letter()
    with refusal("same_person"):
        letters.release(letter, here.officer)
    for stranger in (here.finance[0], here.chair, here.applicants[0], here.decider):
        with refusal("not_permitted"):
            letters.release(letter, stranger)
    assert db.session.scalars(select(LetterRelease)).all() == []
    released = letters.release(letter, here.second_officer)
    assert letters.release(letter, here.second_officer).id == released.id


def test_a_released_letter_is_held_until_the_rounds_release(decide: Decide) -> None:
    here, bids = decide("decline")
    letter, reader = only_letter(), here.applicants[0]
    assert Permission.LETTER_READ not in held_by(reader, letter)
    letters.release(letter, here.second_officer)
    assert letter.release is not None
    assert letter.release.visible_from == bids[0].round.release_at
    assert Permission.LETTER_READ not in held_by(reader, letter)
    assert checking.look_up(letter.code, "192.0.2.7") is None
    region.pass_time(days=60)
    assert Permission.LETTER_READ in held_by(reader, letter)
    assert checking.look_up(letter.code, "192.0.2.7") == letter


def test_a_letter_is_its_own_readers_and_the_offices(decide: Decide) -> None:
    here, bids = decide("decline", "decline")
    region.pass_time(days=60)
    letters.release_declines(bids[0].round, here.second_officer)
    first = db.session.scalars(select(Letter).order_by(Letter.application_id)).first()
    assert first is not None
    readers = {
        "its own": here.applicants[0],
        "another": here.applicants[1],
        "officer": here.officer,
        "finance": here.finance[0],
        "decider": here.decider,
        "member": here.members[0],
        "assessor": here.assessors[0],
    }
    may = {name for name, person in readers.items() if Permission.LETTER_READ in held_by(person, first)}
    assert may == {"its own", "officer", "finance", "decider"}


def test_every_decline_of_a_round_goes_in_one_press(decide: Decide) -> None:
    here, bids = decide("decline", "decline", "approve", "decline")
    call = bids[0].round
    rows, total = queries.declines_to_release(call.id, here.officer.id)
    assert (total, [row.by_own_hand for row in rows]) == (3, [True] * 3)
    assert letters.release_declines(call, here.officer) == 0
    rows, total = queries.declines_to_release(call.id, here.second_officer.id)
    assert [(row.reference, row.by_own_hand) for row in rows] == [
        (bids[0].reference, False), (bids[1].reference, False), (bids[3].reference, False),
    ]  # fmt: skip
    assert letters.release_declines(call, here.second_officer) == 3
    assert letters.release_declines(call, here.second_officer) == 0
    assert queries.declines_waiting() == []
    assert queries.counts() == {"waiting": 0, "released": 3, "void": 0}


def test_a_void_letter_is_not_released_and_not_made_void_twice(decide: Decide) -> None:
    here, _ = decide("decline")
    letter = only_letter()
    with refusal("reason_missing"):
        letters.void(letter, "  ", here.officer)
    with refusal("not_permitted"):
        letters.void(letter, "No.", here.finance[0])
    letters.void(letter, "The wrong reason was recorded.", here.officer)
    with refusal("void"):
        letters.release(letter, here.second_officer)
    with refusal("void"):
        letters.void(letter, "Again.", here.officer)
    assert queries.counts() == {"waiting": 0, "released": 0, "void": 1}


def test_a_new_letter_replaces_the_void_one(decide: Decide) -> None:
    here, _ = decide("decline")
    first = only_letter()
    letters.void(first, "A name was wrong.", here.officer, make_again=True)
    outbox.work_off()
    second = db.session.scalars(select(Letter).where(Letter.id != first.id)).one()
    assert (second.kind, second.number, second.replaces_id) == ("decline", 2, first.id)
    assert second.code != first.code
    rows, more = queries.listed("waiting")
    assert ([row.code for row in rows], more) == ([second.code], None)
    assert [row.code for row in queries.listed("void")[0]] == [first.code]


def test_a_letter_somebody_accepted_stands(decide: Decide) -> None:
    here, _ = decide("approve")
    region.pass_time(days=60)
    award = db.session.scalars(select(Award)).one()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    awards.release_offer(award, here.second_officer)
    awards.accept(award, "Applicant 1", here.applicants[0])
    offer = queries.offer_letter(award.id)
    assert offer is not None
    with refusal("accepted"):
        letters.void(offer, "Too late.", here.officer)


def test_the_confirmation_the_law_asks_for_leaves_by_itself(decide: Decide) -> None:
    here, _ = decide("approve")
    region.pass_time(days=60)
    award = db.session.scalars(select(Award)).one()
    awards.confirm_subsidy(award, [], here.applicants[0])
    outbox.work_off()
    awards.release_offer(award, here.second_officer)
    awards.accept(award, "Applicant 1", here.applicants[0])
    outbox.work_off()
    sent = db.session.scalars(select(Letter).where(Letter.kind == "mfa_confirmation")).one()
    assert sent.release is not None
    assert sent.release.released_by_id is None


def test_guessing_codes_becomes_slow_and_a_known_code_costs_nothing(decide: Decide) -> None:
    here, _ = decide("decline")
    letter = only_letter()
    letters.release(letter, here.second_officer)
    region.pass_time(days=60)
    for _ in range(100):
        assert checking.look_up(letter.code, "192.0.2.1") == letter
    assert checking.look_up("not a code", "192.0.2.1") is None
    for _ in range(checking.IN_AN_HOUR // 4 - 1):
        assert checking.look_up("0000-0000", "192.0.2.1") is None
    with pytest.raises(TooManyTries):
        checking.look_up("0000-0000", "192.0.2.1")
    with pytest.raises(TooManyTries):
        checking.look_up(letter.code, "192.0.2.1")
    assert checking.look_up(letter.code, "192.0.2.2") == letter
