"""Freezes what a letter says: canonical JSON and its SHA-256, from which the letter can be made again."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785
from pydantic import TypeAdapter, ValidationError

from fundapp.letters.catalog import CATALOGUE, LetterKind
from fundapp.letters.contents import Contents

_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {
    kind.contents: TypeAdapter(kind.contents) for kind in CATALOGUE.values()
}


class FactsRefused(ValueError):
    """The facts are not what this kind of letter must say; the message names each field."""


@dataclass(frozen=True, slots=True)
class FrozenFacts:
    """What a letter says, as canonical JSON (RFC 8785), and the SHA-256 of those bytes."""

    json_bytes: bytes
    sha256: str


def freeze(contents: Contents) -> FrozenFacts:
    """Clean, check and freeze a letter's contents. The same contents always give the same bytes."""
    adapter = _ADAPTERS[type(contents)]
    try:
        checked = adapter.validate_python(contents)
    except ValidationError as refusal:
        raise FactsRefused(_in_words(refusal)) from refusal
    return _frozen(adapter.dump_python(checked, mode="json"))


def thaw(kind: LetterKind, facts: FrozenFacts) -> Contents:
    """The contents again, from frozen facts; refused where a field is missing, unknown or of another type."""
    try:
        contents: Contents = _ADAPTERS[kind.contents].validate_json(facts.json_bytes)
    except ValidationError as refusal:
        raise FactsRefused(_in_words(refusal)) from refusal
    return contents


def refreeze(stored: dict[str, Any]) -> FrozenFacts:
    """Frozen facts from the JSON a row keeps: the same bytes, and so the same hash, as then."""
    return _frozen(stored)


def _frozen(value: Any) -> FrozenFacts:
    json_bytes = rfc8785.dumps(value)
    return FrozenFacts(json_bytes, sha256(json_bytes).hexdigest())


def _in_words(refusal: ValidationError) -> str:
    mistakes = (
        f"{'.'.join(str(part) for part in error['loc']) or 'letter'}: {error['msg']}"
        for error in refusal.errors(include_url=False, include_input=False)
    )
    return "; ".join(mistakes)
