"""`fundapp serve` in the foreground: Ctrl-C ends it at once, whatever browsers keep open."""

import os
import signal
import socket
import subprocess
import sys
import time

from flask import Flask

from fundapp.config import PROJECT
from fundapp.extensions import db
from fundapp.models.health import ServiceMinute

STARTS_SECONDS = 60
ENDS_SECONDS = 20
ASKED = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\na="


def test_ctrl_c_waits_for_no_open_connection(app: Flask, environment: dict[str, str], database: None) -> None:
    port = _free_port()
    served = subprocess.Popen(
        [sys.executable, "-P", "-m", "fundapp", "serve", "--no-workers", "--bind", f"127.0.0.1:{port}"],
        env=environment | {"FUNDAPP_WEB_WORKERS": "1"},
        cwd=PROJECT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _answered(port)
    _said_to_be_there(app)
    waiting = [_connected(port, sent) for sent in (b"", ASKED, HALF)]
    os.killpg(served.pid, signal.SIGINT)
    _, told = served.communicate(timeout=ENDS_SECONDS)
    for connection in waiting:
        connection.close()
    assert served.returncode == 0
    assert "Traceback" not in told
    assert "SIGKILL" not in told


def _said_to_be_there(app: Flask) -> None:
    """The web process writes down that it lives, whether or not anybody asks for a page."""
    deadline = time.monotonic() + STARTS_SECONDS
    while True:
        with app.app_context():
            if db.session.query(ServiceMinute).count():
                return
        assert time.monotonic() < deadline, "the process never said that it lives"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _connected(port: int, sent: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(sent)
    return connection


def _answered(port: int) -> None:
    deadline = time.monotonic() + STARTS_SECONDS
    while True:
        try:
            with _connected(port, ASKED) as connection:
                assert connection.recv(12) == b"HTTP/1.1 200"
                return
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "the pages were never served"
            time.sleep(0.1)
