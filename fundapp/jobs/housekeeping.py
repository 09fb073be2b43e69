"""Jobs of the housekeeping queue: the tasks of the ticker, the scans of files, looks at Companies House."""

from fundapp import outbox
from fundapp.services import company_facts, scanning, schedule


def run(row_id: int) -> str:
    """Run one scheduled task for one period."""
    return outbox.handle(row_id, "scheduled_task", schedule.fulfil)


def scan(row_id: int) -> str:
    """Scan one file for malware."""
    return outbox.handle(row_id, "scan_file", scanning.fulfil)


def look_up_company(row_id: int) -> str:
    """Ask Companies House about one organisation, and keep what it says."""
    return outbox.handle_asking(row_id, "look_up_company", company_facts.ask, company_facts.fulfil)
