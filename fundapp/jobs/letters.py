"""Jobs of the letters queue: make one letter."""

from fundapp import outbox
from fundapp.services import letter_making


def issue(row_id: int) -> str:
    """Make and keep the letter this row promises."""
    return outbox.handle(row_id, "issue_letter", letter_making.fulfil)
