"""The virtual environment and the locked Python packages, each checked against its hash."""

import sys
from pathlib import Path

from setup.steps import PROJECT, VENV, SetupError, fingerprint, run, step

PYTHON = VENV / "bin" / "python"
LOCKS = PROJECT / "requirements"


def install(*names: str) -> None:
    """Make the environment and bring these lock files into it; nothing is done twice."""
    _environment()
    missing = [name for name in names if not _is_installed(name)]
    if not missing:
        return
    with step(f"Python packages ({', '.join(missing)})", _stamp(missing[-1]), _inputs(missing[-1])):
        files = [word for name in missing for word in ("-r", LOCKS / f"{name}.txt")]
        run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--require-hashes",
                "--no-deps",
                "--no-input",
                *files,
            ],
            "the Python packages could not be installed; is the package index reachable?",
        )
    for name in missing[:-1]:
        _stamp(name).write_text(_inputs(name), encoding="ascii")


def _environment() -> None:
    version = ".".join(map(str, sys.version_info[:2]))
    if PYTHON.exists():
        if _works():
            return
        raise SetupError(".venv does not work any more (its Python has gone); run `make clean` and try again")
    with step("virtual environment", VENV / "made.stamp", version):
        run(
            [sys.executable, "-m", "venv", VENV],
            "the virtual environment could not be made; on Debian or Ubuntu: apt install python3-venv",
        )


def _works() -> bool:
    try:
        return PYTHON.resolve(strict=True).exists()
    except OSError:
        return False


def _stamp(name: str) -> Path:
    return VENV / f"{name}.stamp"


def _inputs(name: str) -> str:
    return fingerprint([LOCKS / f"{name}.txt"])


def _is_installed(name: str) -> bool:
    stamp = _stamp(name)
    return stamp.exists() and stamp.read_text(encoding="ascii") == _inputs(name)
