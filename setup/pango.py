"""Pango, the one system library the letters need: found, installed as root, or unpacked under `var/`."""

import ctypes
from collections.abc import Iterable
from pathlib import Path

from setup import debian, entry
from setup.steps import MADE, SetupError, say

LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "libfontconfig1",
    "fontconfig-config",
)
UNPACKED = MADE / "pango"
INSTEAD = "letters need Pango: install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0"


def provide() -> None:
    """Make sure the letters find Pango."""
    if not missing():
        entry.settle("pango", {})
        return
    if not debian.here():
        raise SetupError(INSTEAD)
    if debian.is_root():
        say("Pango is missing: installing Debian's packages ...")
        debian.install(PACKAGES, INSTEAD)
    elif not _unpacked():
        say("Pango is missing: unpacking Debian's packages under var/ ...")
        debian.unpack(PACKAGES, UNPACKED, INSTEAD)
    if missing() and not _unpacked():
        raise SetupError(INSTEAD)
    entry.settle("pango", _environment() if missing() else {})


def missing() -> list[str]:
    """The libraries the system does not have."""
    return [name for name in LIBRARIES if not _loads(name)]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _unpacked() -> bool:
    return any(UNPACKED.rglob("libpangoft2-1.0.so.0"))


def _environment() -> dict[str, str]:
    """What a process needs to find the unpacked libraries."""
    found = {"LD_LIBRARY_PATH": ":".join(_folders(UNPACKED.rglob("*.so*")))}
    if not Path("/etc/fonts/fonts.conf").exists():
        found["FONTCONFIG_PATH"] = str(UNPACKED / "etc" / "fonts")
    return found


def _folders(files: Iterable[Path]) -> list[str]:
    return sorted({str(file.parent) for file in files})
