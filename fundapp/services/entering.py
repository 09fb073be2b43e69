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

WITHDRAW_ONE = "Withdraw one of the two, or wait for that decision."
ASK_FOR_LESS = "Ask for less, or correct what was received."

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
    found = []
    if rules.eligibility.one_lead_bid:
        entry = Entry(other_lead_bids=_other_lead_bids(bid))
        found = [Gap("", "", each) for each in _fails(bid, entry, "one_lead_bid", WITHDRAW_ONE)]
    for question in rules.of_kind("assistance"):
        over = over_the_limit(bid, answers.get(question.key, NOTHING))
        found += [Gap(question.key, "answer", each) for each in over]
    return tuple(found)


def over_the_limit(bid: Application, received: Value) -> tuple[str, ...]:
    """That assistance received before and the amount of a bid go over the limit of today together, if so.

    `received` is the answer to a question of the kind `assistance`, as it is kept.
    """
    entry = Entry(asked_pence=bid.grant_requested_pence or None, received_pence=received.get("pence"))
    return _fails(bid, entry, "headroom", ASK_FOR_LESS)


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


def _fails(bid: Application, entry: Entry, key: str, way_out: str) -> tuple[str, ...]:
    """Why a bid fails one check, as a sentence with the way out; nothing where it does not."""
    terms = bid.round.rules.terms_on(clock.in_london(clock.now()).date())
    found = eligibility.entry_checks(entry, terms)
    return tuple(f"{sentence(each)} {way_out}" for each in found if each.key == key and each.met is False)


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
