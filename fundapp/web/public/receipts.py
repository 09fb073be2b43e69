"""Is a receipt real? Whoever holds its reference and its fingerprint is told what we received, and when."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.applications import Submission
from fundapp.queries import bids as queries
from fundapp.web.fields import LineField
from fundapp.web.fields.written import WrittenField
from fundapp.web.guards import public
from fundapp.web.public.pages import pages

FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
NO_FINGERPRINT = "Enter the fingerprint: 64 figures and letters from a to f"


class FingerprintField(WrittenField[str]):
    """A SHA-256 as it stands on a receipt, however its figures are grouped."""

    def read(self, text: str) -> str:
        """The fingerprint in the form it is kept in."""
        typed = "".join(text.lower().split())
        if FINGERPRINT.fullmatch(typed) is None:
            raise ValueError(NO_FINGERPRINT)
        return typed


class ReceiptForm(FlaskForm):  # type: ignore[misc]
    """What stands on a receipt."""

    reference = LineField(
        "Reference", hint="Like FIF7-0147", required="Enter the reference of the bid", most=100
    )
    sha256 = FingerprintField(
        "Fingerprint",
        hint="The SHA-256 on the receipt: 64 figures and letters from a to f",
        required=NO_FINGERPRINT,
    )

    @classmethod
    def asked(cls) -> "ReceiptForm":
        """The form as the address of its page fills it."""
        return cls(formdata=request.args or None, meta={"csrf": False})

    def known(self) -> Submission | None:
        """The version that both halves name together."""
        return queries.receipt_of((self.reference.data or "").upper(), self.sha256.data or "")


@pages.get("/receipts/check")
@public
def check_receipt() -> ResponseReturnValue:
    """The two boxes, and under them what is known; a wrong pair never says which half was right."""
    form = ReceiptForm.asked()
    is_asked = bool(request.args) and form.validate()
    found = form.known() if is_asked else None
    page = render_template(
        "public/check_receipt.html", form=form, is_asked=is_asked, found=found, has_errors=bool(form.errors)
    )
    return page, 400 if form.errors else 404 if is_asked and found is None else 200
