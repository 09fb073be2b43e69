"""Pages for those who apply: their bids, one bid's tasks, one question a page, check, send, receipt."""

from fundapp.web.apply import (
    accepting,
    attaching,
    autosaving,
    bank,
    claiming,
    clarifying,
    costs,
    earlier,
    keeping,
    looking,
    outcome,
    partners,
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
    "costs",
    "earlier",
    "keeping",
    "looking",
    "outcome",
    "pages",
    "partners",
    "sending",
    "starting",
    "team",
    "uploading",
    "writing",
]
