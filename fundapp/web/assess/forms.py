"""What an assessor may send: a declaration, a mark with its words, a conflict, a reason to say no."""

from flask_wtf import FlaskForm

from fundapp.models.funds import Criterion
from fundapp.services.readings import COMMENT_WORDS
from fundapp.web.fields import CheckField, CompanyNumberField, LongTextField, OneOfField

TIES = (
    ("interest", "I own, run, advise or lend to it, or somebody close to me does"),
    ("past_employer", "I used to work for it"),
)


class DeclareForm(FlaskForm):  # type: ignore[misc]
    """Whether there is a conflict of interest, before anything of the bid is shown."""

    answer = OneOfField(
        "Do you have a conflict of interest with this bid?",
        choices=(
            ("clear", "No, I have none: show me the bid"),
            ("conflict", "Yes, I have or may have a conflict"),
            ("unable", "No, but I cannot take this bid on"),
        ),
        required="Choose an answer before you go on",
    )
    reason = LongTextField(
        "Why not? Needed for the last two answers",
        hint="The office reads this; the applicant does not",
        rows=3,
        most=2_000,
    )


class ConflictForm(FlaskForm):  # type: ignore[misc]
    """A conflict found while reading."""

    reason = LongTextField(
        "What is the conflict?",
        hint="A sentence is enough. The office reads it; the applicant does not",
        required="Say in a sentence what the conflict is",
        rows=4,
        most=2_000,
    )


class MarkForm(FlaskForm):  # type: ignore[misc]
    """One criterion's mark and the words for it; either may be saved before the other."""

    mark = OneOfField("Mark")
    not_applicable = CheckField("This criterion does not apply to the bid")
    why = LongTextField(
        "Why this mark?", hint="The applicant will read this", words=COMMENT_WORDS, rows=6, most=20_000
    )

    @classmethod
    def on(cls, criterion: Criterion) -> "MarkForm":
        """The form with the marks of this criterion's scale."""
        form = cls()
        form.mark.choices = [(str(mark), str(mark)) for mark in range(criterion.max_score + 1)]
        return form

    @property
    def score(self) -> int | None:
        """The mark chosen, where one is."""
        return int(self.mark.data) if self.mark.data else None


class TieForm(FlaskForm):  # type: ignore[misc]
    """A tie to a company, declared ahead of any bid."""

    company = CompanyNumberField(
        "Company number",
        hint="Eight characters at Companies House, for example 01234567 or SC123456",
        required="Enter the number of the company",
    )
    kind = OneOfField("How are you tied to it?", choices=TIES, required="Choose how you are tied to it")
