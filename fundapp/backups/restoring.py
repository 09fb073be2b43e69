"""Puts a backup back into an empty database, and proves that what came back is what was taken."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import select

from fundapp import migrating
from fundapp.backups import programs
from fundapp.backups.manifest import DUMP, FILES, BackupError, Manifest
from fundapp.backups.taking import count_rows
from fundapp.config import PROJECT, Settings
from fundapp.extensions import db
from fundapp.gateways.storage import StorageError, open_storage
from fundapp.models.bid_files import BidFile
from fundapp.processes.backroom import create_backroom
from fundapp.services import letters, verification
from fundapp.services.verification import Finding

OPTIONS = ("--no-password", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
_KEPT = select(BidFile.storage_key, BidFile.sha256)
ROLES = PROJECT / "migrations" / "sql" / "roles.sql"


def restore(settings: Settings, folder: Path) -> Manifest:
    """Restore a backup and return what it held; refused unless it is whole and the database is empty.

    In order: every part is proved by its SHA-256; the files are put back, none overwritten; the database
    comes back in one transaction, with the rights of this installation's roles; rows are counted, and
    the record is proved as the commands `verify` prove it, with every letter and every file of a bid.

    Anchors outside the database are left to `fundapp audit verify`: they may be newer than the backup.
    """
    manifest = Manifest.read(folder)
    _stop_at(manifest.damaged(folder), "the backup is damaged")
    url = str(settings.migrator_url)
    _must_fit(manifest, url)
    _put_files_back(settings, manifest, folder)
    programs.run(
        "pg_restore",
        [*OPTIONS, f"--dbname={conninfo_to_dict(url)['dbname']}", str(folder / DUMP)],
        url,
        manifest.server,
    )
    with psycopg.connect(url) as connection:
        connection.execute(ROLES.read_bytes())
        _stop_at(_wrong_counts(manifest, count_rows(connection)), "the restored database differs")
    _stop_at(_unproved(settings), "the restored records do not verify")
    return manifest


def _must_fit(manifest: Manifest, url: str) -> None:
    if migrating.state(url) != "empty":
        raise BackupError("the database is not empty; a backup is restored into an empty one only")
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    if server < manifest.server:
        raise BackupError(f"the backup is of PostgreSQL {manifest.server}; this server is {server}")
    if not migrating.knows(manifest.migration):
        raise BackupError(f"the backup is of a newer fundapp (migration {manifest.migration})")


def _put_files_back(settings: Settings, manifest: Manifest, folder: Path) -> None:
    storage = open_storage(settings.files)
    for part in manifest.files:
        try:
            storage.put(part.key, (folder / FILES / part.key).read_bytes())
        except StorageError as problem:
            raise BackupError(f"{problem}; nothing was restored into the database") from None


def _wrong_counts(manifest: Manifest, rows: dict[str, int]) -> Iterator[str]:
    for table in sorted(manifest.rows.keys() | rows.keys()):
        before, after = manifest.rows.get(table, 0), rows.get(table, 0)
        if before != after:
            yield f"{table} had {before} rows and has {after}"


def _unproved(settings: Settings) -> Iterator[str]:
    storage = open_storage(settings.files)
    with create_backroom(settings).app_context():
        yield from (str(finding) for finding in _findings() if finding.is_fault)
        yield from letters.verify_all()
        for key, sha256 in db.session.execute(_KEPT.execution_options(yield_per=500)):
            try:
                storage.get(key, sha256)
            except StorageError as problem:
                yield str(problem)
        db.session.remove()
        db.engine.dispose()


def _findings() -> Iterator[Finding]:
    yield from verification.verify_events()
    yield from verification.verify_anchors(outside=False)
    yield from verification.verify_ledger()
    yield from verification.verify_rd()


def _stop_at(faults: Iterator[str], what: str) -> None:
    found = list(faults)
    if found:
        raise BackupError(
            f"{what}: {'; '.join(found[:5])}" + (f" and {len(found) - 5} more" if found[5:] else "")
        )
