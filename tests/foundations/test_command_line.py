"""The command line: help everywhere, one plain line for what makes a command impossible, clear exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click import Group
from click.testing import CliRunner

from fundapp.cli import docs, fundapp
from fundapp.cli.checks import findings
from fundapp.cli.serve import options
from fundapp.config import PROJECT, Settings
from fundapp.embedded import Servers, ValkeyServer
from fundapp.migrating import state
from workflows import diagrams


def run(environment: dict[str, str], *words: str) -> tuple[int, str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "fundapp", *words],
        env=kept | environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_every_command_explains_itself() -> None:
    silent = []
    waiting = [("fundapp", command) for command in fundapp.commands.values()]
    while waiting:
        path, command = waiting.pop()
        if not (command.help or "").strip():
            silent.append(f"{path} {command.name}")
        if isinstance(command, Group):
            waiting += [(f"{path} {command.name}", inner) for inner in command.commands.values()]
    assert silent == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1"},
            "fundapp: the database does not answer (DATABASE_URL): ",
        ),
        (
            {"DATABASE_URL": "mysql://db/fund"},
            "fundapp: DATABASE_URL must begin with postgresql:// (PostgreSQL is the only database)\n",
        ),
        (
            {"FUNDAPP_ENV": "production"},
            "fundapp: FUNDAPP_SECRET_KEY is missing (docs/settings.md says how to make one)\n",
        ),
    ],
)
def test_what_makes_a_command_impossible_is_one_line(
    environment: dict[str, str], expected: str, settings: Settings
) -> None:
    code, out, err = run({"FUNDAPP_VAR": str(settings.var)} | environment, "migrate")
    assert (code, out) == (2, "")
    assert err.startswith(expected)
    assert "Traceback" not in err
    assert all(line.startswith("fundapp: ") for line in err.splitlines())


def test_a_folder_for_files_that_cannot_be_written_stops_the_start(
    environment: dict[str, str], database: None
) -> None:
    unusable = environment | {"FUNDAPP_FILES_URL": "file:///proc/nowhere", "FUNDAPP_BIND": "127.0.0.1:1"}
    said = "fundapp: FUNDAPP_FILES_URL: /proc/nowhere cannot be written: No such file or directory\n"
    for command in ("serve", "worker"):
        assert run(unusable, command) == (2, "", said)


def test_a_worker_outside_the_environment_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "worker.py", "relay"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("worker.py: No module named ")
    assert line.endswith(": run `make setup`, then .venv/bin/python worker.py")


def test_an_empty_database_is_migrated_once(servers: Servers, environment: dict[str, str]) -> None:
    servers.postgres.create_database("empty")
    empty = environment | servers.environment("empty")
    assert run(empty, "migrate")[:2] == (0, "the database is at the newest migration\n")
    assert run(empty, "migrate")[:2] == (0, "nothing to do\n")
    servers.postgres.drop_database("empty")


def test_a_database_of_something_else_is_left_alone(servers: Servers, environment: dict[str, str]) -> None:
    servers.postgres.create_database("strange")
    url = servers.postgres.url("migrator", "strange")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    assert state(url) == "unknown"
    code, _, err = run(environment | servers.environment("strange"), "migrate")
    assert code == 1
    assert err == "this is a database of something else, or of a newer fundapp; nothing was changed\n"
    servers.postgres.drop_database("strange")


def test_the_doctor_finds_all_well_here(settings: Settings, database: None) -> None:
    found = list(findings(settings))
    assert [finding.line for finding in found if finding.verdict == "wrong"] == []
    assert [finding.line for finding in found if finding.subject == "roles"] == [
        "the role of DATABASE_URL may neither change tables nor kept records",
        "the role of DATABASE_URL_WORKER may neither change tables nor kept records",
    ]


def test_the_doctor_names_what_is_wrong(settings: Settings, servers: Servers, database: None) -> None:
    owner = servers.postgres.url("superuser", "postgres")
    changed = {
        "database_url": owner,
        "database_url_migrator": owner,
        "database_url_worker": owner,
        "redis_url": "redis://127.0.0.1:1",
        "files_url": "file:///proc/nowhere",
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "clamd": "tcp://127.0.0.1:1",
        "env": "production",
    }
    found = {
        finding.subject: finding.line
        for finding in findings(settings.model_copy(update=changed))
        if finding.verdict == "wrong"
    }
    assert sorted(found) == ["files", "mail", "migrations", "queue", "roles", "scanner"]
    assert found["migrations"] == "the database is empty; run `fundapp migrate`"
    assert found["queue"].startswith("REDIS_URL does not answer: ")
    assert found["files"].startswith("FUNDAPP_FILES_URL: ")
    assert found["mail"].startswith("FUNDAPP_SMTP_HOST does not answer: ")
    assert found["scanner"].startswith("FUNDAPP_CLAMD: the scanner cannot be reached: ")


def test_a_queue_that_evicts_is_refused(settings: Settings, servers: Servers, database: None) -> None:
    valkey: ValkeyServer = servers.valkey
    client = valkey.client()
    client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        lines = [finding.line for finding in findings(settings) if finding.subject == "queue"]
    finally:
        client.config_set("maxmemory-policy", "noeviction")
        client.close()
    assert lines == ["its policy is allkeys-lru: set maxmemory-policy to noeviction"]


def test_gunicorn_trusts_no_forwarded_header_by_itself(settings: Settings) -> None:
    chosen = options(settings)
    assert chosen["forwarded_allow_ips"] == ""
    assert chosen["control_socket_disable"] is True


def test_the_page_of_settings_is_current() -> None:
    assert docs.SETTINGS_PAGE.read_text(encoding="utf-8") == docs.settings_page()


def test_the_pages_of_the_lifecycle_are_written_anew_and_old_ones_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone-1.md").write_text("A machine there is no more.", encoding="utf-8")
    monkeypatch.setattr(docs, "LIFECYCLE_PAGES", tmp_path)
    assert CliRunner().invoke(docs.docs, ["lifecycle"]).exit_code == 0
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == diagrams.pages()
