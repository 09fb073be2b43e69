"""Who decides how much, and what may still be spent: the decision ladder and the budget's one inequality."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.cases import DECIDING_BODY, DECISION_PENCE, HELD_PENCE, Rule, reads
from workflows.machine import Blocker, Request
from workflows.rules.money import in_words
from workflows.rules.schedule import financial_year

BODIES = {"board": "the board", "delegate": "the Combined Authority's delegate"}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: an instrument, up to an amount (none: any amount), who decides, call-in days."""

    instrument: str
    up_to_pence: int | None
    body: str
    call_in_days: int = 0


Ladder = Sequence[Rung]


class NoRungError(LookupError):
    """The ladder has no rung for this instrument and amount."""


def rung_for(ladder: Ladder, instrument: str, pence: int) -> Rung:
    """The lowest rung that reaches the amount; a limit itself still belongs to its rung."""
    fitting = [
        rung
        for rung in ladder
        if rung.instrument == instrument and (rung.up_to_pence is None or pence <= rung.up_to_pence)
    ]
    if not fitting:
        raise NoRungError(f"nobody is named to decide on {instrument} of {in_words(pence)}")
    return min(fitting, key=lambda rung: (rung.up_to_pence is None, rung.up_to_pence or 0))


def paying_year(years: Collection[int], starts_on: date) -> int:
    """The year whose budget pays a project: the one it starts in, or the nearest of those with a budget."""
    wanted = financial_year(starts_on)
    return min(years, key=lambda year: (abs(year - wanted), year))


def left(budget: int, committed: int, held: int) -> int:
    """What is left to hold, in pence."""
    return budget - committed - held


def fits(pence: int, budget: int, committed: int, held: int) -> bool:
    """Whether an amount may be held: committed, held and the amount together stay within the budget."""
    return pence <= left(budget, committed, held)


def may_lower(budget: int, committed: int, held: int) -> bool:
    """Whether a budget may be set to this: never below what is committed and held."""
    return left(budget, committed, held) >= 0


def decided_by(body: str) -> Rule:
    """The guard that keeps recommending and deciding two steps: only the ladder's body decides."""

    @reads(DECIDING_BODY)
    def judge(_case: Any, request: Request) -> Blocker | None:
        named = DECIDING_BODY.read(request)
        if named == body:
            return None
        return Blocker(
            "other_body", f"By the decision ladder this is for {BODIES.get(named, named)} to decide."
        )

    return judge


@reads(HELD_PENCE, DECISION_PENCE)
def budget_held(_case: Any, request: Request) -> Blocker | None:
    """Nothing is approved without exactly its amount held in the round's budget."""
    held, amount = HELD_PENCE.read(request), DECISION_PENCE.read(request)
    if held == amount and amount > 0:
        return None
    return Blocker(
        "budget_not_held",
        f"The budget holds {in_words(held)} for this bid, the decision says {in_words(amount)}.",
        "Record the decision again, so that its amount is held.",
    )
