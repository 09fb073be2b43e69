"""Which operating-system account runs the private servers, and where that account can reach.

PostgreSQL refuses to run as root. Then an existing unprivileged account runs it; no account is made and no
mode of a folder the app did not make is changed.
"""

import grp
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = "nobody"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


class EmbeddedError(RuntimeError):
    """The private servers cannot be started; the message is one line for a person."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system account; `switch` says whether a process must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program as this account with a clean environment, keeping what it says."""
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            [str(part) for part in command],
            check=check,
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            **identity,
        )

    def may(self, what: str, path: Path) -> bool:
        """Whether this account may read (`-r`), write (`-w`) or enter and run (`-x`) a path."""
        if not self.switch:
            return True
        return self.run(["/usr/bin/test", what, path], check=False).returncode == 0

    def own(self, folder: Path) -> None:
        """Make a folder of this account's own; it must not be there, or be one the app made."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.switch:
            os.chown(folder, self.uid, self.gid)


def current() -> Account:
    """The account of this process."""
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise EmbeddedError(
            f"user id {os.geteuid()} has no name in /etc/passwd, which PostgreSQL needs; "
            "use another account or set DATABASE_URL"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=False)


def server_account(data: Path) -> Account:
    """Who runs the servers: this account, or as root the owner of the data, or an unprivileged one."""
    me = current()
    if me.uid != 0:
        return me
    owner = data.stat().st_uid if data.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
        group = grp.getgrgid(entry.pw_gid).gr_gid
    except KeyError:
        raise EmbeddedError(
            f"as root the private PostgreSQL needs the account '{UNPRIVILEGED}'; "
            "run this as an ordinary user or set DATABASE_URL"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, group, switch=True)
