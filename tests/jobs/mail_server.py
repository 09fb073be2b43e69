"""A mail server of one screen: takes every mail, refuses one address, and remembers what it took."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

REFUSED = "gone@example.co.uk"


class _Conversation(socketserver.StreamRequestHandler):
    server: "MailServer"

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            word = line.decode().strip()
            if word.upper() == "DATA":
                self._say("354 go on")
                self.server.taken.append(self._read_mail())
                self._say("250 taken")
            elif word.upper().startswith("RCPT") and REFUSED in word:
                self._say("550 nobody of this name")
            elif word.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _read_mail(self) -> str:
        lines: list[str] = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """The server and the mails it took."""

    daemon_threads = True

    def __init__(self) -> None:
        self.taken: list[str] = []
        super().__init__(("127.0.0.1", 0), _Conversation)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])


@contextmanager
def listening() -> Iterator[MailServer]:
    """A mail server that runs for as long as this lasts."""
    with MailServer() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
