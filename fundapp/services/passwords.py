"""Hashes and checks passwords, only so many at once, and says which are too easy to guess."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fundapp.installed import settings

SHORTEST = 12
LONGEST = 128
FEWEST_SIGNS = 5
LONGEST_WAIT = 20
RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890")
STAND_INS = str.maketrans("013457@$!", "oleastasi")
# Words that make up the passwords guessed first; one of them with figures around it is still one of them.
COMMON_WORDS = (
    "password passphrase passcode letmein welcome admin administrator login changeme secret master "
    "default iloveyou sunshine princess football baseball monkey dragon shadow superman batman "
    "trustno starwars liverpool everton merseyside wirral sefton knowsley halton sthelens anfield "
    "goodison innovation fund funds grant grants ventures region combined authority summer winter "
    "spring autumn january february march april june july august september october november december "
    "monday friday qwerty asdfgh zxcvbn hello access freedom whatever computer internet google github "
    "company business test testing "
)
COMMON = frozenset(COMMON_WORDS.split())

_hasher = PasswordHasher()


class TooManyAtOnce(Exception):
    """So many people are signing in at this moment that this one could not be checked in time."""


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    with _a_place():
        return _hasher.hash(_normal(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password; it takes as long when nothing is kept to compare with."""
    nobody = _nobody()
    with _a_place():
        try:
            _hasher.verify(kept or nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made at a lower cost than today's."""
    return _hasher.check_needs_rehash(kept)


def weakness(password: str, *about: str) -> str | None:
    """Why a password is too easy to guess, in a sentence; nothing when it is not. `about` is its owner."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three words with nothing in common work well"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    plain = password.casefold()
    if len(set(plain)) < FEWEST_SIGNS or _is_a_run(plain):
        return "This repeats itself or runs along the keyboard: choose something nobody would try"
    if _says_nothing_new(plain, COMMON | _words(*about)):
        return "This is made of words that are guessed first: choose something nobody would try"
    return None


def _says_nothing_new(plain: str, known: frozenset[str]) -> bool:
    """Whether hardly anything is left once known words and everything but letters are taken away."""
    for text in (plain, plain.translate(STAND_INS)):
        left = re.sub(r"[^a-z]", "", text)
        for word in sorted(known, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < FEWEST_SIGNS:
            return True
    return False


def _words(*about: str) -> frozenset[str]:
    return frozenset(word for text in about for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2)


def _is_a_run(plain: str) -> bool:
    endless = [run * 4 for run in RUNS] + [run[::-1] * 4 for run in RUNS]
    repeats = (plain[:size] * len(plain) for size in range(1, len(plain) // 2 + 1))
    return any(plain in run for run in endless) or any(again.startswith(plain) for again in repeats)


def _normal(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody's password")


@cache
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings().password_hashes_at_once)


@contextmanager
def _a_place() -> Iterator[None]:
    """Wait for one of the few places: each hash takes 64 MB of memory."""
    if not _places().acquire(timeout=LONGEST_WAIT):
        raise TooManyAtOnce
    try:
        yield
    finally:
        _places().release()
