"""Pages for the programme team: the rounds, their bids, triage, assessors, moderation and the ranked list."""

from fundapp.web.office import (
    assign,
    bid,
    bids,
    clarifying,
    deadline,
    equality,
    firm,
    home,
    joining,
    letters,
    meeting,
    moderation,
    near_misses,
    questions,
    ranked,
    triage,
)
from fundapp.web.office.pages import pages

__all__ = [
    "assign",
    "bid",
    "bids",
    "clarifying",
    "deadline",
    "equality",
    "firm",
    "home",
    "joining",
    "letters",
    "meeting",
    "moderation",
    "near_misses",
    "pages",
    "questions",
    "ranked",
    "triage",
]
