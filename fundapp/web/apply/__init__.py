"""Pages for those who apply: their bids, one bid's tasks, one question a page, check, send, receipt."""

from fundapp.web.apply import (
    accepting,
    attaching,
    autosaving,
    bank,
    claiming,
    clarifying,
    keeping,
    looking,
    outcome,
    sending,
    starting,
    team,
    uploading,
    writing,
)
from fundapp.web.apply.pages import pages

__all__ = [
    "accepting",
    "attaching",
    "autosaving",
    "bank",
    "claiming",
    "clarifying",
    "keeping",
    "looking",
    "outcome",
    "pages",
    "sending",
    "starting",
    "team",
    "uploading",
    "writing",
]
