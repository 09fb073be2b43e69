"""The kinds of value a letter may hold: text cleaned and bounded, sums, rates, codes and addresses."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

_UNSAFE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_LARGEST_PENCE = 10**13


def clean_line(value: Any) -> Any:
    """One line of composed text: no controls, no direction overrides, single spaces."""
    if not isinstance(value, str):
        return value
    kept = _UNSAFE.sub("", unicodedata.normalize("NFC", value))
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in kept)
    return " ".join(spaced.split())


def clean_prose(value: Any) -> Any:
    """Several lines of composed text: as a line, but its paragraphs are kept."""
    if not isinstance(value, str):
        return value
    lines = (clean_line(line) for line in re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", value))
    return "\n".join(line for line in lines if line)


Line = Annotated[str, BeforeValidator(clean_line), Field(min_length=1, max_length=300)]
OptionalLine = Annotated[str, BeforeValidator(clean_line), Field(max_length=300)]
Prose = Annotated[str, BeforeValidator(clean_prose), Field(min_length=1, max_length=4000)]
Pence = Annotated[int, Field(ge=0, le=_LARGEST_PENCE)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
Hundredths = Annotated[int, Field(ge=0, le=1_000_000)]
Code = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.:\-]+(/[A-Za-z0-9._\-]+)*$", max_length=100)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]

STRICT = ConfigDict(strict=True, extra="forbid", revalidate_instances="always")
