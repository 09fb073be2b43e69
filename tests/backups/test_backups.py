"""A backup comes back whole, into an empty database only, and a damaged one not at all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from fundapp import backups, clock, outbox
from fundapp.backups import BackupError
from fundapp.backups.manifest import Manifest
from fundapp.backups.programs import find
from fundapp.config import PROJECT, Settings, as_environment
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.models.messages import Message
from fundapp.services import bid_files
from fundapp.services.uploads.examining import Candidate
from fundapp.transaction import transaction
from tests import databases
from tests.factories import awards, bids, people, rounds
from tests.factories.outbox import work_off
from tests.stages import Stages

PDF = b"%PDF-1.7 a letter"
KEY = "letters/0001/offer.pdf"


@pytest.fixture
def source(app_context: Flask, settings: Settings) -> Settings:
    """An installation with a promised effect, a mail and a file."""
    with transaction():
        outbox.stage("notify", "1-1", {"message": "bid_received"})
        db.session.add(
            Message(
                key="1",
                to_address="asha@example.co.uk",
                subject="Grüße",
                body_text="b",
                case_kind="person",
                case_id=1,
                created_at=clock.now(),
                sent_at=clock.now(),
                delivery="local",
                state="sent",
            )
        )
    open_storage(settings.files).put(KEY, PDF)
    return settings


@pytest.fixture
def target(
    app_context: Flask, settings: Settings, servers: Servers, tmp_path: Path, process_number: int
) -> Iterator[Settings]:
    """Another installation: an empty database and no files."""
    name = f"restored_{process_number}"
    servers.postgres.drop_database(name)
    servers.postgres.create_database(name)
    yield settings.model_copy(
        update={
            "database_url": servers.postgres.url("app", name),
            "database_url_migrator": servers.postgres.url("migrator", name),
            "database_url_worker": servers.postgres.url("worker", name),
            "files_url": (tmp_path / "other-files").as_uri(),
        }
    )
    servers.postgres.drop_database(name)


def rewrite(folder: Path, **changes: object) -> None:
    """Change what the manifest says, as if the backup were an older one, whose manifest has no hash."""
    said = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(said | changes))
    (folder / "manifest.sha256").unlink()


def rows(url: str | None, statement: str) -> list[tuple[object, ...]]:
    """What a database answers."""
    with psycopg.connect(str(url)) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_everything_comes_back(source: Settings, target: Settings, tmp_path: Path) -> None:
    taken = backups.take(source, tmp_path / "backup")
    assert backups.restore(target, tmp_path / "backup") == taken
    for statement in ("SELECT * FROM outbox_rows", "SELECT * FROM messages", "SELECT * FROM installation"):
        assert rows(target.database_url, statement) == rows(source.database_url, statement)
    assert open_storage(target.files).read(KEY) == PDF
    assert taken.rows["messages"] == 1


def test_the_restored_tables_keep_their_rights(source: Settings, target: Settings, tmp_path: Path) -> None:
    backups.take(source, tmp_path / "backup")
    backups.restore(target, tmp_path / "backup")
    rights = (
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = 'fundapp_app' ORDER BY 1, 2"
    )
    assert rows(target.database_url, rights) == rows(source.database_url, rights)


def test_a_database_that_holds_anything_is_refused(
    source: Settings, target: Settings, tmp_path: Path
) -> None:
    backups.take(source, tmp_path / "backup")
    backups.restore(target, tmp_path / "backup")
    with pytest.raises(BackupError, match="the database is not empty"):
        backups.restore(target, tmp_path / "backup")


@pytest.mark.parametrize(
    ("damaged", "what"),
    [
        ("database.dump", "the backup is damaged: database.dump is not what was written"),
        (f"files/{KEY}", f"the backup is damaged: {KEY} is not what was written"),
        ("manifest.json", "the backup is damaged: manifest.json is not what was written"),
        ("manifest.sha256", "the backup is damaged: manifest.json is not what was written"),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    source: Settings, target: Settings, tmp_path: Path, damaged: str, what: str
) -> None:
    folder = tmp_path / "backup"
    backups.take(source, folder)
    content = bytearray((folder / damaged).read_bytes())
    content[-1] ^= 1
    (folder / damaged).write_bytes(content)
    with pytest.raises(BackupError) as refused:
        backups.restore(target, folder)
    assert str(refused.value) == what
    assert rows(target.database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert open_storage(target.files).every_key() == []


def test_a_backup_that_was_not_finished_is_refused(
    source: Settings, target: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    backups.take(source, folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(BackupError, match="holds no whole backup"):
        backups.restore(target, folder)


def test_a_backup_of_a_newer_version_is_refused(source: Settings, target: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    backups.take(source, folder)
    rewrite(folder, migration="9999")
    with pytest.raises(BackupError, match=r"of a newer fundapp \(migration 9999\)"):
        backups.restore(target, folder)


def test_rows_that_did_not_come_back_are_named(source: Settings, target: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    taken = backups.take(source, folder)
    rewrite(folder, rows=taken.rows | {"messages": 2})
    with pytest.raises(BackupError, match="messages had 2 rows and has 1"):
        backups.restore(target, folder)


def test_a_file_of_a_bid_that_did_not_come_back_is_named(
    source: Settings, target: Settings, tmp_path: Path
) -> None:
    rounds.begin_demo()
    lead = people.applicant()
    bid = bids.draft(rounds.open_round(people.officer()), lead, bids.firm(lead))
    asked = next(bid.round.rules.of_kind("file"))
    key = bid_files.add(bid, asked, Candidate("tides.csv", "csv", b"1,2", None), lead).storage_key
    folder = tmp_path / "backup"
    backups.take(source, folder)
    said = json.loads((folder / "manifest.json").read_text())
    rewrite(folder, files=[part for part in said["files"] if part["key"] != key])
    with pytest.raises(BackupError, match=f"nothing is kept under {key}"):
        backups.restore(target, folder)


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("UPDATE ledger_entries SET pence = pence * 2", r"ledger transaction fund-\d+: its entries are not"),
        ("DELETE FROM ledger_sums", "ledger sum of "),
        (
            "INSERT INTO anchors (at, last_event_id, events, digest) VALUES (now(), 1, 1, repeat('0', 64))",
            "anchor 1: events up to 1 are not what they were",
        ),
    ],
)
def test_records_that_were_false_when_the_backup_was_taken_do_not_verify(
    source: Settings, target: Settings, servers: Servers, tmp_path: Path, process_number: int, broken: str,
    what: str,
) -> None:  # fmt: skip
    rounds.begin_demo()
    rounds.published_round(people.officer())
    work_off()
    url = servers.postgres.url("superuser", databases.name_of(process_number))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(broken.encode())
    backups.take(source, tmp_path / "backup")
    with pytest.raises(BackupError, match=f"the restored records do not verify: .*{what}"):
        backups.restore(target, tmp_path / "backup")


def test_a_letter_that_was_changed_does_not_verify(
    settings: Settings,
    stages: Stages,
    target: Settings,
    servers: Servers,
    tmp_path: Path,
    process_number: int,
) -> None:
    awards.reached(stages, awards.one_accepted)
    url = servers.postgres.url("superuser", databases.name_of(process_number))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE letters SET facts_sha256 = repeat('0', 64)")
    backups.take(settings, tmp_path / "backup")
    with pytest.raises(BackupError, match=r"do not verify: letter \S+: what it says was changed"):
        backups.restore(target, tmp_path / "backup")


def test_work_still_promised_is_no_fault_of_a_backup(
    source: Settings, target: Settings, tmp_path: Path
) -> None:
    rounds.begin_demo()
    rounds.published_round(people.officer())
    backups.take(source, tmp_path / "backup")
    backups.restore(target, tmp_path / "backup")
    waiting = "SELECT count(*) > 0 FROM outbox_rows WHERE kind = 'post_ledger' AND done_at IS NULL"
    assert rows(target.database_url, waiting) == [(True,)]


def test_a_folder_in_use_is_not_written_to(source: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(BackupError, match="is not empty"):
        backups.take(source, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_no_fitting_program_is_named() -> None:
    with pytest.raises(BackupError, match=r"no pg_dump for PostgreSQL 99 is installed"):
        find("pg_dump", 99)


def test_the_commands_say_what_they_did(
    source: Settings, target: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert _command(environment, "backup", folder)[0] == 0
    code, _, said = _command(environment, "restore", folder)
    assert (code, said) == (
        1,
        "fundapp: the database is not empty; a backup is restored into an empty one only\n",
    )
    assert len(Manifest.read(folder).files) == len(open_storage(source.files).every_key())


def test_a_backup_whose_table_of_contents_has_no_hash_says_so(
    source: Settings, target: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    backups.take(source, folder)
    rewrite(folder)
    code, answer, said = _command(environment | as_environment(target), "restore", folder)
    assert (code, answer.startswith("restored and verified: ")) == (0, True), said
    assert said.splitlines()[-1].startswith("note: this older backup has no SHA-256 of its table of contents")


def _command(environment: dict[str, str], verb: str, folder: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "fundapp", verb, str(folder)],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
