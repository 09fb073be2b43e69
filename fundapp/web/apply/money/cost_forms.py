"""The cost sheet of one organisation as a form: a list of lines for each category, and who else pays."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField

from fundapp.web.apply.money.cost_lines import (
    MOST_PENCE,
    WHERE,
    MatchLine,
    line_form,
    values_of,
    values_of_match,
)
from fundapp.web.fields import MoneyField, OneOfField, PercentField, PickField
from fundapp.web.fields.written import WrittenField
from workflows.rules.cost_sheets import FIGURES, LINES, OVERHEADS, CostTerms, Method, Overheads, Sheet, Unit
from workflows.rules.cost_sums import amount_of
from workflows.rules.costs import Category
from workflows.rules.funding import RESEARCH
from workflows.rules.money import in_words

MOST_LINES = 60
MOST_MATCHES = 20
MATCH = "match"
SIZES = (
    ("small", "Micro or small: fewer than 50 people"),
    ("medium", "Medium-sized: fewer than 250 people"),
    ("large", "Large"),
)


class CostForm(FlaskForm):  # type: ignore[misc]
    """One cost sheet; a round's own form has a list of lines more for each of its categories."""

    categories: tuple[Category, ...] = ()
    terms: CostTerms

    overheads_method = OneOfField("How do you count them?", default=str(Method.NONE))
    overheads_pence = MoneyField("Overheads, as you calculated them", most_pence=MOST_PENCE)
    overheads_rd_share = PercentField("How much of them is R&D?")
    match = FieldList(FormField(MatchLine), max_entries=MOST_MATCHES)
    research = OneOfField("What kind of research is the project?", choices=RESEARCH.items())
    size = OneOfField("How large is your organisation, its whole group counted?", choices=SIZES)
    place = PickField("Where does your organisation do its work?", choices=WHERE)
    grant_requested = MoneyField("Do you ask for less?", most_pence=MOST_PENCE)

    @classmethod
    def of(cls, terms: CostTerms, sheet: Sheet) -> "CostForm":
        """The form of a round's categories, filled with what is saved."""
        form: CostForm = _form_of(terms.categories)(**_values(terms, sheet))
        form.overheads_method.choices = _methods(terms)
        form.terms = terms
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Every box that is asked for by itself, then what each line comes to."""
        if self.overheads_method.data != Method.CALCULATED:
            self.overheads_pence.process_errors = self.overheads_rd_share.process_errors = []
        good = bool(super().validate(extra_validators))
        for category, rows in self.lists():
            for row in rows or ():
                if not row.form.is_empty and not row.form.errors:
                    good = self._is_sane(category, row.form) and good
        return good

    def _is_sane(self, category: Category, line: Any) -> bool:
        """Whether a line comes to an amount that can be taken; if not, its amount of money says so."""
        if (amount_of(line.line(category.key), self.terms) or 0) <= MOST_PENCE:
            return True
        money = next(each.name for each in FIGURES[category.kind] if each.unit == Unit.PENCE)
        line[money].errors = [f"This comes to more than {in_words(MOST_PENCE)}, the most we can take"]
        return False

    def lists(self) -> "Iterator[tuple[Category, FieldList[Any] | None]]":
        """Every category with its lines; overheads have none."""
        for category in self.categories:
            yield category, self[LINES + category.key] if category.kind != OVERHEADS else None

    def sheet(self) -> Sheet:
        """What is written, as the rulebook reads it; what is not well formed counts as not written."""
        lines = tuple(
            row.form.line(category.key)
            for category, rows in self.lists()
            for row in rows or ()
            if not row.form.is_empty
        )
        return Sheet(
            lines=lines,
            overheads=self._overheads(),
            match=tuple(row.form.match() for row in self.match if not row.form.is_empty),
            asks_pence=self.grant_requested.data,
            research=self.research.data,
            size=self.size.data,
            place=self.place.data,
        )

    def take_out(self, name: str) -> None:
        """Empty the row of this name, so that it is not kept; an unknown name takes nothing out."""
        for rows in (*(rows for _, rows in self.lists() if rows is not None), self.match):
            for row in rows:
                if row.name == name:
                    for field in row.form:
                        field.raw_data = None
                        field.process(None, None)

    def room_for(self, category: str) -> None:
        """One more empty row in a category, as far as a page may go."""
        keys = {each.key: rows for each, rows in self.lists() if rows is not None}
        rows = self.match if category == MATCH else keys.get(category)
        if rows is not None and len(rows) < (rows.max_entries or 0):
            rows.append_entry()

    def begin(self, added: str, *, is_new: bool) -> None:
        """Room for the line somebody asked for; on a sheet nobody has saved yet, for a first one."""
        first = next((category.key for category, rows in self.lists() if rows is not None), MATCH)
        for category in (first, MATCH) if is_new else ():
            self.room_for(category)
        self.room_for(added)

    def blank(self, name: str) -> Any:
        """An empty row of a list of lines, as the page's script copies it; the list stays as it is."""
        rows = self[name]
        if len(rows) == rows.max_entries:
            return rows[-1]
        rows.append_entry()
        return rows.pop_entry()

    def mistakes(self) -> Sequence[tuple[str, Field]]:
        """Every box with a mistake, with the name of the row it is in or its own."""
        found = [
            (_name_of(row.form, title, number), field)
            for title, rows in self._titled()
            for number, row in enumerate(rows, start=1)
            for field in row.form
            if field.errors
        ]
        alone = (each for each in self if isinstance(each, WrittenField | OneOfField))
        return [*found, *((each.label.text, each) for each in alone if each.errors)]

    def _titled(self) -> "Iterator[tuple[str, FieldList[Any]]]":
        for category, rows in self.lists():
            if rows is not None:
                yield category.name, rows
        yield "Who else pays", self.match

    def _overheads(self) -> Overheads:
        """How they are counted; figures of a calculation stay written while they count for nothing."""
        method = self.overheads_method.data or Method.NONE
        return Overheads(method, self.overheads_pence.data, self.overheads_rd_share.data)


@cache
def _form_of(categories: tuple[Category, ...]) -> type[CostForm]:
    lists = {
        LINES + category.key: FieldList(FormField(line_form(category.kind)), max_entries=MOST_LINES)
        for category in categories
        if category.kind != OVERHEADS
    }
    return type("RoundCostForm", (CostForm,), {"categories": categories, **lists})


def _methods(terms: CostTerms) -> list[tuple[str, str]]:
    percent = f"{terms.flat_overheads_bp / 100:g}%"
    return [
        (str(Method.NONE), "We count none"),
        (str(Method.FLAT), f"{percent} of what people cost"),
        (str(Method.CALCULATED), "We have calculated them"),
    ]


def _values(terms: CostTerms, sheet: Sheet) -> dict[str, Any]:
    lines = {
        LINES + category.key: [values_of(line) for line in sheet.lines if line.category == category.key]
        for category in terms.categories
        if category.kind != OVERHEADS
    }
    return {
        **lines,
        "overheads_method": str(sheet.overheads.method),
        "overheads_pence": sheet.overheads.pence,
        "overheads_rd_share": sheet.overheads.rd_share_bp,
        MATCH: [values_of_match(each) for each in sheet.match],
        "research": sheet.research,
        "size": sheet.size,
        "place": sheet.place,
        "grant_requested": sheet.asks_pence,
    }


def _name_of(form: Any, title: str, number: int) -> str:
    written = form.source if "source" in form else form.what
    return f"“{written.data}”" if written.data else f"{title}, line {number}"
