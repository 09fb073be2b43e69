"""Which shape and colour a state wears on pages for staff: done, wait, attn, stop, held or none."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "draft": "none",
    "submitted": "attn",
    "clarification": "held",
    "in_triage": "wait",
    "in_assessment": "wait",
    "in_moderation": "attn",
    "recommended": "done",
    "not_recommended": "none",
    "at_board": "wait",
    "board_approved": "done",
    "board_recommended": "wait",
    "awaiting_decision": "wait",
    "decided": "done",
    "approved": "done",
    "offered": "done",
    "reserve": "held",
    "deferred": "held",
    "sent_back": "attn",
    "declined": "stop",
    "ineligible": "stop",
    "withdrawn": "none",
}
READING_KINDS: Mapping[str, str] = {
    "invited": "wait",
    "accepted": "wait",
    "in_progress": "wait",
    "submitted": "done",
    "returned": "attn",
    "declined": "stop",
}


def kind_of(state: str) -> str:
    """The shape a state wears; a state nobody thought of wears the quietest."""
    return KINDS.get(state, "none")


def kind_of_reading(state: str) -> str:
    """The shape the state of an assessment wears."""
    return READING_KINDS.get(state, "none")
