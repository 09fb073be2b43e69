"""Sends people only to addresses inside this site, and forms to another address than their page's."""

from urllib.parse import urlsplit

from flask import request

FORBIDDEN = frozenset("\\\t\r\n\x00")
LONGEST = 2_000


def safe_next(given: str | None, otherwise: str) -> str:
    """The address to go on to: a path of this site, else `otherwise`."""
    return given if given and is_local(given) else otherwise


def is_local(address: str) -> bool:
    """Whether an address is a plain path of this site that no browser reads as another host."""
    if len(address) > LONGEST or any(sign in FORBIDDEN or ord(sign) < 0x20 for sign in address):
        return False
    if not address.startswith("/") or address.startswith("//"):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def here() -> str:
    """Where this request was going, for going on after signing in; a form's own page for a form."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    return referrer.path if referrer.netloc == request.host and is_local(referrer.path) else "/"


def apart(address: str) -> str:
    """The address to send a form to, never the very one of the page it stands on.

    A press that meets no network leaves the browser's own page of errors. That page takes the place of one
    with the same address, and what was typed goes with it; after any other, going back brings it back.
    """
    if address != request.full_path.rstrip("?"):
        return address
    return f"{address}{'&' if '?' in address else '?'}sent"
