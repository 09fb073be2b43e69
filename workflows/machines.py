"""Every machine by the kind of case it drives, for whoever has a case and wants its table."""

from collections.abc import Mapping

from workflows import assessments, awards, claims, meetings, questions, rounds
from workflows.machine import Machine

BY_KIND: Mapping[str, Machine] = {
    "round": rounds.MACHINE,
    "question": questions.MACHINE,
    "assessment": assessments.MACHINE,
    "meeting": meetings.MACHINE,
    "award": awards.MACHINE,
    "claim": claims.CLAIM,
    "payment_run": claims.PAYMENT_RUN,
}


def machine_for(kind: str) -> Machine:
    """The machine of a kind of case; a bid's is the pathway its round pinned, so it is not here."""
    try:
        return BY_KIND[kind]
    except KeyError:
        raise LookupError(f"no machine drives a case of kind {kind!r}; known: {', '.join(BY_KIND)}") from None
