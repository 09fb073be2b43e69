"""What an answer should be, for a line of the access table and a party."""

import re

from werkzeug.test import TestResponse

from tests.access.browsers import Browser
from tests.access.table import VISITOR, Line

NOWHERE = "/no-such-page"
FORGED = "This page was open too long"
SHOWN = {200, 302}
DONE = {200, 302, 303, 400, 409}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]+"')


def mistake(line: Line, party: str, method: str, answer: TestResponse) -> str:
    """What is wrong with an answer; empty when it is what the table asks for."""
    status, goes_to = answer.status_code, answer.headers.get("Location", "")
    if line.is_waiting or (party == VISITOR and party not in line.let_in):
        return "" if status == 302 and goes_to.startswith("/sign-in") else f"{status} {goes_to}, not sign-in"
    if party in line.let_in:
        entered = status in (SHOWN if method == "GET" else DONE) and FORGED.encode() not in answer.data
        return "" if entered and not goes_to.startswith("/sign-in") else f"{status} {goes_to}, not let in"
    expected = 403 if party in line.sees else 404
    return "" if status == expected else f"{status} {goes_to}, not {expected}"


def as_read(browser: Browser, method: str, where: str) -> str:
    """What a browser is told there."""
    return said(browser.ask(method, where), where)


def said(answer: TestResponse, where: str) -> str:
    """A status and what the page says, without the address asked for and what changes each time."""
    main = answer.data.decode("utf-8", "replace").partition("<main")[2]
    return f"{answer.status_code} {TOKEN.sub('', main).replace(where, '')}"
