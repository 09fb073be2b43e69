"""Words: counted by one rule everywhere, and brought to the one form they are kept in."""

import re
import unicodedata

# Signs nobody types and no page can show, or that make it show others in another order than they stand in.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069"
    r"\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]"
)

_BREAKS = "\v\f"

# Exactly what browsers call white space, so that the counter under a box and this count never differ.
WHITE = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"
_WORD = re.compile(f"[^{WHITE}]+")
_WHITE = re.compile(f"[{WHITE}]")

LETTERS_A_WORD = 6


def tidy(text: str) -> str:
    """The text in its normal form, with plain line ends and no space around it; never shortened."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def shown(text: str, line_end: str = "\n") -> str:
    """The text without its hidden signs; a line ends where other programs break a line or a page."""
    return HIDDEN.sub(lambda sign: line_end if sign[0] in _BREAKS else "", text)


def count(text: str) -> int:
    """How many words a text has: the runs of signs between white space."""
    return len(_WORD.findall(text))


def is_white(sign: str) -> bool:
    """Whether a sign is white space, as browsers see it."""
    return _WHITE.match(sign) is not None


def characters(text: str) -> int:
    """How many characters a text has, a line end counted as one; an emoji may be several."""
    return len(text)


def over(text: str, most: int | None) -> int:
    """How many words a text has too many; nought when it fits or there is no limit."""
    return 0 if most is None else max(0, count(text) - most)


def characters_over(text: str, most: int | None) -> int:
    """How many characters a text has too many; nought when it fits or there is no limit."""
    return 0 if most is None else max(0, characters(text) - most)


def in_words(number: int) -> str:
    """A number of words: 1 word, 1,200 words."""
    return "1 word" if number == 1 else f"{number:,} words"


def characters_in_words(number: int) -> str:
    """A number of characters: 1 character, 1,200 characters."""
    return "1 character" if number == 1 else f"{number:,} characters"
