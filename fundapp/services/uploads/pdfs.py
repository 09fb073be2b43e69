"""Counts the pages of a PDF in a child process that can reach nothing and may not grow or run on."""

import subprocess
import sys
from threading import BoundedSemaphore

from fundapp.services.uploads.refusals import RefusedFile

READER = "fundapp.services.uploads.pdf_reader"
WALL_SECONDS = 12
PRINT_ANEW = "Print it to PDF anew and choose that file."
REFUSALS = {
    "locked": "has a password. Save it without one.",
    "acts": f"runs a program when it is opened. {PRINT_ANEW}",
}
# A child may take half a gigabyte: not more of them in one process than a small machine can bear.
_PLACES = BoundedSemaphore(2)


def pages_of(content: bytes) -> int:
    """The pages of a PDF, at least one, or `RefusedFile`: damaged, locked, acting, or too much to read."""
    command = [sys.executable, "-I", "-m", READER]
    try:
        with _PLACES:
            read = subprocess.run(
                command, input=content, capture_output=True, timeout=WALL_SECONDS, env={}, check=False
            )
    except subprocess.TimeoutExpired:
        raise RefusedFile(f"takes too long to read. {PRINT_ANEW}") from None
    if read.returncode < 0:
        raise RefusedFile(f"takes too much to read. {PRINT_ANEW}")
    said = read.stdout.decode("ascii", "replace").strip()
    if said in REFUSALS:
        raise RefusedFile(REFUSALS[said])
    if read.returncode or not said.isdecimal() or not int(said):
        raise RefusedFile(f"is a damaged PDF. {PRINT_ANEW}")
    return int(said)
