"""What finance may send: approved amounts with reasons, questions, choices of claims, the bank's answers."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm

from fundapp.models.claims import ClaimLine, PaymentLine
from fundapp.services import claims
from fundapp.services.claims import Reduction
from fundapp.web.fields import (
    CheckField,
    LineField,
    LondonDateField,
    LongTextField,
    ManyOfField,
    MoneyField,
    OneOfField,
)

ANSWERS = (("paid", "Paid"), ("refused", "Refused"))


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A reason, for a step somebody may ask about later."""

    reason = LongTextField("Reason", rows=3, most=2_000, required="Write the reason in a sentence")


class EndForm(FlaskForm):  # type: ignore[misc]
    """The last word on an award: that it is meant, and why where a reason is given."""

    sure = CheckField(
        "I have read what this means, and know that it cannot be undone",
        required="Tick the box to end the award, or go back",
    )

    @classmethod
    def asking(cls, *, reason: bool) -> "EndForm":
        """The form with or without the reason its people read."""
        return _ReasonedEndForm() if reason else cls()

    @property
    def why(self) -> str:
        """The reason given; nothing where none is asked for."""
        return self["reason"].data or "" if "reason" in self else ""


class _ReasonedEndForm(EndForm):
    """The same, with the reason the organisation reads."""

    reason = LongTextField(
        "Why does the award end?",
        hint="The organisation reads this",
        rows=4,
        most=2_000,
        required="Write the reason the organisation will read",
    )


class AskForm(FlaskForm):  # type: ignore[misc]
    """A question the organisation reads."""

    question = LongTextField(
        "What do you need to know?",
        rows=3,
        most=2_000,
        required="Write the question the organisation will read",
    )


class CheckForm(FlaskForm):  # type: ignore[misc]
    """What is approved of each line of a claim, and why where that is less."""

    @classmethod
    def of(cls, lines: Sequence[ClaimLine]) -> "CheckForm":
        """The form with an amount and a reason a line; what was approved before stands in it."""
        fields: dict[str, Any] = {}
        for line in lines:
            fields[f"approved_{line.number}"] = MoneyField(
                f"Approve of line {line.number}",
                default=line.approved_pence,
                most_pence=claims.eligible(line),
                required=f"Enter what you approve of line {line.number}, or 0",
            )
            fields[f"reason_{line.number}"] = LineField(
                f"Reason for line {line.number}", default=line.reduction_reason, most=300
            )
        made: CheckForm = type("CheckForm", (cls,), fields)()
        return made

    def reductions(self, lines: Iterable[ClaimLine]) -> dict[int, Reduction]:
        """What was decided on each line, by number."""
        return {
            line.number: Reduction(
                self[f"approved_{line.number}"].data, self[f"reason_{line.number}"].data or ""
            )
            for line in lines
        }


class PrepareForm(FlaskForm):  # type: ignore[misc]
    """The approved claims to pay together."""

    claims = ManyOfField("Claims to pay", required="Tick at least one claim")

    @classmethod
    def among(cls, numbers: Iterable[int]) -> "PrepareForm":
        """The form offering these claims."""
        form = cls()
        form.claims.choices = [(str(number), str(number)) for number in numbers]
        return form


class AnswersForm(FlaskForm):  # type: ignore[misc]
    """What the bank said of every payment of a run, and on which day."""

    on = LondonDateField("On which day did the bank say so?", required="Enter the day of the bank’s answer")

    @classmethod
    def of(cls, lines: Sequence[PaymentLine]) -> "AnswersForm":
        """The form with one question a payment."""
        questions = {
            f"answer_{line.id}": OneOfField(
                f"Payment {line.end_to_end_id}",
                choices=ANSWERS,
                required=f"Say what became of {line.end_to_end_id}",
            )
            for line in lines
        }
        made: AnswersForm = type("AnswersForm", (cls,), questions)()
        return made

    def results(self, lines: Iterable[PaymentLine]) -> dict[str, str]:
        """The bank's word on each payment."""
        return {line.end_to_end_id: self[f"answer_{line.id}"].data for line in lines}
