"""The one counting rule for words: the same in the browser, on the server and on paper."""

import re

# Exactly what browsers call white space, so that the counter under a box and this count never differ.
_WORD = re.compile(
    "[^\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]+"
)


def count(text: str) -> int:
    """How many words a text has: the runs of signs between white space."""
    return len(_WORD.findall(text))


def over(text: str, most: int | None) -> int:
    """How many words a text has too many; nought when it fits or there is no limit."""
    return 0 if most is None else max(0, count(text) - most)
