"""What an organisation sends to be paid: a claim's costs line by line, and where the money goes."""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from fundapp import clock
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, ClaimLine
from fundapp.services.claims import Line
from fundapp.web.fields import (
    LineField,
    LondonDateField,
    MoneyField,
    OneOfField,
    PercentField,
    PickField,
)
from fundapp.web.fields.amounts import AffixedInput
from fundapp.web.fields.written import WrittenField
from fundapp.web.filters import uk_date

MORE = 3
MOST_LINES = 60
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9 &'’().,/+-]+")
CHOOSE = SelectChoice("", "Choose")
RD_TYPES = (
    ("experimental", "Experimental development"),
    ("applied", "Industrial research"),
    ("basic", "Fundamental research"),
)
VAT = (("yes", "We can recover it"), ("no", "We cannot recover it"))
NEEDED = (
    ("supplier", "Enter who was paid"),
    ("invoice_number", "Enter the number on the invoice"),
    ("invoiced_on", "Enter the date on the invoice"),
    ("paid_on", "Enter the date you paid it"),
    ("net", "Enter the amount without VAT"),
    ("category", "Choose what kind of cost it is"),
    ("rd_share", "Enter how much of it is R&D, or 0"),
)


class CostForm(Form):
    """One cost already paid."""

    supplier = LineField("Paid to", most=200)
    invoice_number = LineField("Invoice number", most=80)
    invoiced_on = LondonDateField("Date of the invoice")
    paid_on = LondonDateField("Date you paid it")
    net = MoneyField("Amount without VAT", least_pence=1)
    vat = MoneyField("VAT")
    vat_recoverable = OneOfField("If there is VAT", choices=VAT)
    category = PickField("Kind of cost")
    rd_share = PercentField("How much of it is R&D?")
    rd_type = PickField("Kind of R&D", choices=RD_TYPES, default="experimental")

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in the line."""
        written = (self.supplier, self.invoice_number, self.net, self.vat)
        dates = (self.invoiced_on, self.paid_on)
        has_date = any(any(part.strip() for part in date.raw_data or ()) for date in dates)
        return not (has_date or any(field.given for field in written))

    def validate(self, extra_validators: Any = None) -> bool:
        """A line is either empty or complete, and tells what became of its VAT."""
        if self.is_empty:
            return True
        good = bool(super().validate(extra_validators))
        for name, wanted in NEEDED:
            good = self._insist(name, wanted) and good
        if self.vat.data:
            good = self._insist("vat_recoverable", "Say whether you can recover the VAT") and good
        return good

    def _insist(self, name: str, wanted: str) -> bool:
        field = self[name]
        if field.data is None and not field.errors:
            field.errors = [wanted]
        return field.data is not None

    def line(self, rd_type: str) -> Line | None:
        """The line as the office keeps it, once it is whole; without a kind of R&D it is the project's."""
        invoiced_on, paid_on = self.invoiced_on.data, self.paid_on.data
        net, share = self.net.data, self.rd_share.data
        if self.is_empty or invoiced_on is None or paid_on is None or net is None or share is None:
            return None
        return Line(
            supplier=self.supplier.data or "",
            invoice_number=self.invoice_number.data or "",
            invoiced_on=invoiced_on,
            paid_on=paid_on,
            net_pence=net,
            vat_pence=self.vat.data or 0,
            vat_recoverable=self.vat_recoverable.data != "no",
            category=str(self.category.data),
            rd_type=self.rd_type.data or rd_type,
            rd_share_bp=share,
        )


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """The costs of one claim."""

    costs = FieldList(FormField(CostForm), min_entries=1, max_entries=MOST_LINES)

    @classmethod
    def of(cls, claim: Claim, award: Award) -> "ClaimForm":
        """The form with the round's kinds of cost; what was claimed before stands in it."""
        form = cls(costs=[_values(line) for line in claim.lines] or None)
        for row in form.costs:
            row.form.category.choices = [CHOOSE, *_categories(award)]
        return form

    def room_for_more(self, award: Award) -> None:
        """Add empty lines to write in, as far as a page may go."""
        for _ in range(min(MORE, MOST_LINES - len(self.costs))):
            self.costs.append_entry().form.category.choices = [CHOOSE, *_categories(award)]

    def lines(self, rd_type: str) -> list[Line]:
        """Every line that is not empty."""
        return [line for row in self.costs if (line := row.form.line(rd_type)) is not None]

    def mistakes(self) -> Sequence[tuple[str, str]]:
        """Every mistake with the box it belongs to and the cost it is in."""
        return [
            (field.id, f"Cost {number}: {field.errors[0]}")
            for number, row in enumerate(self.costs, start=1)
            for field in row.form
            if field.errors and field.errors[0]
        ]


class DigitsField(WrittenField[str]):
    """So many digits, kept as text because of leading noughts; spaces and dashes do not matter."""

    widget = AffixedInput()
    most = 20

    def __init__(self, label: str = "", *, digits: int, **others: Any) -> None:
        super().__init__(label, **others)
        self.digits = digits

    def read(self, text: str) -> str:
        """The digits alone."""
        found = re.sub(r"[\s\-–]", "", text)
        if not (found.isascii() and found.isdigit() and len(found) == self.digits):
            raise ValueError(f"Enter the {self.digits} digits")
        return found


class BankForm(FlaskForm):  # type: ignore[misc]
    """Where an organisation wants to be paid."""

    account_name = LineField(
        "Name on the account", hint="As the bank has it", required="Enter the name on the account", most=70
    )
    sort_code = DigitsField(
        "Sort code", hint="6 digits, for example 00-00-00", digits=6, required="Enter the sort code"
    )
    account_number = DigitsField(
        "Account number",
        hint="8 digits; put a 0 in front of a number of 7",
        digits=8,
        required="Enter the account number",
    )

    def validate_account_name(self, field: LineField) -> None:
        """Only what banks themselves accept in a name."""
        if not ACCOUNT_NAME.fullmatch(field.data or "") or not (field.data or " ")[0].isalnum():
            raise ValidationError(
                "Use letters, digits and & ' ( ) . , / + - only, beginning with a letter or digit"
            )


def has_wrong_days(form: ClaimForm, award: Award) -> bool:
    """Whether a date of the form lies ahead, or outside the project; the mistake stands beside its box."""
    today = clock.in_london(clock.now()).date()
    wrong = False
    for row in form.costs:
        invoiced_on, paid_on = row.form.invoiced_on, row.form.paid_on
        if paid_on.data and not award.starts_on <= paid_on.data <= award.ends_on:
            paid_on.errors = [_outside(award)]
        for field in (invoiced_on, paid_on):
            if field.data and field.data > today:
                field.errors = ["This day is still to come: claim the cost once it is paid"]
        wrong = wrong or bool(invoiced_on.errors or paid_on.errors)
    return wrong


def _outside(award: Award) -> str:
    starts, ends = uk_date(award.starts_on), uk_date(award.ends_on)
    return f"The project runs from {starts} to {ends}: claim what you paid in that time"


def _categories(award: Award) -> list[SelectChoice]:
    return [SelectChoice(each["key"], each["name"]) for each in award.application.round.terms["categories"]]


def _values(line: ClaimLine) -> dict[str, Any]:
    return {
        "supplier": line.supplier,
        "invoice_number": line.invoice_number,
        "invoiced_on": line.invoiced_on,
        "paid_on": line.paid_on,
        "net": line.net_pence,
        "vat": line.vat_pence,
        "vat_recoverable": "yes" if line.vat_recoverable else "no",
        "category": line.category,
        "rd_share": line.rd_share_bp,
        "rd_type": line.rd_type,
    }
