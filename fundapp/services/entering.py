"""The checks of eligibility made again where they count: as a bid is sent in, and before money is offered."""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.services import triage
from fundapp.transaction import lock
from workflows.funds.gap import Gap
from workflows.funds.kinds import NOTHING, Value
from workflows.rules import eligibility
from workflows.rules.eligibility import Entry, sentence
from workflows.rules.release import SETTLED

# The checks of a bid that are made here, and the way out of each; its amount the rulebook judges itself.
WAYS_OUT = {
    "one_lead_bid": "Withdraw one of the two, or wait for that decision.",
    "headroom": "Ask for less, or correct what was received.",
}

# Asked at every press, so put together once.
_OTHERS = (
    select(func.count())
    .select_from(Application)
    .join(Round, Round.id == Application.round_id)
    .where(
        Application.organisation_id == bindparam("organisation"),
        Application.id != bindparam("bid"),
        Application.submitted_at.is_not(None),
        Application.state.not_in(SETTLED),
        Round.fund_id == bindparam("fund"),
    )
)


def gaps(bid: Application, answers: Mapping[str, Value]) -> tuple[Gap, ...]:
    """What keeps a bid from entering its round besides what it lacks itself.

    Where an organisation may lead one bid at a time it is locked: of two sent in together one gets in.
    """
    if bid.round.rules.eligibility.one_lead_bid:
        lock(bid.organisation)
    return in_the_way(bid, answers)


def in_the_way(bid: Application, answers: Mapping[str, Value]) -> tuple[Gap, ...]:
    """The same as it stands now, for whoever reads the bid before it is sent in.

    A gap that no question of the form can close has no place.
    """
    rules = bid.round.rules
    terms = rules.terms_on(clock.in_london(clock.now()).date())
    question = next(rules.of_kind("assistance"), None)
    entry = Entry(
        other_lead_bids=_other_lead_bids(bid) if terms.one_lead_bid else None,
        asked_pence=bid.grant_requested_pence or None,
        received_pence=answers.get(question.key, NOTHING).get("pence") if question else None,
    )
    places = {"headroom": question.key} if question else {}
    return tuple(
        Gap(places.get(check.key, ""), "answer", f"{sentence(check)} {WAYS_OUT[check.key]}")
        for check in eligibility.entry_checks(entry, terms)
        if check.met is False and check.key in WAYS_OUT
    )


def failed_since(bid: Application) -> tuple[str, ...]:
    """The reasons of checks the bid's organisation fails by what the record says now.

    A check that an officer answered against the record when the bid was passed stays as answered; one the
    record did not know then does not, once the record says that it is not met.
    """
    failed = [check for check in triage.checks_of(bid) if check.met is False]
    if not failed:
        return ()
    found = _found_by_an_officer(bid)
    return tuple(check.reason for check in failed if check.key not in found)


def _other_lead_bids(bid: Application) -> int:
    """The organisation's other bids to the fund that were sent in and wait for a decision."""
    wanted = {"organisation": bid.organisation_id, "bid": bid.id, "fund": bid.round.fund_id}
    return db.session.scalar(_OTHERS, wanted) or 0


def _found_by_an_officer(bid: Application) -> frozenset[str]:
    """By the event that passed the bid; one from before this was kept says it of every check."""
    facts = db.session.scalar(
        select(Event.facts)
        .where(Event.case_kind == bid.case_kind, Event.case_id == bid.id, Event.action == "pass")
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return frozenset(facts.get("found", facts["checks"])) if facts else frozenset()
