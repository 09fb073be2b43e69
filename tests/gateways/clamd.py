"""A scanner that speaks the protocol of clamd on a real socket, and can be made to fail."""

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.factories.files import EICAR

NAME = "Eicar-Test-Signature"
LARGEST = 25_000_000


class _Conversation(socketserver.StreamRequestHandler):
    server: "FakeClamd"

    def handle(self) -> None:
        word = self._word()
        if self.server.instead is not None:
            self.wfile.write(self.server.instead)
        elif word == b"zPING":
            self.wfile.write(b"PONG\0")
        elif word == b"zINSTREAM":
            content = self._content()
            self.server.scanned.append(content)
            self.wfile.write(self._verdict(content))
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _word(self) -> bytes:
        word = b""
        while not word.endswith(b"\0"):
            word += self.rfile.read(1)
        return word[:-1]

    def _content(self) -> bytes:
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        return content

    def _verdict(self, content: bytes) -> bytes:
        if len(content) > LARGEST:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return f"stream: {NAME} FOUND\0".encode() if EICAR in content else b"stream: OK\0"


class FakeClamd(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """What was scanned, and what to say instead of a verdict."""

    daemon_threads = True
    scanned: list[bytes]
    instead: bytes | None = None


@contextmanager
def listening(folder: Path) -> Iterator[tuple[FakeClamd, str]]:
    """A scanner that runs for as long as this lasts, and its address."""
    place = folder / "clamd.ctl"
    with FakeClamd(str(place), _Conversation) as server:
        server.scanned = []
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server, f"unix://{place}"
        server.shutdown()
        thread.join()
