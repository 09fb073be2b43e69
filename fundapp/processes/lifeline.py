"""Ties a process to the one that started it, so that nothing goes on working unwatched."""

import ctypes
import os
import signal
import sys

# The status of a process that ended well and wants a fresh one in its place.
START_ANEW = os.EX_TEMPFAIL
SUPERVISED_BY = "FUNDAPP_SUPERVISED_BY"
PR_SET_PDEATHSIG = 1


def die_with(parent: int, by: signal.Signals) -> None:
    """Ask the kernel for this signal when the parent ends; leave at once when it already has.

    Linux only; elsewhere the row lock still keeps an orphan from doing harm.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def die_with_supervisor() -> None:
    """Stop (warmly) when the supervisor that started this process ends; nothing without one."""
    supervisor = os.environ.get(SUPERVISED_BY)
    if supervisor is not None:
        die_with(int(supervisor), signal.SIGTERM)
