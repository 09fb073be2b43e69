"""The lines of a cost sheet as rows of boxes: one form for each kind of cost, and one for who else pays."""

from functools import cache
from typing import Any

from wtforms import Form

from fundapp.web.fields import DaysField, LineField, MoneyField, PercentField, PickField, WholeNumberField
from fundapp.web.fields.written import WrittenField
from workflows.rules.cost_sheets import FIGURES, SUBCONTRACT, Figure, Line, Match, Unit
from workflows.rules.work_places import PLACES

# Far above any project, and low enough for the sums of all lines of all partners to fit a column and JSON.
MOST_PENCE = 100_000_000_000
RD_TYPES = (
    ("experimental", "Experimental"),
    ("applied", "Industrial"),
    ("basic", "Fundamental"),
)
WHOSE = (("private", "Private money"), ("public", "Public money"))
FORMS = (("cash", "Cash"), ("kind", "In kind"))
WHERE = (("", "Choose"), *PLACES.items())


class WrittenLine(Form):
    """A row of boxes that counts as soon as anything is written in one of them."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in the row; what is chosen from a list does not count."""
        return not any(isinstance(field, WrittenField) and field.is_written for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """An empty row says nothing, so nothing is wrong with it."""
        return self.is_empty or bool(super().validate(extra_validators))


class MatchLine(WrittenLine):
    """Somebody besides the fund who pays."""

    source = LineField("Who pays", most=200)
    pence = MoneyField("Amount", most_pence=MOST_PENCE)
    whose = PickField("Whose money", choices=WHOSE, default="private")
    form = PickField("In what form", choices=FORMS, default="cash")

    def match(self) -> Match:
        """The row as the rulebook reads it."""
        return Match(
            self.source.data or "",
            self.pence.data,
            is_public=self.whose.data == "public",
            is_in_kind=self.form.data == "kind",
        )


@cache
def line_form(kind: str) -> type[WrittenLine]:
    """The form of a line of one kind: what it is for, its figures, and how much of it is R&D.

    Work that is bought in also says where it is done.
    """
    is_bought_in = kind == SUBCONTRACT

    def line(form: Any, category: str) -> Line:
        figures = {each.name: form[each.name].data for each in FIGURES[kind]}
        return Line(
            category=category,
            what=form.what.data or "",
            figures={name: value for name, value in figures.items() if value is not None},
            rd_share_bp=form.rd_share.data,
            rd_type=form.rd_type.data or RD_TYPES[0][0],
            place=form.place.data if is_bought_in else None,
        )

    what = "Role or name" if kind == "labour" else "What it is for"
    return type(
        f"{kind.title()}Line",
        (WrittenLine,),
        {
            "what": LineField(what, most=200),
            **{figure.name: _box(figure) for figure in FIGURES[kind]},
            **({"place": PickField("Where is the work done?", choices=WHERE)} if is_bought_in else {}),
            "rd_share": PercentField("R&D share"),
            "rd_type": PickField("Kind of R&D", choices=RD_TYPES, default=RD_TYPES[0][0]),
            "line": line,
        },
    )


def _box(figure: Figure) -> Any:
    boxes: dict[Unit, Any] = {
        Unit.PENCE: MoneyField,
        Unit.DAYS: DaysField,
        Unit.SHARE: PercentField,
    }
    if figure.unit == Unit.COUNT:
        return WholeNumberField(figure.heading, biggest=1_000_000)
    return boxes[figure.unit](figure.heading)


def values_of(line: Line) -> dict[str, Any]:
    """A line as its boxes show it."""
    return {
        "what": line.what,
        **line.figures,
        "rd_share": line.rd_share_bp,
        "rd_type": line.rd_type,
        "place": line.place,
    }


def values_of_match(match: Match) -> dict[str, Any]:
    """Somebody who pays as their boxes show it."""
    return {
        "source": match.source,
        "pence": match.pence,
        "whose": "public" if match.is_public else "private",
        "form": "kind" if match.is_in_kind else "cash",
    }
