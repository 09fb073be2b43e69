"""Reads values out of a parsed file and notes every mistake by key path instead of stopping at the first."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from workflows.rules import schedule
from workflows.rules.money import WHOLE

T = TypeVar("T")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SHOWN = 40
_MOST_POUNDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a file: where, and what, in plain words."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


def shown(value: object) -> str:
    """A value as a message shows it, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = f"“{value}”" if isinstance(value, str) else f"{value!s:.{_SHOWN + 1}}"
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: _SHOWN + 2])
    return text if len(text) <= _SHOWN + 1 else f"{text[:_SHOWN]}…"


class Table:
    """One table of the file. Each read notes its mistake and goes on with a harmless stand-in."""

    def __init__(self, values: Mapping[str, Any], path: str, mistakes: list[Mistake]) -> None:
        self._values = values
        self._path = path
        self._mistakes = mistakes
        self._read: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key in this table."""
        return f"{self._path}.{key}" if self._path else key

    def wrong(self, key: str, what: str) -> None:
        """Note a mistake at a key."""
        self._mistakes.append(Mistake(self.at(key), what))

    def has(self, key: str) -> bool:
        """Whether the table has this key."""
        self._read.add(key)
        return key in self._values

    def text(self, key: str, most: int = 300) -> str:
        """A text that is there, of at most so many characters."""
        value = self._value(key, str, "a text in quotes", "")
        if self.has(key) and isinstance(self._values[key], str):
            if not value.strip():
                self.wrong(key, "is empty")
            elif len(value) > most:
                self.wrong(key, f"has {len(value):,} characters; {most:,} are allowed")
            elif any(not (sign.isprintable() or sign == "\n") for sign in value):
                self.wrong(key, "holds a sign that cannot be printed")
        return value.strip()

    def key(self, key: str = "key") -> str:
        """A short name made of small letters, digits and underscores."""
        value = self.text(key, 40)
        if value and not KEY.fullmatch(value):
            self.wrong(key, f"must be small letters, digits and underscores; it is {shown(value)}")
        return value

    def one_of(self, key: str, choices: Collection[str]) -> str:
        """One of a few words."""
        value = self.text(key)
        if value and value not in choices:
            self.wrong(key, f"must be one of {', '.join(choices)}; it is {shown(value)}")
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """A whole number between two ends, both included."""
        value = self._value(key, int, f"a whole number from {least:,} to {most:,}", least)
        if not least <= value <= most:
            self.wrong(key, f"must be from {least:,} to {most:,}; it is {shown(value)}")
            return least
        return value

    def pounds(self, key: str) -> int:
        """An amount in whole pounds, as pence."""
        return self.number(key, 0, _MOST_POUNDS) * 100

    def percent(self, key: str) -> int:
        """A share in whole percent, as basis points."""
        return self.number(key, 0, 100) * (WHOLE // 100)

    def flag(self, key: str) -> bool:
        """True or false."""
        return self._value(key, bool, "true or false", instead=False)

    def day(self, key: str) -> date:
        """A date without a time."""
        return self._value(key, date, "a date like 2026-03-31, without quotes", date.min)

    def instant(self, key: str) -> datetime:
        """A date and time without a zone, which is UK time, as an instant in UTC."""
        wanted = "a date and time like 2027-02-12T12:00:00 (UK time), without quotes"
        self._read.add(key)
        value = self._values.get(key)
        if not isinstance(value, datetime) or value.tzinfo is not None:
            held = f"; it is {shown(value)}" if key in self._values else ""
            self.wrong(key, f"must be {wanted}{held}" if held else f"is missing; it must be {wanted}")
            return datetime.min.replace(tzinfo=UTC)
        try:
            return schedule.instant(value)
        except (ValueError, OverflowError) as mistake:
            self.wrong(key, str(mistake))
            return datetime.min.replace(tzinfo=UTC)

    def texts(self, key: str, most: int = 300) -> tuple[str, ...]:
        """A list of texts."""
        found = self._value(key, list, "a list of texts in square brackets", [])
        if not all(isinstance(each, str) and 0 < len(each.strip()) <= most for each in found):
            self.wrong(key, f"must hold texts of 1 to {most:,} characters")
            return ()
        return tuple(found)

    def some_of(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        """A list of some of a few words."""
        found = self.texts(key)
        for unknown in [each for each in found if each not in choices]:
            self.wrong(key, f"must be some of {', '.join(choices)}; it names {shown(unknown)}")
        return found

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        """What `read` finds, or nothing when the key is not there."""
        return read(key) if self.has(key) else None

    def table(self, key: str) -> "Table":
        """A table inside this one."""
        values = self._value(key, dict, f"a table, [{self.at(key)}]", {})
        return Table(values, self.at(key), self._mistakes)

    def tables(self, key: str, read: Callable[["Table"], T], most: int) -> tuple[T, ...]:
        """A list of tables, each read the same way; at least one, at most so many."""
        found = self._value(key, list, f"one or more tables, [[{self.at(key)}]]", [])
        if isinstance(self._values.get(key), list) and not 0 < len(found) <= most:
            self.wrong(key, f"must hold 1 to {most} entries; it holds {len(found):,}")
            return ()
        return tuple(self._each(key, found, read))

    def one_or_more(self, key: str, read: Callable[["Table"], T], most: int) -> tuple[T, ...]:
        """A table, or a list of up to so many, each read the same way."""
        if not isinstance(self._values.get(key), dict):
            return self.tables(key, read, most)
        inner = self.table(key)
        found = read(inner)
        inner.done()
        return (found,)

    def _each(self, key: str, found: list[Any], read: Callable[["Table"], T]) -> Iterable[T]:
        for number, values in enumerate(found, start=1):
            if not isinstance(values, dict):
                self.wrong(f"{key}[{number}]", f"must be a table; it is {shown(values)}")
                continue
            inner = Table(values, self.at(f"{key}[{number}]"), self._mistakes)
            yield read(inner)
            inner.done()

    def done(self) -> None:
        """Note every key nobody asked for, with the likely one where a name is near."""
        known = sorted(self._read)
        for key in self._values:
            if key not in self._read:
                near = get_close_matches(key[:_SHOWN], known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.wrong(shown(key).strip("“”"), f"is not known here{hint}")

    def _value(self, key: str, kind: type[T], wanted: str, instead: T) -> T:
        self._read.add(key)
        if key not in self._values:
            self.wrong(key, f"is missing; it must be {wanted}")
            return instead
        value = self._values[key]
        wrong_kind = (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
        if wrong_kind or not isinstance(value, kind):
            self.wrong(key, f"must be {wanted}; it is {shown(value)}")
            return instead
        return value
