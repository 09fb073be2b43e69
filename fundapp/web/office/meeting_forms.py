"""What the programme team enters to plan a meeting of the board."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm

from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.web.fields import (
    LineField,
    LondonDateField,
    ManyOfField,
    PickField,
    TimeField,
    WholeNumberField,
)
from workflows.actors import Role


class PlanForm(FlaskForm):  # type: ignore[misc]
    """When the board meets, who sits, how many make a quorum, which bids it discusses."""

    title = LineField("What is the meeting called?", required="Give the meeting a name", most=100)
    day = LondonDateField(
        "On which day?", hint="For example, 11 2 2027", required="Enter the day of the meeting"
    )
    time = TimeField("At what time?", hint="UK time, for example 10:00", required="Enter when it begins")
    members = ManyOfField("Who sits?", required="Tick the members who sit")
    chair = PickField("Who takes the chair?", required="Choose who takes the chair")
    quorum = WholeNumberField(
        "How many make a quorum?", least=1, biggest=100, required="Enter how many members make a quorum"
    )
    bids = ManyOfField("Bids", required="Tick at least one bid")

    @classmethod
    def offering(
        cls, call: Round, people: Sequence[Person], bids: Sequence[Application], *, sent: bool
    ) -> "PlanForm":
        """The form with the board's people and the ranked bids; unless `sent`, with the usual answers."""
        form = cls() if sent else cls(formdata=None)
        chairs = [each for each in people if Role.BOARD_CHAIR in each.roles]
        form.members.choices = [(str(each.id), each.name) for each in people]
        form.chair.choices = [(str(each.id), each.name) for each in chairs]
        form.bids.choices = [(each.reference, each.reference) for each in bids]
        if not sent:
            form.title.data = "Investment panel"
            form.day.data = call.board_on
            form.members.data = [str(each.id) for each in people]
            form.chair.data = str(chairs[0].id) if chairs else None
            form.quorum.data = call.terms["board"]["quorum"]
            form.bids.data = [each.reference for each in bids]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """A quorum that can never be reached stops every meeting before it begins."""
        good = bool(super().validate(extra_validators))
        seats = len({*(self.members.data or ()), self.chair.data})
        if good and (self.quorum.data or 0) > seats:
            self.quorum.errors = [f"{seats} people sit: a quorum of {self.quorum.data} can never be reached"]
            return False
        return good
