"""Takes a backup: first the database at one instant, then every kept file, then the table of contents."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from fundapp.backups import programs
from fundapp.backups.manifest import DUMP, FILES, BackupError, Manifest, Part, part_of
from fundapp.config import Settings
from fundapp.gateways.storage import Storage, open_storage

OWNER_ONLY = 0o700


def take(settings: Settings, folder: Path) -> Manifest:
    """Write a backup into a new or empty folder and return what it holds.

    Files are kept before the row that names them is committed, so every file a row of the dump names is
    there when the files are copied afterwards. The folder is whole once its manifest is written.
    """
    _begin(folder)
    url = str(settings.migrator_url)
    with psycopg.connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        server = connection.info.server_version // 10_000
        snapshot, made_at, migration = _one(
            connection, "SELECT pg_export_snapshot(), now(), (SELECT version_num FROM alembic_version)"
        )
        dump = folder / DUMP
        programs.run(
            "pg_dump",
            ["--format=custom", "--no-password", f"--snapshot={snapshot}", f"--file={dump}"],
            url,
            server,
        )
        rows = count_rows(connection)
    manifest = Manifest(
        made_at=made_at.isoformat(),
        migration=migration,
        server=server,
        dump=part_of(dump, DUMP),
        files=tuple(_copy(open_storage(settings.files), folder / FILES)),
        rows=rows,
    )
    manifest.write(folder)
    return manifest


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """The rows of every table, as this connection sees them."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    return {
        table: _one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))[0]
        for (table,) in tables
    }


def _begin(folder: Path) -> None:
    try:
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise BackupError(f"{folder} is not empty; a backup wants a folder of its own")
        (folder / FILES).mkdir(mode=OWNER_ONLY)
    except OSError as problem:
        raise BackupError(f"{folder} cannot be written: {problem.strerror}") from None


def _copy(storage: Storage, folder: Path) -> Iterator[Part]:
    for key in storage.every_key():
        target = folder / key
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(storage.read(key))
        yield part_of(target, key)


def _one(connection: psycopg.Connection, statement: sql.Composed | LiteralString) -> tuple[Any, ...]:
    row = connection.execute(statement).fetchone()
    if row is None:
        raise BackupError("the database gave no answer")
    return row
