"""What a member may send from the page of their organisation."""

from flask_wtf import FlaskForm

from fundapp.web.fields import LondonDateField


class TakeBackForm(FlaskForm):  # type: ignore[misc]
    """The year whose figures are taken back."""

    ended_on = LondonDateField("Year ended", required="Choose the year on the page of the organisation")
