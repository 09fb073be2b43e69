"""Who led the bids of a round, as far as people said: sums without small numbers, and nothing else."""

from collections.abc import Iterator

from flask import render_template
from flask.typing import ResponseReturnValue

from fundapp.models.funds import Round
from fundapp.queries import equality as queries
from fundapp.services import equality as verbs
from fundapp.web.guards import requires
from fundapp.web.office.pages import pages
from fundapp.web.office.subjects import the_round
from fundapp.web.spreadsheets import Cell, attachment
from workflows.actors import Permission
from workflows.equality import LEAST_FORMS, taken_until
from workflows.rules.schedule import in_words
from workflows.rules.small_numbers import LEAST_SHOWN

HEAD = ("Period", "Version of the questions", "Question", "Answer", "People")
NOT_SHOWN = "Not shown"


@pages.get("/rounds/<ref>/equality")
@requires(Permission.EQUALITY_READ, the_round)
def equality(call: Round) -> ResponseReturnValue:
    """A table for each question, once the round's forms are all in."""
    found = queries.figures_of(call)
    people = sum(each.forms or 0 for each in found)
    title = f"{people:,} people told us about themselves" if people else "No equality figures to show"
    return render_template(
        "office/equality.html", call=call, found=found if people else [], why=_why_nothing(call),
        least_forms=LEAST_FORMS, least_shown=LEAST_SHOWN, not_shown=NOT_SHOWN, page_title=title,
    )  # fmt: skip


@pages.get("/rounds/<ref>/equality.csv")
@requires(Permission.EQUALITY_READ, the_round)
def equality_csv(call: Round) -> ResponseReturnValue:
    """The same numbers as a file, the same ones left out."""
    return attachment(f"{call.ref}-equality.csv", HEAD, list(_cells(call)))


def _why_nothing(call: Round) -> tuple[str, str]:
    """Why a round has no figures, and when it has."""
    until = taken_until(call.closes_at)
    if until is None:
        return (
            f"No financial year in which {LEAST_FORMS} people answered is over.",
            "A rolling round has figures for each financial year, once that is over.",
        )
    if verbs.takes_forms(call):
        then = f"They may until {in_words(until)}. The figures come then, all at once:"
        return (
            "The people who lead bids may still answer.",
            f"{then} sums that grew would tell what the last form said.",
        )
    return f"Fewer than {LEAST_FORMS} people answered.", "Of so few, nothing is shown."


def _cells(call: Round) -> Iterator[tuple[Cell, ...]]:
    for figures in queries.figures_of(call):
        for table in figures.tables:
            for answer, people in table.rows:
                shown = NOT_SHOWN if people is None else people
                yield figures.period or call.ref, figures.version, table.question.heading, answer, shown
