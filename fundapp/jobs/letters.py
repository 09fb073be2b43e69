"""Jobs of the letters queue: make letters."""

from functools import partial

from fundapp import outbox
from fundapp.letters import render
from fundapp.letters.confined import ConfinedPress
from fundapp.services import letter_making


def issue(row_id: int) -> str:
    """Make and keep the letter this row promises, and a few more that wait, all on one press."""
    with ConfinedPress() as press:
        return outbox.handle_together(row_id, "issue_letter", partial(letter_making.fulfil, press=press))


def make_ready() -> None:
    """Open the typefaces and templates that every letter needs."""
    render.warm()
