"""What almost every step asks for: a reason in words, and nothing left unfinished."""

from collections.abc import Iterator
from typing import Any

from workflows.cases import GAPS, REASON, reads
from workflows.machine import Blocker, Request


@reads(REASON)
def reason_given(_case: Any, request: Request) -> Blocker | None:
    """A step that somebody may ask about later says why."""
    if REASON.read(request).strip():
        return None
    return Blocker("reason_missing", "A reason has not been given.", "Write the reason in a sentence.")


@reads(GAPS)
def nothing_missing(_case: Any, request: Request) -> Iterator[Blocker]:
    """Every gap is a blocker of its own, so that a person sees all of them at once."""
    return (Blocker("gap", gap, "Complete this and try again.") for gap in GAPS.read(request))
