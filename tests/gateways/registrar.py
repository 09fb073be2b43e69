"""A Companies House that answers over HTTP on a loopback port, and can be made to fail."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

KEY = "a-key-of-the-api"
PROFILE: dict[str, Any] = {
    "company_name": "WRACKLINE SENSING LTD",
    "company_number": "ZZ000147",
    "company_status": "active",
    "date_of_creation": "2019-05-03",
    "registered_office_address": {"address_line_1": "1 Wrack Line", "postal_code": "ch411aa"},
    "sic_codes": ["72190", "26511", "None Supplied"],
    "accounts": {"next_due": "2027-01-31"},
}


class _Conversation(BaseHTTPRequestHandler):
    server: "FakeRegistrar"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"], self.headers["Accept"]))
        if self.server.is_silent:
            self.server.over.wait(10)
            return
        body = self.server.body
        self.send_response(self.server.status)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Length", str(self.server.says_length or len(body)))
        self.end_headers()
        self._trickle(body) if self.server.seconds_a_byte else self.wfile.write(body)

    def _trickle(self, body: bytes) -> None:
        for place in range(len(body)):
            if self.server.over.wait(self.server.seconds_a_byte):
                return
            self.wfile.write(body[place : place + 1])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class FakeRegistrar(ThreadingHTTPServer):
    """What was asked, and what is answered."""

    daemon_threads = True
    asked: list[tuple[str, str, str]]
    status = 200
    body = json.dumps(PROFILE).encode()
    elsewhere = ""
    says_length = 0
    seconds_a_byte = 0.0
    is_silent = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.asked, self.over = [], Event()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def say(self, **parts: Any) -> None:
        """Answer with the usual profile, but for these parts."""
        self.body = json.dumps(PROFILE | parts).encode()

    def handle_error(self, *_: Any) -> None:
        """Whoever asked has gone; that is what some tests are about."""


@contextmanager
def listening() -> Iterator[FakeRegistrar]:
    """A registrar that runs for as long as this lasts."""
    with FakeRegistrar() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
