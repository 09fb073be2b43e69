"""Makes hostile requests out of honest ones, the same ones every time for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus, urlencode, urljoin, urlsplit

from werkzeug.test import EnvironBuilder

from tests.access.browsers import Browser

VALUES: tuple[bytes, ...] = (
    b"", b"\0", b"a\0b", b"\xed\xa0\x80", b"\xff\xfe", b"\xf4\x90\x80\x80", b"-1", b"-0", b"NaN", b"1e309",
    b"Infinity", b"1_0", b"0x10", "１２".encode(), "½".encode(), "٣".encode(), b"%d" % 2**63, b"%d" % 2**64,
    b"9" * 5_000, b"0." + b"1" * 5_000, b"1e-400", b"\xc2\xa310,00", b"99999999-99-99", b"0000-00-00",
    b"9999-12-31T23:59", b"24:60", b"' OR 1=1 --", b"{{7*7}}", b"%s%n", b"=1+1", b"//evil.example",
    b"\\\\evil.example", b"/%09/evil.example", b"javascript:alert(1)", b"../../etc/passwd", b"<svg onload=x>",
    b"a@" + b"b" * 300, b"\r\nSet-Cookie: a=b", "\u202e".encode(), "é".encode() * 2_000, b" " * 3_000,
    b"x" * 70_000,
    b"[]", b"null", b"true", b"1,2,3", b"None",
)  # fmt: skip
SEGMENTS: tuple[bytes, ...] = (
    b"..", b".", b"\0", b"\xff", b"\xed\xa0\x80", b"-1", b"%d" % 2**64, b"9" * 5_000, "１".encode(), b"1.0",
    b"a/b", b"//evil", b"\\", b";", b"\r\n", "\u202e".encode(), b"x" * 3_000, b"%00", b"{}", b" ",
)  # fmt: skip
METHODS = ("GET", "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "POST", "PROPFIND", "\xe9")
HEADERS: tuple[dict[str, str], ...] = (
    {"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "localhost:99999"}, {"HTTP_HOST": "a b\r\nc"},
    {"HTTP_HOST": ""}, {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "gopher"},
    {"HTTP_X_FORWARDED_FOR": "\xff, ::, 999.1.1.1"}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"HTTP_COOKIE": "fundapp="}, {"HTTP_COOKIE": "fundapp=s\xff\xfe; fundapp=v; =;;"},
    {"HTTP_COOKIE": "fundapp=s" + "A" * 5_000}, {"HTTP_COOKIE": 'fundapp="\\000\\777'},
    {"HTTP_ACCEPT": "\xff;q=nan,*/*;q=1e999"}, {"HTTP_ACCEPT_LANGUAGE": "\xff;q=x"},
    {"HTTP_RANGE": "bytes=9-1,x"}, {"HTTP_IF_MODIFIED_SINCE": "yesterday"}, {"HTTP_IF_NONE_MATCH": '"\xff'},
    {"HTTP_AUTHORIZATION": "Basic \xff"}, {"HTTP_REFERER": "http://[::1"}, {"HTTP_X_REQUEST_ID": "\xff"},
    {"HTTP_USER_AGENT": "\xff" * 2_000}, {"REMOTE_ADDR": "not an address"}, {"CONTENT_LENGTH": "-5"},
    {"CONTENT_LENGTH": "many"}, {"HTTP_CONTENT_ENCODING": "gzip"},
)  # fmt: skip
TYPES = ("application/json", "text/plain", "multipart/form-data",
         "application/x-www-form-urlencoded;charset=utf-7",
         "\xff/\xff", "", "multipart/form-data; boundary=" + "b" * 300)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page: where it goes and what it would send."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class _Reader(HTMLParser):
    forms: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), given.get("method", "get").lower(), []))
            return
        if "formaction" in given and self.forms:
            _, method, fields = self.forms[-1]
            self.forms.insert(-1, (given["formaction"], method, fields))
        if tag in {"input", "select", "textarea", "button"} and "name" in given and self.forms:
            self.forms[-1][2].append((given["name"], given.get("value", "")))


def forms_on(page: str, where: str) -> Iterator[Form]:
    """The forms of a page, each with the address it is sent to."""
    reader = _Reader()
    reader.feed(page)
    for action, method, fields in reader.forms:
        to = urlsplit(urljoin(f"http://localhost{where}", action))
        yield Form(to._replace(scheme="", netloc="", fragment="").geturl(), method, tuple(fields))


class Attacker:
    """Somebody who sends what no browser would."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def at_a_form(self, form: Form, browser: Browser) -> dict[str, Any]:
        """An honest form with one or more of its values, its keys or its packing spoilt."""
        pick = self._chance
        fields = [(name, value.encode()) for name, value in form.fields if name != "csrf_token"]
        fields.append(("csrf_token", browser.token.encode()))
        for _ in range(pick.randint(1, 4)):
            place = pick.randrange(len(fields))
            name = fields[place][0]
            if name != "csrf_token" or pick.random() < 0.05:
                match pick.randrange(6):
                    case 0:
                        fields.append((name, pick.choice(VALUES)))
                    case 1:
                        fields[place] = (f"{name}[]", pick.choice(VALUES))
                    case 2:
                        fields.pop(place) if len(fields) > 1 else None
                    case _:
                        fields[place] = (name, pick.choice(VALUES))
        if form.method == "get":
            return self._built("GET", form.action, browser, query=urlencode(fields))
        return self._packed(form.action, fields, browser)

    def _packed(self, where: str, fields: list[tuple[str, bytes]], browser: Browser) -> dict[str, Any]:
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
        chance = self._chance.random()
        if chance < 0.3:
            kind, body = "multipart/form-data; boundary=cut", _multipart(fields)
            if chance < 0.1:
                body = body[: self._chance.randrange(len(body))]
        elif chance < 0.4:
            kind = self._chance.choice(TYPES)
        return self._built("POST", where, browser, body=body, kind=kind)

    def at_an_address(self, where: str, names: list[str], browser: Browser) -> dict[str, Any]:
        """An honest address with a part of its path, its questions, its method or its headers spoilt."""
        pick = self._chance
        path, _, query = where.partition("?")
        raw = path.encode()
        more: dict[str, str] = {}
        method = "GET"
        match pick.randrange(4):
            case 0:
                parts = raw.split(b"/")
                parts[pick.randrange(1, len(parts))] = pick.choice(SEGMENTS)
                raw = b"/".join(parts)
            case 1:
                asked = [(pick.choice(names), pick.choice(VALUES)) for _ in range(pick.randint(1, 3))]
                query = urlencode(asked) + pick.choice(
                    ["", "&=&&", "&a[]=1", "&%", "&" + quote_plus("\0") + "=1"]
                )
            case 2:
                method = pick.choice(METHODS)
            case _:
                more = pick.choice(HEADERS)
        return self._built(method, "/", browser, query=query) | {"PATH_INFO": raw.decode("latin-1")} | more

    def _built(
        self, method: str, where: str, browser: Browser, *, query: str = "", body: bytes = b"", kind: str = ""
    ) -> dict[str, Any]:
        made = EnvironBuilder(where, method=method, data=body).get_environ()
        made.update(QUERY_STRING=query or made["QUERY_STRING"], CONTENT_TYPE=kind, HTTP_COOKIE=browser.cookie)
        return made


def _multipart(fields: list[tuple[str, bytes]]) -> bytes:
    parts = [
        b'--cut\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields
    ]
    return (
        b"".join(parts)
        + b'--cut\r\nContent-Disposition: form-data; name="f"; filename="\xff"\r\n\r\n\r\n--cut--\r\n'
    )
