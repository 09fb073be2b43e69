from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.assessments import Assessment
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Batch
from fundapp.models.people import RoleGrant
from fundapp.services import assessment, assignment, moderation, personas
from fundapp.transaction import transaction
from tests.factories import people, reading
from tests.factories import region as made
from tests.factories.reading import Staged
from workflows.actors import Permission, Role
from workflows.machine import Blocked
from workflows.rules.conflicts import Kind

pytestmark = pytest.mark.usefixtures("app_context")


def event_of(assessment: Assessment, action: str) -> Event:
    """The one event of this action on an assessment."""
    case = (Event.case_kind == "assessment") & (Event.case_id == assessment.id)
    return db.session.scalars(select(Event).where(case, Event.action == action)).one()


def test_readers_are_proposed_evenly_and_asked_only_when_invited(staged: Staged) -> None:
    given = staged(reading.in_assessment, 4)
    proposal = assignment.propose(given.call, given.officer)
    assert (len(proposal.pairs), proposal.missing) == (12, {})
    assert [each.state for each in reading.readings(given.bids[0])] == ["proposed"] * 3
    assert assignment.invite_all(given.call, given.officer) == 12
    assert assignment.propose(given.call, given.officer).pairs == ()
    every = [each for bid in given.bids for each in reading.readings(bid)]
    loads = [sum(each.assessor_id == person.id for each in every) for person in given.region.assessors]
    assert loads == [3, 3, 3, 3]


