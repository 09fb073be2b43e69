"""What is said in a meeting: who is there, an interest, a vote, an outcome with its conditions, a reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm

from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.web.fields import LineField, LondonDateField, LongTextField, ManyOfField, MoneyField, OneOfField
from workflows.rules.quorum import Choice

MOST_CONDITIONS = 40
LONGEST_CONDITION = 1_000
MOMENTS = (
    ("before", "Before the first payment"),
    ("during", "During the project"),
    ("after", "At the end"),
)


class OpenForm(FlaskForm):  # type: ignore[misc]
    """Who is in the room."""

    present = ManyOfField("Who is here?", required="Tick the members who are here")

    @classmethod
    def of(cls, meeting: Meeting, *, sent: bool) -> "OpenForm":
        """The form with the meeting's members; as it was `sent`, or with everybody ticked."""
        form = cls() if sent else cls(formdata=None)
        if not sent:
            form.present.data = [str(each.person_id) for each in meeting.members]
        form.present.choices = [
            (str(each.person_id), f"{each.person.name}, in the chair" if each.is_chair else each.person.name)
            for each in meeting.members
        ]
        return form


class InterestForm(FlaskForm):  # type: ignore[misc]
    """An interest in one item, in a few words if there is time for them."""

    nature = LineField("What is it? A few words for the minutes, if you like", most=300)


class VoteForm(FlaskForm):  # type: ignore[misc]
    """One vote."""

    choice = OneOfField(
        "Your vote",
        choices=[(choice.value, choice.value) for choice in Choice],
        required="Choose for, against or abstain",
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A reason, for a step somebody may ask about later."""

    reason = LongTextField("Why?", required="Write the reason in a sentence", rows=3, most=2_000)


class ConditionsForm(FlaskForm):  # type: ignore[misc]
    """The conditions of an approval, one a line in each of three boxes."""

    before = LongTextField("Before the first payment, one a line", rows=2, most=10_000)
    before_by = LondonDateField("To be met by, if there is a date")
    during = LongTextField("During the project, one a line", rows=2, most=10_000)
    after = LongTextField("At the end, one a line", rows=2, most=10_000)
    after_by = LondonDateField("To be met by, if there is a date")

    def fill(self, conditions: Sequence[Mapping[str, Any]]) -> None:
        """Put conditions recorded before back into the boxes."""
        for key, moment in MOMENTS:
            own = [each for each in conditions if each["moment"] == moment]
            self[key].data = "\n".join(each["text"] for each in own) or None
            day = next((each["due_on"] for each in own if each.get("due_on")), None)
            if day and key != "during":
                self[f"{key}_by"].data = date.fromisoformat(day)

    def validate(self, extra_validators: Any = None) -> bool:
        """Conditions have to fit into a letter."""
        good = bool(super().validate(extra_validators))
        return self._conditions_fit() and good

    def conditions(self) -> list[dict[str, Any]]:
        """The conditions as they are recorded, one a line of each box."""
        found: list[dict[str, Any]] = []
        for key, moment in MOMENTS:
            day = self[f"{key}_by"].data if key != "during" else None
            due = {"due_on": day.isoformat()} if day else {}
            payment = {"before_payment": True} if key == "before" else {}
            found += [{"moment": moment, "text": line} | due | payment for line in self._lines(key)]
        return found

    def _lines(self, key: str) -> list[str]:
        return [" ".join(line.split()) for line in (self[key].data or "").splitlines() if line.strip()]

    def _conditions_fit(self) -> bool:
        good = True
        for key, _ in MOMENTS:
            if any(len(line) > LONGEST_CONDITION for line in self._lines(key)):
                self[key].errors = [f"Keep each condition to {LONGEST_CONDITION:,} characters"]
                good = False
        if sum(len(self._lines(key)) for key, _ in MOMENTS) > MOST_CONDITIONS:
            self.before.errors = [f"Keep to {MOST_CONDITIONS} conditions in all"]
            good = False
        return good


class StepUpForm(ConditionsForm):
    """What a bid of the reserve list is given, why now, and on which conditions."""

    amount = MoneyField("How much?", least_pence=1, required="Enter the amount")
    reason = LongTextField(
        "Why now?",
        hint="The applicant reads this in the letter",
        required="Write the reason in a sentence",
        rows=3,
        most=4_000,
    )

    @classmethod
    def on(cls, item: MeetingItem, *, sent: bool) -> "StepUpForm":
        """The form as it was `sent`, or with all that the bid asks for."""
        form = cls() if sent else cls(formdata=None)
        if not sent:
            form.amount.data = item.application.grant_requested_pence
        return form


class OutcomeForm(ConditionsForm):
    """What the meeting decided on an item, and on which conditions."""

    outcome = OneOfField(
        "What did the meeting decide?",
        choices=(
            ("approve", "Approve"),
            ("reserve", "Put on the reserve list"),
            ("defer", "Defer to another meeting"),
            ("decline", "Decline"),
        ),
        required="Choose what the meeting decided",
    )
    amount = MoneyField("Amount, when approved", least_pence=1)
    reason = LongTextField(
        "Why?",
        hint="The applicant reads this in the letter",
        required="Write the board’s reason in a sentence",
        rows=3,
        most=4_000,
    )

    @classmethod
    def on(cls, item: MeetingItem, *, sent: bool) -> "OutcomeForm":
        """The form as it was `sent`; else with what was recorded before, or all that the bid asks for."""
        form = cls() if sent else cls(formdata=None)
        if not sent:
            form.outcome.data = item.outcome
            form.amount.data = item.amount_pence or item.application.grant_requested_pence
            form.reason.data = item.reason or None
            form.fill(item.conditions)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """An approval needs its amount."""
        good = super().validate(extra_validators)
        if self.outcome.data == "approve" and self.amount.data is None and not self.amount.errors:
            self.amount.errors = ["Enter the amount the meeting approved"]
            return False
        return good
