"""A private PostgreSQL: made with UTF-8 whatever the environment says, reached by a unix socket only.

The operating system vouches for whoever connects (peer authentication), so there are no passwords to keep.
The login roles are separate as in production: the migrator owns, the app and the worker may only use.
"""

import signal
import subprocess
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from fundapp.embedded import keeper
from fundapp.embedded.accounts import EmbeddedError, current
from fundapp.embedded.places import settle, socket_folder

Login = Literal["superuser", "migrator", "app", "worker"]
SUPERUSER = "fundapp_superuser"
ROLES: dict[Login, str] = {
    "superuser": SUPERUSER,
    "migrator": "fundapp_migrator",
    "app": "fundapp_app",
    "worker": "fundapp_worker",
}
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10min",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
}


class PostgresServer:
    """One private PostgreSQL below a home folder; `durable=False` trades safety for speed in tests."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._place = settle(home)
        self.home = self._place.home
        self.durable = durable
        self.data = self.home / "postgres" / "data"
        self.log = self.home / "postgres" / "log"
        self.sockets = socket_folder(self.home, self._place.account)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return keeper.process_of(self._pid_file, "postgres") is not None

    @property
    def programs(self) -> Path:
        """The folder of pg_dump, pg_restore and the other programs of this server."""
        return self._place.postgres

    @property
    def _pid_file(self) -> Path:
        return keeper.postgres_pid_file(self.home)

    def start(self) -> None:
        """Make the cluster if there is none, and start it unless it is running."""
        if self.running:
            return
        self._place.account.own(self.home / "postgres")
        if not self.data.exists():
            self._create()
        self._configure()
        self._pid_file.unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink()
        try:
            self._program("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "120", "-s", "start")
        except subprocess.CalledProcessError:
            raise EmbeddedError(f"the private PostgreSQL does not start: {self._last_words()}") from None
        self._ensure_roles()

    def stop(self, immediately: bool = False) -> None:
        """Stop the server; `immediately` is a crash: no checkpoint, recovery at the next start."""
        end = (signal.SIGQUIT,) if immediately else (signal.SIGINT, signal.SIGQUIT)
        keeper.end(self._pid_file, "postgres", (*end, signal.SIGKILL))

    def url(self, login: Login, database: str) -> str:
        """The address of a database for one of the login roles."""
        name, folder = quote(database, safe=""), quote(str(self.sockets), safe="")
        return f"postgresql://{ROLES[login]}@/{name}?host={folder}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database the migrator owns; as a copy when a template is named."""
        create_database(self.url("superuser", "postgres"), name, template)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it; a missing one is fine."""
        drop_database(self.url("superuser", "postgres"), name)

    def databases(self) -> list[str]:
        """The names of the databases made here."""
        with psycopg.connect(self.url("superuser", "postgres"), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY datname"
            )
            return [name for (name,) in rows if name != "postgres"]

    def _create(self) -> None:
        draft = self.data.with_name("data.new")
        self._place.account.run(["/bin/rm", "-rf", draft])
        options = [] if self.durable else ["--no-sync"]
        try:
            self._program(
                "initdb",
                "-D",
                draft,
                "-U",
                SUPERUSER,
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--auth-local=peer",
                "--auth-host=reject",
                *options,
            )
        except subprocess.CalledProcessError as problem:
            raise EmbeddedError(
                f"the private PostgreSQL cannot be made: {_last_line(problem.stdout)}"
            ) from None
        draft.rename(self.data)

    def _configure(self) -> None:
        """Write the configuration anew at each start, so moved folders and other users are no trouble."""
        settings = (
            SETTINGS | ({} if self.durable else CARELESS) | {"unix_socket_directories": str(self.sockets)}
        )
        lines = "".join(
            f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()
        )
        people = {"root", current().name, self._place.account.name}
        admitted = "".join(f'fundapp "{person}" all\n' for person in sorted(people))
        for name, text in {
            "postgresql.auto.conf": lines,
            "pg_hba.conf": "local all all peer map=fundapp\n",
            "pg_ident.conf": admitted,
        }.items():
            (self.data / name).write_text(text, encoding="utf-8")

    def _ensure_roles(self) -> None:
        with psycopg.connect(self.url("superuser", "postgres"), autocommit=True) as connection:
            known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for login, role in ROLES.items():
                if role not in known:
                    ability = sql.SQL("LOGIN CREATEDB" if login == "migrator" else "LOGIN")
                    connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), ability))

    def _program(self, name: str, *arguments: str | Path) -> None:
        self._place.account.run([self._place.postgres / name, *arguments])

    def _last_words(self) -> str:
        try:
            return _last_line(self.log.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return "it said nothing"


def create_database(administrator: str, name: str, template: str | None = None) -> None:
    """Make a database on a server; the migrator owns it where there is such a role, else whoever makes it."""
    with psycopg.connect(administrator, autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLES["migrator"]]
        ).fetchone()
        parts = [sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))]
        if found:
            parts.append(sql.SQL("OWNER {}").format(sql.Identifier(ROLES["migrator"])))
        if template:
            parts.append(sql.SQL("TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template)))
        connection.execute(sql.SQL(" ").join(parts))


def drop_database(administrator: str, name: str) -> None:
    """Drop a database on a server and whoever is connected to it; a missing one is fine."""
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
