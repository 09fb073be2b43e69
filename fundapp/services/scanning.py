"""Has every file of a bid scanned where there is a scanner, and goes on trying while it is down."""

from collections.abc import Mapping
from typing import Any

import structlog

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways.malware_scan import ScannerDown, open_scanner
from fundapp.installed import settings
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.services import bid_files, casework
from fundapp.transaction import lock
from workflows.rules.scans import Scan

log = structlog.get_logger(__name__)


def fulfil(payload: Mapping[str, Any]) -> None:
    """Scan one file, inside the outbox's own transaction.

    In order: the bytes are read and scanned; the row says what came of it and when; what was found is
    noted as an event of the bid. While the scanner is down the row says so, the file stays closed, and
    another try is promised after a pause, for as long as it takes.
    """
    file = db.session.get_one(BidFile, payload["file_id"])
    scanner = open_scanner(settings())
    try:
        found = scanner.scan(bid_files.content_of(file)) if scanner else None
    except ScannerDown as down:
        _try_again(file, payload["tries"] + 1, down)
        return
    file.scan = Scan.NOT_SCANNED if scanner is None else Scan.INFECTED if found else Scan.CLEAN
    file.scanned_at = clock.now()
    if found:
        _note(file, found)


def _try_again(file: BidFile, tries: int, down: ScannerDown) -> None:
    log.warning("scanner_down", file=file.id, tries=tries, why=str(down))
    file.scan = Scan.UNREACHABLE
    bid_files.promise_scan(file, tries)


def _note(file: BidFile, found: str) -> None:
    bid = db.session.get_one(Application, file.application_id)
    lock(bid)
    recorded = {"file_id": file.id, "sha256": file.sha256, "found": found[:200]}
    casework.note(bid.case_kind, bid.id, "find_infected_file", casework.SYSTEM, recorded=recorded)
