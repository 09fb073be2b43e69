"""`fundapp demo` that cannot start says so in one line at once, and leaves what is there alone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fundapp.config import PROJECT, load_settings
from fundapp.demo import stage
from fundapp.embedded.sandbox import demo_home


def run(var: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "fundapp", "demo", "--fresh", "--port", str(port)],
        cwd=PROJECT,
        env=os.environ | {"FUNDAPP_VAR": str(var)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_demonstration_does_not_take_the_first_ones_place(tmp_path: Path, free_port: int) -> None:
    settings = load_settings({}, env="test", var=tmp_path)
    with stage.alone(settings):
        stage.mark_built(settings)
        refused = run(tmp_path, free_port)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == (
        "fundapp: a demonstration is running from this folder already; stop it with Ctrl-C where it began\n"
    )
    assert (demo_home(settings) / stage.BUILT).exists()


def test_a_port_that_is_taken_is_named_before_anything_is_built(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(tmp_path, port)
    assert refused.returncode == 2
    assert f"Invalid value for --port: {port} cannot be used: Address already in use" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(tmp_path.rglob("postgres"))
