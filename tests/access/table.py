"""Reads the access table and says what every party must be answered on every route."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from tests.factories.world import World

TABLE = Path(__file__).with_name("matrix.txt")
VISITOR = "visitor"
PEOPLE = (
    "owner",
    "rival",
    "guest",
    "assessor",
    "unassigned",
    "officer",
    "member",
    "chair",
    "decider",
    "finance",
    "auditor",
    "administrator",
)
PARTIES = (VISITOR, *PEOPLE)
GROUPS = {"everyone": PARTIES, "people": PEOPLE, "waiting": ()}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a route about one thing, who is let in, who only sees the thing."""

    name: str
    let_in: frozenset[str]
    sees: frozenset[str]
    is_waiting: bool

    @property
    def endpoint(self) -> str:
        """The route, whatever it is about."""
        return self.name.partition("@")[0]


@cache
def lines() -> tuple[Line, ...]:
    """The table, line by line; a word that names nobody is a mistake in it."""
    written = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return tuple(_line(words) for words in written if words and not words[0].startswith("#"))


def _line(words: list[str]) -> Line:
    name, *rest = words
    at = rest.index("sees") if "sees" in rest else len(rest)
    return Line(name, _named(rest[:at]), _named(rest[at + 1 :]), rest == ["waiting"])


def _named(words: list[str]) -> frozenset[str]:
    unknown = set(words) - GROUPS.keys() - set(PARTIES)
    assert not unknown, f"the access table names nobody called {unknown}"
    return frozenset(party for word in words for party in GROUPS.get(word, (word,)))


def rules_of(app: Flask, line: Line) -> Iterator[Rule]:
    """The address rules of a line's route."""
    return app.url_map.iter_rules(line.endpoint)


def cells(app: Flask) -> Iterator[tuple[Line, Rule, str]]:
    """Every line with each of its routes' rules and methods."""
    for line in lines():
        for rule in rules_of(app, line):
            for method in sorted(set(METHODS) & set(rule.methods or ())):
                yield line, rule, method


def address(rule: Rule, world: World, line: Line) -> str:
    """The address of the thing this line is about."""
    values = world.about(line.endpoint) | world.values.get(line.name, {})
    lacking = rule.arguments - values.keys()
    assert not lacking, f"tests/factories/world.py says nothing that fills {lacking} of {rule.rule}"
    asked = f"?{values['?']}" if "?" in values else ""
    return _built(rule, {name: values[name] for name in rule.arguments}) + asked


def address_of_nothing(rule: Rule) -> str:
    """The address the same route would have for a thing that does not exist."""
    values = {
        name: 999_999 if "Id" in type(converter).__name__ or "Int" in type(converter).__name__ else "NONE-1"
        for name, converter in rule._converters.items()
    }
    return _built(rule, values)


def _built(rule: Rule, values: Mapping[str, object]) -> str:
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]
