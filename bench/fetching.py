"""Asks a server for one page, and says how long its first byte took."""

import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came."""

    status: int
    first_byte_seconds: float
    body: bytes


def get(address: str, path: str, cookie: str = "", timeout: float = 300) -> Answer:
    """One page of the server at an address such as `127.0.0.1:8000`."""
    connection = HTTPConnection(address, timeout=timeout)
    try:
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        first = answer.read(1)
        waited = time.perf_counter() - began
        return Answer(answer.status, waited, first + answer.read())
    finally:
        connection.close()


def status(address: str, path: str) -> int | None:
    """What a page answers with; nothing when nobody answers."""
    try:
        return get(address, path, timeout=10).status
    except (OSError, HTTPException):
        return None
