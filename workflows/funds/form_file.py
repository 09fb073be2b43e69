"""Reads the sections of a fund's form from its file: each question, and what its kind lets be said of it."""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.funds.definition import Bounds, Days, Named, Question, Section, ShownIf
from workflows.funds.kinds import ANSWERED
from workflows.funds.kinds.milestones import MOST_ROWS
from workflows.funds.reading import Table, shown
from workflows.rules.file_types import FILE_TYPES, MEGABYTE, FileTerms

# No answer of their own is kept for these: the bid's organisation, its money and its files answer them.
ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "organisation": (),
    "size": (),
    "costs": (),
    "use_of_funds": (),
    "file": ("files",),
    "declarations": ("options",),
}
QUESTION_KINDS = (*ELSEWHERE, *ANSWERED)
MOST_OPTIONS = 60
MOST_CONDITIONS = 5
_FAR = 10**12


def section(table: Table) -> Section:
    """A part of the form."""
    return Section(table.key(), table.text("title", 100), table.tables("questions", _question, 40))


def _question(table: Table) -> Question:
    kind = table.one_of("kind", QUESTION_KINDS)
    found: dict[str, Any] = {}
    for setting in _settings_of(kind):
        found |= _SETTINGS[setting](table)
    if kind == "text" and not (found["word_limit"] or found["character_limit"]):
        table.wrong("word_limit", "is missing; a text has a limit of words, or a character_limit")
    return Question(
        key=table.key(),
        label=table.text("label", 200),
        kind=kind,
        scored_under=table.maybe("scored_under", table.key),
        required=table.flag("required"),
        guidance=table.text("guidance", 2_000),
        shown_if=table.maybe("shown_if", lambda key: table.one_or_more(key, _shown_if, MOST_CONDITIONS))
        or (),
        minutes=table.maybe("minutes", lambda key: table.number(key, 1, 600)),
        **{"word_limit": None} | found,
    )


def _settings_of(kind: str) -> tuple[str, ...]:
    return ANSWERED[kind].settings if kind in ANSWERED else ELSEWHERE.get(kind, ())


def _word_limit(table: Table) -> dict[str, Any]:
    return {"word_limit": table.maybe("word_limit", lambda key: table.number(key, 1, 5_000))}


def _character_limit(table: Table) -> dict[str, Any]:
    return {"character_limit": table.maybe("character_limit", lambda key: table.number(key, 1, 30_000))}


def _options(table: Table) -> dict[str, Any]:
    found = table.tables("options", _option, MOST_OPTIONS)
    for what, texts in (("key", [each.key for each in found]), ("name", [each.name for each in found])):
        for repeated in sorted({text for text in texts if texts.count(text) > 1}):
            table.wrong("options", f"has the {what} {shown(repeated)} more than once")
    return {"options": found}


def _option(table: Table) -> Named:
    return Named(table.key(), table.text("name", 150))


def _number(table: Table) -> dict[str, Any]:
    least, most = (table.maybe(end, lambda key: table.number(key, -_FAR, _FAR)) for end in ("least", "most"))
    unit = table.maybe("unit", lambda key: table.text(key, 30)) or ""
    places = table.maybe("places", lambda key: table.number(key, 0, 6)) or 0
    return {"bounds": _ordered(table, Bounds(least, most, unit, places), "least", "most")}


def _rows(table: Table) -> dict[str, Any]:
    least, most = (table.maybe(end, lambda key: table.number(key, 1, MOST_ROWS)) for end in ("least", "most"))
    return {"bounds": _ordered(table, Bounds(least, most or MOST_ROWS), "least", "most")}


def _money(table: Table) -> dict[str, Any]:
    least, most = (table.maybe(end, table.pounds) for end in ("least_pounds", "most_pounds"))
    return {"bounds": _ordered(table, Bounds(least, most), "least_pounds", "most_pounds")}


def _ordered(table: Table, bounds: Bounds, least: str, most: str) -> Bounds:
    if bounds.least is not None and bounds.most is not None and bounds.least > bounds.most:
        table.wrong(least, f"is more than {most}")
    return bounds


def _days(table: Table) -> dict[str, Any]:
    found = Days(table.maybe("earliest", table.day), table.maybe("latest", table.day))
    if found.earliest and found.latest and found.earliest > found.latest:
        table.wrong("earliest", "is after latest")
    return {"days": found}


def _shown_if(table: Table) -> ShownIf:
    """One condition; where a question has several, all of them must hold."""
    found = ShownIf(table.key("question"), table.texts("answers", 40))
    if table.has("answers") and not found.answers:
        table.wrong("answers", "names no answer")
    return found


def _files(outer: Table) -> dict[str, Any]:
    table = outer.table("files")
    types = table.some_of("types", FILE_TYPES)
    if table.has("types") and not types:
        table.wrong("types", "names no type of file")
    found = FileTerms(
        types=types,
        most_bytes=table.number("most_megabytes", 1, 100) * MEGABYTE,
        most_pages=table.number("most_pages", 1, 1_000),
        most_files=table.number("most_files", 1, 50),
    )
    table.done()
    return {"files": found}


_SETTINGS: Mapping[str, Callable[[Table], dict[str, Any]]] = {
    "word_limit": _word_limit,
    "character_limit": _character_limit,
    "options": _options,
    "number": _number,
    "money": _money,
    "days": _days,
    "rows": _rows,
    "files": _files,
}
