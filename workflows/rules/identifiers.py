"""Names, company numbers and postcodes: how people write them, and the one form they are kept in."""

import re
import unicodedata

from workflows.rules.rd_spend import CITY_REGION

LOCAL_AREAS = frozenset({"L", "CH", "WA", "PR", "WN"})

_LENGTH = 8
_SPACES = re.compile(r"[\s\-./]+")
_COMPANY = re.compile(r"(\d{1,8}|[A-Z]{2}\d{6}|R0\d{6}|[A-Z]{2}\d{5}[A-Z]|[A-Z]{2}\d{4}[A-Z]{2})", re.ASCII)
_POSTCODE = re.compile(
    r"(?P<outward>[A-PR-UWYZ](\d{1,2}|[A-HK-Y]\d(\d|[ABEHMNPRVWXY])?|\d[A-HJKSTUW]))"
    r"(?P<inward>\d[ABD-HJLNP-UW-Z]{2})",
    re.ASCII,
)
_AREA = re.compile(r"[A-Z]+", re.ASCII)


def name_key(name: str) -> str:
    """The form names sort and compare by: no accents, one case, single spaces, no outer signs."""
    plain = unicodedata.normalize("NFKD", name)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign)).casefold()
    return re.sub(r"[\W_]+", " ", letters).strip() or letters.strip()


def company_number(text: str) -> str:
    """A Companies House number as eight characters; `ValueError` says what is wrong.

    Well formed is all that can be known here: the number has no check digit.
    """
    written = "".join(text.split()).upper()
    given = _SPACES.sub("", written)
    # A sign before figures, or between a few of them, makes another number of them.
    is_another = given != written and (not written[0].isalnum() or len(given) < _LENGTH)
    if is_another or not _COMPANY.fullmatch(given) or not given.strip("0"):
        raise ValueError("Enter the 8 characters of a company number, like 01234567 or SC123456")
    return given.zfill(_LENGTH)


def postcode(text: str) -> str:
    """A full UK postcode with its space, like L3 1BP; `ValueError` says what is wrong."""
    found = _POSTCODE.fullmatch(_SPACES.sub("", text).upper())
    if found is None:
        raise ValueError("Enter a full UK postcode, like L3 1BP")
    return f"{found['outward']} {found['inward']}"


def is_near(full: str) -> bool:
    """Whether a postcode's area reaches into the city region; it cannot prove that the place does."""
    found = _AREA.match(full)
    return found is not None and found.group() in LOCAL_AREAS


def same_name(one: str, other: str) -> bool:
    """Whether two names are one company's, however each writes “limited”."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return re.sub(r"\blimited$", "ltd", name_key(name))


def _districts(*rows: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"{area}{number}": code
        for code, area, numbers in rows
        for part in numbers.split()
        for first, _, last in [part.partition("-")]
        for number in range(int(first), int(last or first) + 1)
    }


# Where most addresses of an outward code lie. A hint somebody confirms, never a proof: several codes
# cross a boundary, and the ones that mostly lie elsewhere are left out.
_HINTS = _districts(
    ("E06000006", "WA", "7-8"),
    ("E08000011", "L", "28 32-36"),
    ("E08000012", "L", "1-8 11-19 24-25 27"),
    ("E08000013", "WA", "9-12"),
    ("E08000014", "L", "20-23 30-31 37-38"),
    ("E08000014", "PR", "8-9"),
    ("E08000015", "CH", "41-49 60-63"),
)


def authority_hint(full: str) -> str | None:
    """The ONS code of the district a postcode probably lies in, to be confirmed by a person."""
    return _HINTS.get(full.partition(" ")[0])


def whereabouts(full: str) -> str:
    """Where a postcode probably lies, in words: its first half hints at a district and proves none."""
    hint = authority_hint(full)
    if hint is not None:
        return f"probably in {CITY_REGION[hint]}"
    return "in the city region or close to it" if is_near(full) else "probably outside the city region"


# Anyone can have an address here, so sharing one of these says nothing about two people.
PUBLIC_MAIL_HOSTS = frozenset(
    {
        "aol.com",
        "btconnect.com",
        "btinternet.com",
        "fastmail.com",
        "fastmail.co.uk",
        "gmail.com",
        "gmx.co.uk",
        "gmx.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mac.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "tiscali.co.uk",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
        "ymail.com",
        "zoho.com",
    }
)


def own_domain(email: str) -> str | None:
    """The domain of an e-mail address that belongs to one organisation; nothing for a public mail host."""
    domain = email.rpartition("@")[2].lower()
    return domain if domain and domain not in PUBLIC_MAIL_HOSTS else None
