"""Pages for those who apply: their bids, one bid's tasks, its form, money and files, its award."""

from fundapp.web.apply import (
    as_read,
    clarifying,
    keeping,
    looking,
    outcome,
    partners,
    sending,
    starting,
    team,
)
from fundapp.web.apply.award import accepting, bank, claiming
from fundapp.web.apply.files import attaching, uploading
from fundapp.web.apply.money import calculating, costs
from fundapp.web.apply.pages import pages
from fundapp.web.apply.questions import autosaving, earlier, writing

__all__ = [
    "accepting",
    "as_read",
    "attaching",
    "autosaving",
    "bank",
    "calculating",
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
