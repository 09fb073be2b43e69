"""Pages for those who apply: their bids, one bid's tasks, one question a page, check, send, receipt."""

from fundapp.web.apply import (
    accepting,
    autosaving,
    bank,
    claiming,
    clarifying,
    looking,
    outcome,
    sending,
    starting,
    team,
    writing,
)
from fundapp.web.apply.pages import pages

__all__ = [
    "accepting",
    "autosaving",
    "bank",
    "claiming",
    "clarifying",
    "looking",
    "outcome",
    "pages",
    "sending",
    "starting",
    "team",
    "writing",
]
