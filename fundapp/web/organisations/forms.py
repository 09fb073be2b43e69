"""What a member may send from the page of their organisation."""

from typing import Any

from flask_wtf import FlaskForm

from fundapp.web.fields import LondonDateField, OneOfField


class LetInForm(FlaskForm):  # type: ignore[misc]
    """Whether somebody who asks may act for the organisation."""

    answer = OneOfField("Answer", required="Press “Let in” or “Do not let in”")

    YES, NO = "in", "out"

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.answer.choices = [(self.YES, "Let in"), (self.NO, "Do not let in")]

    @property
    def lets_in(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.answer.data == self.YES)

    def said(self, who: str, organisation: str) -> str:
        """What was done, for the next page."""
        if self.lets_in:
            return f"{who} acts for {organisation} now. They have a mail that says so."
        return f"{who} was not let in to {organisation}. They have a mail that says so."


class TakeBackForm(FlaskForm):  # type: ignore[misc]
    """The year whose figures are taken back."""

    ended_on = LondonDateField("Year ended", required="Choose the year on the page of the organisation")
