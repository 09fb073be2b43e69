"""Jobs of the notices queue: write the mails of a step, then send each one."""

from fundapp import outbox
from fundapp.services import notices


def write(row_id: int) -> str:
    """Write one mail for each person this notice is for."""
    return outbox.handle_together(row_id, "notify", notices.fulfil)


def send(row_id: int) -> str:
    """Hand one written mail to the mail server."""
    return outbox.handle(row_id, "send_message", notices.deliver)
