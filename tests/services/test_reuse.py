"""A former bid used again: its words go over to the questions both forms ask, and it stays as it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.costs import CostShare
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import bids as queries
from fundapp.queries import rounds as round_queries
from fundapp.services import answers, bids, costs, funds, reuse, teams
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from workflows.machine import Blocked
from workflows.rules.cost_sheets import Line, Match, Overheads, Sheet, as_data
from workflows.team import Part


@pytest.fixture
def lead(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def former(lead: Person) -> Application:
    """A bid that was sent in to a round which has closed since."""
    call = rounds.open_round(people.officer())
    bid = factory.complete(factory.draft(call, lead, factory.firm(lead)), lead)
    factory.send_in(bid, lead)
    rounds.move_to(rounds.CLOSES + timedelta(days=1))
    return bid


@pytest.fixture
def ventures(former: Application) -> Round:
    """A round of the other fund, open now, which asks other questions besides."""
    cut_off = clock.now() + timedelta(days=20)
    call, _ = rounds.open_rolling_round(people.officer("Second Officer"), (cut_off,))
    return call


def test_what_both_forms_ask_is_taken_over_and_nothing_else(
    former: Application, ventures: Round, lead: Person
) -> None:
    draft = reuse.use_again(former, ventures, lead)
    both = {each.key for each in former.round.rules.of_kind("text")} & {
        each.key for each in ventures.rules.of_kind("text")
    }
    written = queries.answers(draft.id)
    assert (set(written), bool(both)) == (both, True)
    assert {key: saved.value for key, saved in written.items()} == {
        key: saved.value for key, saved in queries.answers(former.id).items() if key in both
    }
    assert bids.project_of(draft) == replace(
        bids.project_of(former), starts_on=None, theme=bids.project_of(draft).theme
    )
    assert (draft.state, draft.round_id, draft.lead_id) == ("draft", ventures.id, lead.id)


def test_what_was_true_of_its_day_only_is_asked_anew(former: Application, lead: Person) -> None:
    """The assistance received counts from other awards and other years by then."""
    opens = clock.now() + timedelta(days=1)
    closes = opens + timedelta(days=30)
    dates = funds.Dates(opens_at=opens, closes_at=closes, release_at=closes + timedelta(days=60))
    following = rounds.open_round(people.officer("Second Officer"), number=8, dates=dates)
    draft = reuse.use_again(former, following, lead)
    assert set(queries.answers(former.id)) - set(queries.answers(draft.id)) == {"assistance"}


def test_the_former_bid_is_not_touched(former: Application, ventures: Round, lead: Person) -> None:
    before = (former.state, bids.project_of(former))
    draft = reuse.use_again(former, ventures, lead)
    key = next(iter(queries.answers(draft.id)))
    answers.save(draft, key, {"text": "Written anew."}, 1, lead)
    assert queries.answers(former.id)[key].value != {"text": "Written anew."}
    assert (former.state, bids.project_of(former)) == before


def test_the_leads_costs_go_over_as_far_as_the_round_knows_them(
    former: Application, ventures: Round, lead: Person
) -> None:
    """The other fund is an investment: no overheads, no travel, no rate, and it asks for its own amount."""
    engineer = Line("people", "Engineer", {"annual": 4_640_000, "days": "60"}, 10_000)
    trials = Line("subcontract", "Trials", {"pence": 500_000}, 10_000, place="uk")
    own = Sheet(
        lines=(engineer, Line("travel", "Docks", {"count": 8, "each": 18_000}, 0), trials),
        overheads=Overheads("flat"),
        match=(Match("Our own money", 900_000),),
        asks_pence=100,
        rate_bp=5_000,
    )
    partner = Sheet(lines=(Line("people", "Her", {"annual": 1, "days": "1"}, 0),))
    with transaction():
        share = costs.share_of(former, costs.LEAD)
        assert share is not None
        share.sheet = as_data(own)
        theirs = CostShare(application_id=former.id, number=1, name="Wavewright Ltd", created_at=clock.now())
        theirs.sheet, theirs.version = as_data(partner), 1
        db.session.add(theirs)
    assert reuse.left_behind(former, [ventures])[ventures.id] == [
        "“Docks” (Travel): £1,440",
        "Overheads: £2,400",
        "The costs of Wavewright Ltd: ask it in again, and it enters them anew",
    ]
    draft = reuse.use_again(former, ventures, lead)
    (mine,) = costs.stated_of(draft)
    assert mine.sheet == Sheet(lines=(engineer, trials), match=own.match)
    assert bids.money_of(draft) == bids.Money(1_700_000, 0, 900_000, 7_059)
    share = costs.share_of(draft, costs.LEAD)
    assert share is not None
    assert (share.version, share.saved_by_id) == (1, lead.id)
    assert costs.save(share, mine.sheet, 1, lead).version == 1


def test_a_second_press_finds_the_first_draft_and_its_changes(
    former: Application, ventures: Round, lead: Person
) -> None:
    first = reuse.use_again(former, ventures, lead)
    key = next(iter(queries.answers(first.id)))
    answers.save(first, key, {"text": "Written anew."}, 1, lead)
    second = reuse.use_again(former, ventures, lead)
    assert (second.id, queries.answers(first.id)[key].value) == (first.id, {"text": "Written anew."})


def test_a_closed_round_its_own_round_and_strangers_are_refused(
    former: Application, ventures: Round, lead: Person
) -> None:
    reader = people.applicant("Freya Gale", "freya@gmail.com")
    refused = []
    for call, actor in ((former.round, lead), (ventures, reader)):
        with pytest.raises(Blocked) as stopped:
            reuse.use_again(former, call, actor)
        refused.append(stopped.value.blockers[0].code)
    assert refused == ["same_round", "not_permitted"]
    assert [call.id for call in round_queries.taking_bids(besides=former.round)] == [ventures.id]


def test_somebody_asked_in_from_outside_begins_no_bid_for_the_organisation(
    former: Application, ventures: Round, lead: Person
) -> None:
    people.join(former.organisation, writer := people.applicant("Tomasz Bell", "tomasz@wrackline.example"))
    assert reuse.use_again(former, ventures, writer).lead_id == writer.id
    teams.change_part(former, writer.id, Part.READER, lead)
    with pytest.raises(Blocked):
        reuse.use_again(former, ventures, writer)
