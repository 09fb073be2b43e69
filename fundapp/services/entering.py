"""The checks of eligibility made again where they count: as a bid is sent in, and before money is offered."""

from sqlalchemy import bindparam, func, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.services import triage
from fundapp.transaction import lock
from workflows.rules import eligibility
from workflows.rules.eligibility import Entry
from workflows.rules.release import SETTLED

WAYS_OUT = "Withdraw one of the two, or wait for that decision."

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


def gaps(bid: Application) -> tuple[str, ...]:
    """What keeps a bid from entering its round besides what it lacks itself, a sentence each.

    Where an organisation may lead one bid at a time it is locked: of two sent in together one gets in.
    """
    if bid.round.rules.eligibility.one_lead_bid:
        lock(bid.organisation)
    return in_the_way(bid)


def in_the_way(bid: Application) -> tuple[str, ...]:
    """The same as it stands now, for whoever reads the bid before it is sent in."""
    terms = bid.round.rules.eligibility
    if not terms.one_lead_bid:
        return ()
    found = eligibility.entry_checks(Entry(other_lead_bids=_other_lead_bids(bid)), terms)
    return tuple(f"{each[0].upper()}{each[1:]}. {WAYS_OUT}" for each in eligibility.failed_checks(found))


def failed_since(bid: Application) -> tuple[str, ...]:
    """The reasons of checks the bid's organisation fails by what the record says now.

    A check that an officer answered otherwise than the record when the bid was passed stays as answered.
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
