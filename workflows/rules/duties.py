"""Separation of duties: which parts on one bid must be played by different people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from workflows.cases import PARTS, Rule, reads
from workflows.machine import Blocker, Request


class Duty(StrEnum):
    """A part somebody plays on one bid; people are compared, never roles."""

    APPLICANT = "applicant"
    ASSESSOR = "assessor"
    MODERATOR = "moderator"
    BOARD_MEMBER = "board_member"
    DECIDER = "decider"
    LETTER_MAKER = "letter_maker"
    LETTER_RELEASER = "letter_releaser"
    CLAIM_CHECKER = "claim_checker"
    CLAIM_APPROVER = "claim_approver"
    RUN_PREPARER = "run_preparer"
    PAYMENT_RELEASER = "payment_releaser"


_NAMES: Mapping[Duty, str] = {
    Duty.APPLICANT: "is one of the applicants",
    Duty.ASSESSOR: "assessed this bid",
    Duty.MODERATOR: "moderated this bid",
    Duty.BOARD_MEMBER: "sat on the board for this bid",
    Duty.DECIDER: "decided on this bid",
    Duty.LETTER_MAKER: "made the letter",
    Duty.LETTER_RELEASER: "released the letter",
    Duty.CLAIM_CHECKER: "checked this claim",
    Duty.CLAIM_APPROVER: "approved this claim",
    Duty.RUN_PREPARER: "prepared this payment run",
    Duty.PAYMENT_RELEASER: "released this payment",
}

# On one bid, nobody plays two of these.
LIFELONG = frozenset(
    {
        Duty.APPLICANT,
        Duty.ASSESSOR,
        Duty.MODERATOR,
        Duty.BOARD_MEMBER,
        Duty.DECIDER,
        Duty.CLAIM_CHECKER,
        Duty.PAYMENT_RELEASER,
    }
)
# Further pairs: the second pair of eyes on one letter, one claim, one run.
_PAIRS = (
    {Duty.LETTER_MAKER, Duty.LETTER_RELEASER},
    {Duty.APPLICANT, Duty.LETTER_RELEASER},
    {Duty.APPLICANT, Duty.CLAIM_APPROVER},
    {Duty.CLAIM_CHECKER, Duty.CLAIM_APPROVER},
    {Duty.CLAIM_APPROVER, Duty.PAYMENT_RELEASER},
    {Duty.RUN_PREPARER, Duty.PAYMENT_RELEASER},
)


def must_differ(one: Duty, other: Duty) -> bool:
    """Whether these two duties on one bid need two people."""
    return one != other and ({one, other} <= LIFELONG or {one, other} in _PAIRS)


def clashes(person_id: int, duty: Duty, parts: Mapping[str, frozenset[int]]) -> tuple[Duty, ...]:
    """The duties this person has already had here that rule out the new one."""
    return tuple(
        other for other in Duty if must_differ(duty, other) and person_id in parts.get(other, frozenset())
    )


def apart(duty: Duty) -> Rule:
    """The guard that lets nobody take on `duty` after a part that must stay separate from it."""

    @reads(PARTS)
    def judge(_case: Any, request: Request) -> Blocker | None:
        if request.actor_id is None:
            return Blocker("nobody_acting", "Only a named person may do this.")
        found = clashes(request.actor_id, duty, PARTS.read(request))
        if not found:
            return None
        return Blocker(
            "same_person",
            f"This needs somebody else: the same person already {_NAMES[found[0]]}.",
            "Ask a colleague who took no other part in this bid.",
        )

    return judge
