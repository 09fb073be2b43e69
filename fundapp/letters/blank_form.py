"""The blank form of a round as it is printed: every question with its guidance, limit and room to write."""

from dataclasses import dataclass
from datetime import datetime

from fundapp.letters.render import Composed, source, templates
from workflows.funds.answering import answered_by
from workflows.funds.pinned import Pinned
from workflows.funds.showing import condition_in_words


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the printed form says besides the questions. `form` and `sha256` name the version exactly."""

    fund: str
    title: str
    number: int
    ref: str
    opens_at: datetime | None
    closes_at: datetime | None
    form: int
    sha256: str
    address: str
    authority: str
    department: str
    email: str
    notice: str


def compose(facts: FormFacts, rules: Pinned) -> Composed:
    """Fill the form's template, ready for the press."""
    html = (
        templates()
        .get_template("letters/blank_form.html")
        .render(
            facts=facts,
            rules=rules,
            criteria={criterion.key: criterion for criterion in rules.criteria},
            answered_by=answered_by,
            asked_if=condition_in_words,
        )
    )
    return Composed(html, {"letter-image:mark.svg": source("mark.svg")})
