"""What the programme team may send: findings, reasons, outcomes, choices of assessors."""

from collections.abc import Sequence

from flask_wtf import FlaskForm

from fundapp.web.fields import (
    LondonDateField,
    LongTextField,
    ManyOfField,
    OneOfField,
    PickField,
    WholeNumberField,
)
from workflows.funds.definition import Question
from workflows.rules.eligibility import Check

WHY = "Write the reason in a sentence"


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A reason, for a step somebody may ask about later."""

    reason = LongTextField("Reason", rows=3, most=2_000)


class ChecksForm(ReasonForm):
    """An officer's own answer to each check of a round, and a reason where the bid is turned away."""

    @classmethod
    def asking(cls, checks: Sequence[Check]) -> "ChecksForm":
        """The form with one question a check; what the record says is chosen already."""
        questions = {
            f"check_{each.key}": OneOfField(
                each.question,
                choices=(("met", "Met"), ("not_met", "Not met")),
                default=None if each.met is None else "met" if each.met else "not_met",
                hint=f"On record: {each.reason}",
            )
            for each in checks
        }
        made: ChecksForm = type("ChecksForm", (cls,), questions)()
        return made

    def findings(self) -> dict[str, bool]:
        """The checks that were answered, by key."""
        return {
            field.name.removeprefix("check_"): field.data == "met"
            for field in self
            if field.name.startswith("check_") and field.data
        }


class AskForm(FlaskForm):  # type: ignore[misc]
    """What an applicant is asked while a bid is checked: which answers, what is unclear, by when."""

    questions = ManyOfField(
        "Which answers may they change?", required="Tick the questions the applicant is to answer again"
    )
    unclear = LongTextField(
        "What do you need to know?",
        rows=3,
        most=2_000,
        required="Write what is unclear: the applicant reads it",
    )
    due_on = LondonDateField("Until which day may they answer?", required="Enter the day to answer by")

    @classmethod
    def about(cls, questions: Sequence[Question]) -> "AskForm":
        """The form offering these questions."""
        form = cls()
        form.questions.choices = [(each.key, each.label) for each in questions]
        return form


class SettleForm(ReasonForm):
    """How the moderation of a bid ended."""

    outcome = OneOfField(
        "What came of it?",
        choices=(
            ("stands", "The scores stand as they are"),
            ("set_aside", "Set aside the scores that somebody else asked to set aside"),
            ("extra_read", "Somebody else reads the bid as well"),
            ("rescore", "One of its assessors looks again"),
        ),
        required="Choose what came of the moderation",
    )


class ProposeForm(FlaskForm):  # type: ignore[misc]
    """How many bids one assessor gets at most."""

    most = WholeNumberField("At most, bids for one assessor", most=6)


class AssignForm(FlaskForm):  # type: ignore[misc]
    """One assessor for one bid, chosen by hand."""

    bid = PickField("Bid", required="Choose a bid")
    assessor = PickField("Assessor", required="Choose an assessor")


class BulkForm(FlaskForm):  # type: ignore[misc]
    """Several bids ticked in a list, and what was found true of all of them."""

    bids = ManyOfField("Bids", required="Tick at least one bid")
    checks = ManyOfField("Checks")
