"""Jobs of the disbursements queue: post to the ledger."""

from fundapp import outbox
from fundapp.services import postings


def post(row_id: int) -> str:
    """Make the posting this row promises."""
    return outbox.handle_together(row_id, "post_ledger", postings.fulfil)
