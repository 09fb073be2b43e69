"""Canonical JSON (RFC 8785) and its SHA-256: what every fingerprint that anybody may work out again is of."""

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """A value as canonical JSON: the very bytes its SHA-256 is taken over."""
    return rfc8785.dumps(value)


def sha256_of(value: Any) -> str:
    """The SHA-256 of a value's canonical JSON, in hexadecimal figures."""
    return hashlib.sha256(canonical(value)).hexdigest()
