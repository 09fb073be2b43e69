"""Cases and facts for the rulebook's tests: steps that are allowed, to be spoiled one fact at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from workflows.actors import Permission
from workflows.machine import Machine, Request, Transition

OPENS = datetime(2026, 11, 2, 12, tzinfo=UTC)
CLOSES = datetime(2026, 12, 18, 12, tzinfo=UTC)
WHILE_OPEN = datetime(2026, 11, 23, 15, tzinfo=UTC)
AFTER_CLOSE = datetime(2027, 2, 11, 10, tzinfo=UTC)
PERSON = 7
EVERY_PERMISSION = frozenset(Permission)
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True)
class Call:
    state: str = "published"
    opens_at: datetime | None = OPENS
    closes_at: datetime | None = CLOSES
    release_at: datetime | None = AFTER_CLOSE


@dataclass(frozen=True)
class Situation:
    """Every attribute any guard reads, whatever the case."""

    state: str
    opens_at: datetime | None = OPENS
    closes_at: datetime | None = CLOSES
    release_at: datetime | None = AFTER_CLOSE
    extended_to: datetime | None = None
    round: Call = field(default_factory=Call)
    grant_requested_pence: int = 59_200_00
    no_conflict_at: datetime | None = OPENS
    conflict_at: datetime | None = None
    quorum: int = 5
    amount_pence: int = 59_200_00
    earlier_assistance_pence: int = 0
    subsidy_confirmed_at: datetime | None = OPENS
    accept_by: datetime | None = AFTER_CLOSE + timedelta(days=30)
    payable_pence: int = 10_000_00


WILLING: Mapping[str, object] = {
    "reason": "Because the papers say so.",
    "gaps": (),
    "parts": {},
    "declared": True,
    "amount_range_pence": (25_000_00, 75_000_00),
    "has_version": True,
    "cut_off_at": CLOSES,
    "new_close": AFTER_CLOSE - timedelta(days=1),
    "bids_taken_up": 0,
    "questions": ("costs",),
    "due_at": AFTER_CLOSE + timedelta(days=5),
    "open_checks": (),
    "failed_checks": (),
    "conflicts": (),
    "override_by": (),
    "reads_needed": 3,
    "reads_submitted": 3,
    "reads_open": 0,
    "moderation_reasons": (),
    "meets_threshold": True,
    "moderation_outcome": "stands",
    "agenda_size": 8,
    "members_present": 7,
    "items_undecided": 0,
    "decision": "approve",
    "decision_pence": 59_200_00,
    "held_pence": 59_200_00,
    "carried": True,
    "deciding_body": "board",
    "figures_changed": False,
    "call_in_ends_at": None,
    "called_in": False,
    "award_state": "offered",
    "letter_ready": True,
    "mfa_notified": True,
    "mfa_limit_pence": 315_000_00,
    "is_signatory": True,
    "claims_open": 0,
    "conditions_open": 0,
    "award_left_pence": 59_200_00,
    "bank_verified": True,
    "run_state": "exported",
    "lines": 4,
    "lines_without_result": 0,
    "bids_unassessed": 0,
    "bids_undecided": 0,
    "awards_open": 0,
}

# What a step needs that differs from the situation every other step is content with.
_NEEDS: Mapping[str, Mapping[str, object]] = {
    "find_ineligible": {"failed_checks": ("its site lies outside the six districts",)},
    "not_recommend": {"meets_threshold": False},
    "moderate": {"moderation_reasons": ("The totals lie 40.0 apart.",)},
    "settle_not_recommended": {"meets_threshold": False},
    "read_again": {"moderation_outcome": "extra_read"},
    "board_recommend": {"deciding_body": "delegate"},
    "board_reserve": {"decision": "reserve"},
    "board_defer": {"decision": "defer"},
    "board_decline": {"decision": "decline"},
    "step_up_recommend": {"deciding_body": "delegate"},
    "decide": {"deciding_body": "delegate"},
    "send_back": {"deciding_body": "delegate"},
    "void_approval": {"figures_changed": True, "award_state": "withdrawn"},
    "put_in_run": {"run_state": "draft"},
    "take_out_of_run": {"run_state": "draft"},
}
_WHILE_OPEN = frozenset({"submit", "reopen", "extend"})


def facts_for(step: Transition) -> dict[str, object]:
    """Facts with which the step's guards are content."""
    needs = dict(_NEEDS.get(step.action, {}))
    if step.action == "decline" and step.target == "declined":
        needs = {"deciding_body": "delegate"}
    if step.action == "withdraw" and step.sources == ("approved",):
        needs = {"award_state": "withdrawn"}
    return {**WILLING, **needs}


def moment_for(machine: Machine, step: Transition) -> datetime:
    """An instant at which the step may be taken."""
    if machine.name == "round":
        return OPENS - timedelta(days=7) if step.target == "published" else AFTER_CLOSE
    if step.action == "lapse":
        return AFTER_CLOSE + timedelta(days=31)
    if step.action in _WHILE_OPEN and "reads_needed" not in step.reads:
        return WHILE_OPEN
    return AFTER_CLOSE


def situation_for(step: Transition, source: str) -> Situation:
    """A case in the state, with attributes the step's guards are content with."""
    found = Situation(source)
    if step.action == "declare_conflict":
        found = replace(found, conflict_at=WHILE_OPEN)
    return found


def request_for(
    machine: Machine,
    step: Transition,
    permissions: frozenset[Permission] = EVERY_PERMISSION,
    changed: Mapping[str, object] = NOTHING,
) -> Request:
    """A request for the step that its guards are content with, but for the facts changed."""
    facts = {**facts_for(step), **changed}
    return Request(permissions, moment_for(machine, step), PERSON, facts)
