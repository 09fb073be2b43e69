"""Is a receipt real? Whoever holds its reference and its fingerprint is told what we received, and when."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundapp.queries import bids as queries
from fundapp.web.guards import public
from fundapp.web.public.pages import pages

FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
LONGEST = 100


@pages.get("/receipts/check")
@public
def check_receipt() -> ResponseReturnValue:
    """The two boxes, and under them what is known; a wrong pair never says which half was right."""
    reference = request.args.get("reference", "").strip().upper()[:LONGEST]
    typed = "".join(request.args.get("sha256", "").lower().split())[:LONGEST]
    mistakes = _mistakes(reference, typed) if request.args else {}
    is_asked = bool(request.args) and not mistakes
    found = queries.receipt_of(reference, typed) if is_asked else None
    page = render_template(
        "public/check_receipt.html",
        reference=reference,
        typed=typed,
        mistakes=mistakes,
        is_asked=is_asked,
        found=found,
        has_errors=bool(mistakes),
    )
    return page, 400 if mistakes else 404 if is_asked and found is None else 200


def _mistakes(reference: str, typed: str) -> dict[str, str]:
    found = {}
    if not reference:
        found["reference"] = "Enter the reference of the bid"
    if not FINGERPRINT.fullmatch(typed):
        found["sha256"] = "Enter the fingerprint: 64 figures and letters from a to f"
    return found
