"""Triage: an officer takes bids up, checks whether each may be funded at all, and passes it on or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Batch, Round
from fundapp.models.people import Person
from fundapp.services import casework
from fundapp.services.organisations import enterprise_of
from fundapp.transaction import transaction
from workflows.cases import CUT_OFF_AT, FAILED_CHECKS, OPEN_CHECKS, REASON
from workflows.machine import Facts
from workflows.rules import eligibility
from workflows.rules.eligibility import Check

MOST_AT_ONCE = 500

# An officer's own answers by check key: met or not met; a check not named keeps what the record says.
Findings = Mapping[str, bool]


@transaction()
def take_up(bid: Application, actor: Person) -> Application:
    """Begin to check one bid: refused while its round, or its batch, still takes bids."""
    casework.advance(bid, "take_up", actor, facts=take_up_facts(bid))
    return bid


@transaction()
def take_up_all(call: Round, actor: Person) -> int:
    """Take up every bid of a round that waits for it and may be, at most 500 a time; say how many.

    A bid whose batch still gathers others is left where it is.
    """
    taken = 0
    for bid in _submitted(call):
        facts = take_up_facts(bid)
        if not casework.blockers(bid, "take_up", actor, facts):
            casework.advance(bid, "take_up", actor, facts=facts)
            taken += 1
    return taken


@transaction()
def accept(bid: Application, actor: Person, *, findings: Findings | None = None) -> Application:
    """Pass a bid to assessment once every check is met; the event keeps each, the applicant is told."""
    checks = answered(bid, findings or {})
    casework.advance(
        bid, "pass", actor, facts=check_facts(checks), recorded=record_of(checks, checks_of(bid))
    )
    return bid


@transaction()
def accept_all(bids: Sequence[Application], actor: Person, *, findings: Findings | None = None) -> int:
    """Pass each of these bids with every check met, the findings being true of all; say how many went on."""
    passed = 0
    for bid in bids[:MOST_AT_ONCE]:
        checks = answered(bid, findings or {})
        if not casework.blockers(bid, "pass", actor, check_facts(checks)):
            casework.advance(
                bid, "pass", actor, facts=check_facts(checks), recorded=record_of(checks, checks_of(bid))
            )
            passed += 1
    return passed


@transaction()
def find_ineligible(
    bid: Application, actor: Person, *, reason: str, findings: Findings | None = None
) -> Application:
    """End a bid that fails a check: the applicant is told which one and why, and gets a letter."""
    checks = answered(bid, findings or {})
    casework.advance(
        bid, "find_ineligible", actor, facts={**check_facts(checks), REASON.key: reason},
        recorded=record_of(checks, checks_of(bid)), personal={"reason": reason},
    )  # fmt: skip
    return bid


def checks_of(bid: Application) -> tuple[Check, ...]:
    """What the record itself says of each check the round asks for."""
    return eligibility.checks(enterprise_of(bid.organisation), bid.round.rules.eligibility)


def answered(bid: Application, findings: Findings) -> tuple[Check, ...]:
    """The checks with an officer's own findings put over what the record says."""
    return with_findings(checks_of(bid), findings)


def with_findings(checks: Sequence[Check], findings: Findings) -> tuple[Check, ...]:
    """These checks with an officer's own findings put over them."""
    return tuple(
        Check(each.key, each.question, findings[each.key], each.reason) if each.key in findings else each
        for each in checks
    )


def check_facts(checks: Sequence[Check]) -> Facts:
    """What the guards of triage read."""
    return {
        OPEN_CHECKS.key: eligibility.open_checks(checks),
        FAILED_CHECKS.key: eligibility.failed_checks(checks),
    }


def take_up_facts(bid: Application) -> dict[str, object]:
    """The cut-off of the bid's batch, where its round gathers bids in batches."""
    batch = db.session.get(Batch, bid.batch_id) if bid.batch_id else None
    return {CUT_OFF_AT.key: batch.cut_off_at} if batch else {}


def _submitted(call: Round) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.state == "submitted")
        .options(joinedload(Application.round))
        .order_by(Application.id)
        .limit(MOST_AT_ONCE)
    ).all()


def record_of(checks: Sequence[Check], on_record: Sequence[Check]) -> dict[str, Any]:
    """What the event of a bid's checks holds for ever; `found` are those an officer answered against the
    record. What the record did not know yet is not among them: it may still learn otherwise.
    """
    recorded = {each.key: each.met for each in on_record}
    return {
        "checks": {each.key: each.met for each in checks},
        "found": [each.key for each in checks if recorded[each.key] not in (None, each.met)],
    }
