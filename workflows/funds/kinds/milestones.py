"""Milestones: rows of what is reached, by which day, and what shows it; all of them one answer."""

from collections.abc import Iterator, Sequence
from datetime import date

from workflows.funds.definition import Bounds, Question
from workflows.funds.kinds.kind import UNKNOWN, Kind, Span, Value
from workflows.rules import dates
from workflows.rules.words import characters_in_words, tidy

BOXES = 5  # of a row: the name, the three of a date, what shows it
MOST_ROWS = 12
LONGEST = 200
CELL = "|"
Row = tuple[str, ...]


class Milestones(Kind):
    """From a least to a most number of rows; a row with nothing in it is none."""

    name = "Milestones"
    settings = ("rows",)

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        rows = [row for row in rows_of(texts) if any(row)]
        most = bounds_of(question).most or MOST_ROWS
        if len(rows) > most:
            raise ValueError(f"List at most {most} milestones; there are {len(rows)}")
        wrong = [
            f"Milestone {number}: {what}" for number, row in enumerate(rows, 1) if (what := mistake_in(row))
        ]
        if wrong:
            raise ValueError(". ".join(wrong))
        kept = [
            {"name": row[0], "date": dates.parse(row[1:4]).isoformat(), "shown_by": row[4]} for row in rows
        ]
        return {"rows": kept} if kept else {}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return tuple(
            text
            for row in value.get("rows", ())
            for text in (row["name"], *dates.parts(date.fromisoformat(row["date"])), row["shown_by"])
        )

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return tuple(
            f"{row['name']}, by {dates.in_words(day)}. Shown by: {row['shown_by']}"
            for row in value.get("rows", ())
            for day in [date.fromisoformat(row["date"])]
        )

    def asks_for(self, question: Question) -> str:
        bounds = bounds_of(question)
        least = f"{bounds.least} to " if bounds.least else "up to "
        return f"Milestones, {least}{bounds.most}, each with a date and what shows that it is reached"

    def faults(self, question: Question, value: Value, span: Span) -> Iterator[str]:
        rows, least = value.get("rows", ()), bounds_of(question).least or 0
        if rows and len(rows) < least:
            yield f"List at least {least} milestones."
        for number, row in enumerate(rows, 1):
            day, last = date.fromisoformat(row["date"]), span.ends_on
            if span.starts_on and day < span.starts_on:
                yield f"Milestone {number} is before the project starts, {dates.in_words(span.starts_on)}."
            elif last and day > last:
                yield f"Milestone {number} is after the project ends, {dates.in_words(last)}."

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        first = span.starts_on or date(2027, 5, 1)
        rows = (
            ("The first one runs in the workshop", first, "Film and test log"),
            ("A customer has used it", span.ends_on or first, "Their letter"),
        )
        count = max(bounds_of(question).least or 0, len(rows))
        return "\n".join(
            f" {CELL} ".join((name, day.isoformat(), shown_by))
            for name, day, shown_by in [*rows, *([rows[-1]] * count)][:count]
        )

    def from_cell(self, question: Question, text: str) -> Value:
        return self.read(
            question, [part for line in text.splitlines() if line.strip() for part in _row_in(line)]
        )

    def minutes(self, question: Question, value: Value) -> int:
        left = max(bounds_of(question).least or 1, 3) - len(value.get("rows", ()))
        return max(1, 3 * left)


def bounds_of(question: Question) -> Bounds:
    """From how many rows to how many an answer has."""
    given = question.bounds or Bounds()
    return Bounds(given.least, given.most or MOST_ROWS)


def rows_of(texts: Sequence[str]) -> list[Row]:
    """The texts of the boxes, row by row; a last row cut short is filled up with empty boxes."""
    return [
        tuple([*texts[start : start + BOXES], *[""] * BOXES][:BOXES]) for start in range(0, len(texts), BOXES)
    ]


def mistake_in(row: Row) -> str:
    """What is wrong with a row in which something stands, in a sentence; empty where nothing is."""
    name, *parts, shown_by = row
    if not name:
        return "Say what will be reached"
    if not any(parts):
        return "Enter the date it will be reached by"
    if wrong := next(iter(unreadable(row).values()), ""):
        return wrong
    return "" if shown_by else "Say what shows that it is reached"


def unreadable(row: Row) -> dict[str, str]:
    """What of a row cannot be kept as it stands, box by box; what is still empty may be filled in later."""
    name, *parts, shown_by = row
    found = {}
    if any(parts):
        try:
            dates.parse(parts)
        except ValueError as wrong:
            found["day"] = str(wrong)
    for box, text in (("name", name), ("shown-by", shown_by)):
        if (over := len(text) - LONGEST) > 0:
            found[box] = f"{characters_in_words(over)} over; each text may have {LONGEST}"
    return found


def _row_in(line: str) -> Row:
    parts = [tidy(part) for part in line.split(CELL)]
    if len(parts) != 3:
        raise ValueError(f"Write each milestone on a line of its own: name {CELL} date {CELL} what shows it")
    return (parts[0], *dates.split(parts[1]), parts[2])
