"""Jobs of the letters queue: make letters, print blank forms and bids."""

from functools import partial

from fundapp import outbox
from fundapp.letters import render
from fundapp.letters.confined import ConfinedPress
from fundapp.services import bid_printing, form_printing, letter_making


def issue(row_id: int) -> str:
    """Make and keep the letter this row promises, and a few more that wait, all on one press."""
    with ConfinedPress() as press:
        return outbox.handle_together(row_id, "issue_letter", partial(letter_making.fulfil, press=press))


def print_form(row_id: int) -> str:
    """Print and keep the blank form of the round this row names, and of a few more that wait."""
    with ConfinedPress() as press:
        return outbox.handle_together(row_id, "print_form", partial(form_printing.fulfil, press=press))


def print_bid(row_id: int) -> str:
    """Print and keep the version of a bid this row names, and a few more that wait."""
    with ConfinedPress() as press:
        return outbox.handle_together(row_id, "print_bid", partial(bid_printing.fulfil, press=press))


def make_ready() -> None:
    """Open the typefaces and templates that every letter needs."""
    render.warm()
