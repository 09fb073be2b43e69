"""What the programme team enters to declare a letter void."""

from flask_wtf import FlaskForm

from fundapp.web.fields import CheckField, LongTextField


class VoidForm(FlaskForm):  # type: ignore[misc]
    """Why a letter does not count any more, and whether a new one takes its place."""

    reason = LongTextField("Why is it void?", required="Write the reason in a sentence", rows=3, most=2_000)
    again = CheckField("Make a new letter in its place")
