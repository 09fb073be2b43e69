"""Keeps small secrets: seals them with a versioned key, and makes digests that only we can make."""

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fundapp.installed import settings

NONCE = 12
VERSION = 2


class Sealed(ValueError):
    """A sealed secret cannot be opened: its key is gone or its bytes were changed."""


def seal(purpose: str, secret: str) -> bytes:
    """The secret, encrypted with the newest key and bound to its purpose."""
    version, key = max(settings().keys.items())
    nonce = os.urandom(NONCE)
    body = AESGCM(key).encrypt(nonce, secret.encode(), purpose.encode())
    return version.to_bytes(VERSION, "big") + nonce + body


def unseal(purpose: str, sealed: bytes) -> str:
    """The secret again, with whichever key sealed it."""
    key = settings().keys.get(int.from_bytes(sealed[:VERSION], "big"))
    if key is None:
        raise Sealed("the key that sealed this is not among the settings")
    nonce, body = sealed[VERSION : VERSION + NONCE], sealed[VERSION + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, body, purpose.encode()).decode()
    except InvalidTag as changed:
        raise Sealed("a sealed secret was changed, or sealed for another purpose") from changed


def fresh_text() -> str:
    """A random text nobody can guess."""
    return secrets.token_hex(16)


def digest(purpose: str, text: str) -> str:
    """A digest nobody can make, or test guesses against, without our secret key."""
    return _keyed(purpose, text).hex()


def is_same(given: str, ours: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), ours.encode())


def derive(purpose: str, text: str, size: int) -> bytes:
    """Up to 32 bytes that only we can make, always the same for the same text."""
    return _keyed(purpose, text)[:size]


def _keyed(purpose: str, text: str) -> bytes:
    key = settings().secret_key.get_secret_value().encode()
    return hmac.digest(key, f"{purpose}\x00{text}".encode(), hashlib.sha256)
