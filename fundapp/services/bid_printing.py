"""Prints a version of a bid with its receipt when one of its people asks, once, and keeps it for them."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.installed import settings
from fundapp.letters import bid_paper
from fundapp.letters.bid_paper import PaperFacts
from fundapp.letters.confined import ConfinedPress
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_papers import PrintedBid
from fundapp.models.installation import Installation
from fundapp.transaction import transaction

EFFECT = "print_bid"
DEMO_NOTICE = "Demonstration: nothing here is real"


@transaction()
def ask(version: Submission) -> None:
    """Promise the paper of a version; however often somebody asks, it is printed once."""
    outbox.stage(EFFECT, f"submission-{version.id}", {"submission_id": version.id})


def fulfil(payload: Mapping[str, Any], press: ConfinedPress) -> None:
    """Print the version an outbox row names; one printed before is left as it is.

    In order: the paper is printed in the limited press from the frozen content alone; its bytes are kept
    under their hash; its row is added. It runs inside the outbox's own transaction.
    """
    version = db.session.get_one(Submission, payload["submission_id"])
    if db.session.get(PrintedBid, version.id) is not None:
        return
    bid = db.session.get_one(Application, version.application_id)
    composed = bid_paper.compose(_facts(bid, version), version.content, bid.round.rules)
    printed = press.print(composed.html, composed.images)
    key = f"bids/{sha256(printed.pdf).hexdigest()}.pdf"
    stored = open_storage(settings().files).put(key, printed.pdf)
    db.session.add(
        PrintedBid(
            submission_id=version.id,
            pdf_sha256=stored.sha256,
            pdf_size=stored.size,
            pages=printed.pages,
            storage_key=stored.key,
            made_at=clock.now(),
        )
    )


def open_pdf(paper: PrintedBid) -> bytes:
    """The very bytes that were printed; raises a `StorageError` when they are not there or not whole."""
    return open_storage(settings().files).get(paper.storage_key, paper.pdf_sha256)


def _facts(bid: Application, version: Submission) -> PaperFacts:
    ours = settings()
    return PaperFacts(
        fund=bid.round.fund.name,
        round=bid.round.title,
        received_at=version.submitted_at,
        sha256=version.sha256,
        check_address=f"{ours.base_url}/receipts/check",
        authority=ours.letter_authority,
        department=ours.letter_department,
        email=ours.letter_email,
        notice=DEMO_NOTICE if db.session.scalar(select(Installation.is_demo)) else "",
    )
