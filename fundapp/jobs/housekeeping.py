"""Jobs of the housekeeping queue: the tasks of the ticker."""

from fundapp import outbox
from fundapp.services import schedule


def run(row_id: int) -> str:
    """Run one scheduled task for one period."""
    return outbox.handle(row_id, "scheduled_task", schedule.fulfil)
