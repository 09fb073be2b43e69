"""What the delegate sends: a decision, and why."""

from flask_wtf import FlaskForm

from fundapp.web.fields import LongTextField, OneOfField


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """One of three decisions, with a reason."""

    decision = OneOfField(
        "What do you decide?",
        choices=(
            ("decide", "Fund it, at exactly the amount recommended"),
            ("decline", "Do not fund it"),
            ("send_back", "Send it back to the board"),
        ),
        required="Choose what you decide",
    )
    reason = LongTextField(
        "Why?",
        hint="The applicant reads this when you fund or decline; the board when you send it back",
        required="Write the reason in a sentence",
        rows=4,
        most=4_000,
    )