def test_a_proposal_never_crosses_a_conflict_and_says_who_is_missing(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    for person in given.region.assessors[:2]:
        assessment.declare_interest(person, company="ZZ000001", kind="interest")
    proposal = assignment.propose(given.call, given.officer)
    assert proposal.missing == {given.bids[0].id: 1}
    readers = {each.assessor_id for each in reading.readings(given.bids[0])}
    assert readers == {person.id for person in given.region.assessors[2:]}


@pytest.mark.parametrize("kind", ["interest", "past_employer"])
def test_a_declared_tie_stops_the_invitation(staged: Staged, kind: str) -> None:
    given = staged(reading.in_assessment)
    assessor = given.region.assessors[0]
    assessment.declare_interest(assessor, company="zz 000001", kind=kind)
    proposed = assessment.propose(given.bids[0], assessor, given.officer)
    with pytest.raises(Blocked, match="organisation on this bid"):
        assessment.invite(proposed, given.officer)


def test_a_shared_mail_domain_and_a_membership_stop_the_invitation(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    cousin = personas.invent("Cousin", "cousin@lab.firm1.example", Role.ASSESSOR)
    proposed = assessment.propose(given.bids[0], cousin, given.officer)
    with pytest.raises(Blocked, match=r"share the e-mail domain firm1\.example"):
        assessment.invite(proposed, given.officer)
    member = personas.invent("Member", "member@elsewhere.example", Role.APPLICANT)
    people.join(given.bids[0].organisation, member)
    with transaction():
        db.session.add(RoleGrant(person_id=member.id, role=Role.ASSESSOR.value, granted_at=clock.now()))
    inside = assessment.propose(given.bids[0], member, given.officer)
    assert event_of(inside, "open").facts["conflicts"] == [
        Kind.ORGANISATION,
        Kind.COMPANY_NUMBER,
        Kind.EMAIL_DOMAIN,
    ]


def test_an_override_takes_two_different_people_and_a_reason(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    assessor = given.region.assessors[0]
    assessment.declare_interest(assessor, company="ZZ000001", kind="interest")
    proposed = assessment.propose(given.bids[0], assessor, given.officer)
    with pytest.raises(Blocked, match="Write the reason"):
        assessment.sign_override(proposed, given.officer, reason=" ")
    assessment.sign_override(proposed, given.officer, reason="Nobody else knows the field.")
    with pytest.raises(Blocked, match="somebody else"):
        assessment.sign_override(proposed, given.officer, reason="Again.")
    with pytest.raises(Blocked, match="declared an interest"):
        assessment.invite(proposed, given.officer)
    assessment.sign_override(proposed, given.region.second_officer, reason="I agree.")
    assert assessment.invite(proposed, given.officer).state == "invited"


def test_there_is_nothing_to_override_without_a_conflict(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    proposed = assessment.propose(given.bids[0], given.region.assessors[0], given.officer)
    with pytest.raises(Blocked, match="nothing to override"):
        assessment.sign_override(proposed, given.officer, reason="To be safe.")


def test_the_content_opens_with_the_declaration_and_closes_with_a_conflict(staged: Staged) -> None:
    given = staged(reading.invited)
    mine = reading.readings(given.bids[0])[0]
    reader, other = mine.assessor, given.region.applicants[0]
    assert Permission.ASSESSMENT_SCORE not in held_by(reader, mine)
    with pytest.raises(Blocked, match="You may not mark this bid"):
        assessment.save_mark(mine, given.call.criteria[0], reader, score=3, comment="Fine.")
    assessment.accept(mine, reader)
    assert Permission.ASSESSMENT_SCORE in held_by(reader, mine)
    assert Permission.ASSESSMENT_READ not in held_by(other, mine)
    assessment.declare_conflict(mine, reader, reason="My sister works there.")
    assert mine.state == "withdrawn"
    assert not {Permission.ASSESSMENT_READ, Permission.ASSESSMENT_SCORE} & held_by(reader, mine)


def test_a_proposal_is_not_shown_to_the_assessor(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    proposed = assessment.propose(given.bids[0], given.region.assessors[0], given.officer)
    assert Permission.ASSESSMENT_READ not in held_by(proposed.assessor, proposed)


def test_nobody_answers_or_marks_for_somebody_else(staged: Staged) -> None:
    given = staged(reading.invited)
    first, second = reading.readings(given.bids[0])[:2]
    with pytest.raises(Blocked, match="You may not do this: accept"):
        assessment.accept(first, second.assessor)
    assessment.accept(first, first.assessor)
    with pytest.raises(Blocked, match="You may not mark"):
        assessment.save_mark(first, given.call.criteria[0], second.assessor, score=3, comment="")
    with pytest.raises(Blocked, match="You may not mark"):
        assessment.save_mark(first, given.call.criteria[0], given.officer, score=3, comment="")


def test_marks_stay_on_the_scale_and_are_sealed_with_words_for_each(staged: Staged) -> None:
    given = staged(reading.invited)
    mine = reading.readings(given.bids[0])[0]
    reader = mine.assessor
    assessment.accept(mine, reader)
    with pytest.raises(Blocked, match="Marks go from 0 to 5"):
        assessment.save_mark(mine, given.call.criteria[0], reader, score=6, comment="")
    assessment.save_mark(mine, given.call.criteria[0], reader, score=4, comment="")
    assert mine.state == "in_progress"
    with pytest.raises(Blocked) as refused:
        assessment.submit(mine, reader)
    assert [blocker.reason for blocker in refused.value.blockers] == [
        "“Innovation” has no mark yet.",
        "“Delivery plan” has no mark yet.",
        "“Value for money” has no mark yet.",
        "“Place and people” has no mark yet.",
        "“Why a grant” has no mark yet.",
        "“Clear need” has a mark without words: say why.",
    ]
    assert (mine.state, mine.total) == ("in_progress", None)


def test_over_long_words_are_kept_and_stop_the_submission_only(staged: Staged) -> None:
    given = staged(reading.invited)
    mine = reading.marked(reading.readings(given.bids[0])[0], 4)
    words = "word " * 153
    assessment.save_mark(mine, given.call.criteria[0], mine.assessor, score=4, comment=words)
    assert mine.marks[0].comment == words.strip()
    with pytest.raises(Blocked, match="The words for “Clear need” are 3 over the limit of 150"):
        assessment.submit(mine, mine.assessor)


def test_the_sealed_total_is_exact_and_leaves_out_what_does_not_apply(staged: Staged) -> None:
    given = staged(reading.invited)
    mine = reading.marked(reading.readings(given.bids[0])[0], 5, 4, 3, 2, 1, 0)
    assessment.save_mark(
        mine, given.call.criteria[5], mine.assessor, score=0, comment="No grant needed.", not_applicable=True
    )
    assessment.submit(mine, mine.assessor)
    # (20x5 + 25x4 + 20x3 + 15x2 + 10x1) / 5 of 90 weights, times 100
    assert mine.total == Decimal("66.666667")
    event = db.session.scalars(
        select(Event).where(
            Event.case_kind == "assessment", Event.case_id == mine.id, Event.action == "submit"
        )
    ).one()
    assert event.facts["total"] == "66.666667"
    assert event.facts["marks"] == {
        "clear_need": 5, "innovation": 4, "delivery_plan": 3, "value_for_money": 2, "place_and_people": 1,
        "why_a_grant": None,
    }  # fmt: skip
    assert db.session.get_one(EventPersonal, event.id).body["comments"]["why_a_grant"] == "No grant needed."


def test_sealed_marks_change_only_after_a_return_with_a_reason_and_the_old_ones_stay_on_record(
    staged: Staged,
) -> None:
    given = staged(reading.invited)
    mine = reading.submitted(reading.readings(given.bids[0])[0], 4)
    with pytest.raises(Blocked, match="Your marks are sealed"):
        assessment.save_mark(mine, given.call.criteria[0], mine.assessor, score=1, comment="Less.")
    with pytest.raises(Blocked, match="A reason has not been given"):
        assessment.give_back(mine, given.officer, reason="")
    assessment.give_back(mine, given.officer, reason="Two words are about another bid.")
    assert (mine.state, mine.total) == ("returned", None)
    returned = db.session.scalars(
        select(Event).where(
            Event.case_kind == "assessment", Event.case_id == mine.id, Event.action == "return"
        )
    ).one()
    assert returned.facts["total"] == "80.000000"
    assessment.save_mark(mine, given.call.criteria[0], mine.assessor, score=1, comment="Less.")
    assert assessment.submit(mine, mine.assessor).total == Decimal("68.000000")


def test_a_conflict_after_the_close_takes_the_score_out_of_every_figure(staged: Staged) -> None:
    given = staged(reading.invited)
    bid = given.bids[0]
    for mine, mark in zip(reading.readings(bid), (5, 4, 4), strict=True):
        reading.submitted(mine, mark)
    moderation.close_marking(bid, given.officer)
    assert bid.score == Decimal("86.666667")
    first = reading.readings(bid)[0]
    assessment.declare_conflict(first, first.assessor, reason="I have bought shares.")
    assert (bid.score, bid.spread) == (Decimal("80.000000"), Decimal("0.000000"))
    assert db.session.get_one(Assessment, first.id).total == Decimal("100.000000")


def test_only_assessors_are_chosen_and_only_by_the_programme_team(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    with pytest.raises(Blocked, match="Applicant 1 is not an assessor"):
        assessment.propose(given.bids[0], given.region.applicants[0], given.officer)
    with pytest.raises(Blocked, match="You may not choose assessors"):
        assessment.propose(given.bids[0], given.region.assessors[0], given.region.assessors[1])


def test_a_reading_carries_the_rounds_date_and_a_random_place_in_the_order(staged: Staged) -> None:
    given = staged(reading.in_assessment, 3)
    day = made.now().date() + timedelta(days=9)
    assert isinstance(day, date)
    reader = given.region.assessors[0]
    proposed = [assessment.propose(bid, reader, given.officer, due_on=day) for bid in given.bids]
    assert len({each.reading_order for each in proposed}) == 3
    assert {each.due_on for bid in given.bids for each in reading.readings(bid)} == {day}


def test_a_reading_is_taken_away_with_a_reason_once_somebody_was_asked(staged: Staged) -> None:
    given = staged(reading.in_assessment)
    proposed = assessment.propose(given.bids[0], given.region.assessors[0], given.officer)
    assert assessment.withdraw(proposed, given.officer).state == "withdrawn"
    asked = assessment.propose(given.bids[0], given.region.assessors[1], given.officer)
    assessment.invite(asked, given.officer)
    with pytest.raises(Blocked, match="A reason has not been given"):
        assessment.withdraw(asked, given.officer)
    assert assessment.withdraw(asked, given.officer, reason="Too many bids.").state == "withdrawn"


def test_a_bid_of_a_batch_is_read_by_the_day_promised_from_its_cut_off() -> None:
    here = made.invent_region()
    call = made.open_round(here, made.install(here, "lcr_ventures"))
    bid = made.apply(here, call, 1, pence=10_000_000)
    made.pass_time(days=31)
    made.assess(here, call, [bid], [4])
    cut_off = db.session.scalars(select(Batch.cut_off_at)).one()
    due = {each.due_on for each in reading.readings(bid)}
    assert due == {clock.in_london(cut_off).date() + timedelta(days=call.rules.promises.assess_days)}
