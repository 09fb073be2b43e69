"""Proves a letter: a short code a person can type, and hashes that must come out again."""

import secrets
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from fundapp.letters.facts import refreeze

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})
_LENGTH = 8


def new_code() -> str:
    """A new random letter code such as "7K2M-94QD": 35 random bits and a check character."""
    drawn = [secrets.randbelow(len(ALPHABET)) for _ in range(_LENGTH - 1)]
    text = "".join(ALPHABET[value] for value in (*drawn, _check(drawn)))
    return f"{text[:4]}-{text[4:]}"


def read_code(typed: str) -> str | None:
    """The code a person meant: case, spaces and lookalikes are forgiven, a wrong character is not."""
    text = typed.strip().upper().translate(_LOOKALIKES)
    if len(text) != _LENGTH or not set(text) <= set(ALPHABET):
        return None
    if _check([ALPHABET.index(character) for character in text]) != 0:
        return None
    return f"{text[:4]}-{text[4:]}"


def verify(pdf_bytes: bytes, recorded_sha256: str) -> bool:
    """Whether these are exactly the bytes that were recorded."""
    return compare_digest(sha256(pdf_bytes).hexdigest(), recorded_sha256)


def verify_facts(body: dict[str, Any], recorded_sha256: str) -> bool:
    """Whether the stored facts are still exactly what was frozen."""
    return compare_digest(refreeze(body).sha256, recorded_sha256)


def _check(values: list[int]) -> int:
    """A check over GF(32) that finds every single wrong character and every swap of two neighbours."""
    running = 0
    for value in values:
        running = _double(running ^ value)
    return running


def _double(value: int) -> int:
    return (value << 1) ^ (0b100101 if value & 0b10000 else 0)
