"""Jobs of the housekeeping queue: the tasks of the ticker, the scans of files."""

from fundapp import outbox
from fundapp.services import scanning, schedule


def run(row_id: int) -> str:
    """Run one scheduled task for one period."""
    return outbox.handle(row_id, "scheduled_task", schedule.fulfil)


def scan(row_id: int) -> str:
    """Scan one file for malware."""
    return outbox.handle(row_id, "scan_file", scanning.fulfil)
