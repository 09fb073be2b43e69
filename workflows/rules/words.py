"""Words: counted by one rule everywhere, and brought to the one form they are kept in."""

import re
import unicodedata

# Signs nobody types and no page can show.
HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffd]")

# Exactly what browsers call white space, so that the counter under a box and this count never differ.
_WORD = re.compile(
    "[^\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+"
)


def tidy(text: str) -> str:
    """The text in its normal form, with plain line ends and no space around it; never shortened."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def count(text: str) -> int:
    """How many words a text has: the runs of signs between white space."""
    return len(_WORD.findall(text))


def over(text: str, most: int | None) -> int:
    """How many words a text has too many; nought when it fits or there is no limit."""
    return 0 if most is None else max(0, count(text) - most)
