"""Jobs of the letters queue: make letters."""

from fundapp import outbox
from fundapp.letters import render
from fundapp.services import letter_making


def issue(row_id: int) -> str:
    """Make and keep the letter this row promises, and a few more that wait."""
    return outbox.handle_together(row_id, "issue_letter", letter_making.fulfil)


def make_ready() -> None:
    """Open the typefaces and templates that every letter needs."""
    render.warm()
