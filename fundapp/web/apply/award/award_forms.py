"""What an organisation sends about its award: the public money it received, its yes or no to the offer."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField

from fundapp import clock
from fundapp.models.awards import Award
from fundapp.web.fields import CheckField, LineField, LondonDateField, MoneyField, OneOfField, PickField
from workflows.rules.subsidy import Assistance

ROWS = 3
MOST_ROWS = 20
KINDS = (
    ("mfa", "Minimal financial assistance"),
    ("spei", "Public economic interest assistance"),
    ("eu_de_minimis", "EU de minimis aid"),
    ("tca_safa", "Small amount under the EU–UK agreement"),
    ("other", "Another subsidy, which does not count"),
)


class ReceivedForm(Form):
    """One amount received: what kind, when, how much."""

    kind = PickField("Kind", choices=(("", "Choose"), *KINDS))
    given_on = LondonDateField("Given on")
    gross = MoneyField("Amount", least_pence=1)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in the row."""
        return not (self.kind.data or self.gross.given or any(self.given_on.raw_data or ()))

    def validate(self, extra_validators: Any = None) -> bool:
        """A row is either empty or complete."""
        good = bool(super().validate(extra_validators))
        if self.is_empty:
            return good
        for field, wanted in (
            (self.kind, "Choose what kind it was"),
            (self.given_on, "Enter the date it was given"),
            (self.gross, "Enter the amount"),
        ):
            if field.data is None and not field.errors:
                field.errors = [wanted]
                good = False
        return good


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The written confirmation that the law asks for before an offer."""

    any = OneOfField(
        "Has your organisation, or any other under the same control, received such money?",
        choices=(("no", "No, none"), ("yes", "Yes, listed here")),
        required="Say whether you received any",
    )
    received = FieldList(FormField(ReceivedForm), min_entries=ROWS, max_entries=MOST_ROWS)
    true = CheckField(
        "I confirm in writing, for the organisation, that this is complete",
        required="Tick to confirm that this is complete",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Yes needs a list, no needs none, and no date lies ahead."""
        good = bool(super().validate(extra_validators))
        rows = [row.form for row in self.received if not row.form.is_empty]
        if self.any.data == "yes" and not rows:
            self.any.errors = ["List what you received, or choose “No, none”"]
            return False
        today = clock.in_london(clock.now()).date()
        for row in rows:
            if row.given_on.data and row.given_on.data > today:
                row.given_on.errors = ["This day is still to come: enter when it was given"]
                good = False
        if self.any.data == "no" and rows:
            self.any.errors = ["You listed money received: choose “Yes”, or empty the list"]
            return False
        return good

    def assistance(self) -> list[Assistance]:
        """What was received, as the rulebook counts it."""
        return [
            Assistance(str(row.form.kind.data), row.form.given_on.data, row.form.gross.data)
            for row in self.received
            if row.form.given_on.data is not None and row.form.gross.data is not None
        ]

    def room_for_more(self) -> None:
        """Add empty rows to write in, as far as a page may go."""
        for _ in range(min(ROWS, MOST_ROWS - len(self.received))):
            self.received.append_entry()

    def mistakes(self) -> Sequence[tuple[str, str]]:
        """Every mistake of the rows with the box it belongs to."""
        return [
            (field.id, str(field.errors[0]))
            for row in self.received
            for field in row.form
            if field.errors and field.errors[0]
        ]


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """The signatory's yes: a tick and their name, typed."""

    agree = CheckField(
        "I have read the letter and accept the offer and its conditions for the organisation",
        required="Tick to say that you accept",
    )
    name = LineField("Type your name to sign", required="Type your name to sign", most=200)

    def sign_for(self, award: Award) -> bool:
        """Whether the name typed is the one the letter names; a mistake beside the box where it is not."""
        wanted = award.application.lead.name
        if _plain(self.name.data or "") == _plain(wanted):
            return True
        self.name.errors = [f"Type your name as it stands in the letter: {wanted}"]
        return False


class StepBackForm(FlaskForm):  # type: ignore[misc]
    """The organisation's no before an offer is made."""

    sure = CheckField(
        "We step back, and know that the bid ends here and its money goes back to the round",
        required="Tick to say that you step back, or go back",
    )


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """The signatory's no."""

    sure = CheckField(
        "I decline the offer for the organisation, and know that the money goes back to the round",
        required="Tick to say that you decline",
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
