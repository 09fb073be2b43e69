"""Pages for everybody: the open rounds, the awards made, the R&D total, and how the site behaves."""

from fundapp.web.public import (
    asking,
    calendar,
    changes,
    equality,
    fitting,
    following,
    printed,
    rd_total,
    receipts,
    register,
    rules,
    views,
)
from fundapp.web.public.pages import pages

__all__ = [
    "asking",
    "calendar",
    "changes",
    "equality",
    "fitting",
    "following",
    "pages",
    "printed",
    "rd_total",
    "receipts",
    "register",
    "rules",
    "views",
]
