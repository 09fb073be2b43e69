"""Everything wrong with a file: each mistake by table, row and column, in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fundapp.services.imports.tables import Spoilt

MOST_KEPT = 5_000
_SHOWN = 40


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing to put right, at its place. Without a column it is about the whole row."""

    table: str
    row: int
    column: str
    what: str

    def __str__(self) -> str:
        place = f"{self.table}, row {self.row}"
        return f"{place}, {self.column}: {self.what}" if self.column else f"{place}: {self.what}"


class MistakesError(Exception):
    """A file cannot be taken as it is: nothing was changed.

    `mistakes` come in the order of the file; `more` says how many others there are.
    """

    def __init__(self, mistakes: Sequence[Mistake], more: int) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)
        self.more = more

    @property
    def count(self) -> int:
        """How many mistakes there are in all."""
        return len(self.mistakes) + self.more


@dataclass
class Findings:
    """Gathers what is wrong, all of it, and what is worth saying though nothing is wrong."""

    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: int = 0

    def wrong(self, table: str, row: int, column: str, what: str) -> None:
        """Keep one mistake; beyond the most that are kept they are only counted."""
        if len(self.mistakes) < MOST_KEPT:
            self.mistakes.append(Mistake(table, row, column, what))
        else:
            self.more += 1

    def insist(self) -> None:
        """Raise `MistakesError` when anything is wrong."""
        if self.mistakes:
            raise MistakesError(sorted(self.mistakes), self.more)


def quoted(value: str | Spoilt) -> str:
    """What a cell holds, as a message shows it: on one line and cut short."""
    if isinstance(value, Spoilt):
        return value.why
    plain = "".join(sign if sign.isprintable() else "?" for sign in value[: _SHOWN + 1])
    return f"“{plain[:_SHOWN]}{'…' if len(plain) > _SHOWN else ''}”"
