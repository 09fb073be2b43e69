"""The private servers: what they are, that they outlive restarts, and that they leave nothing behind."""

import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from fundapp.config import PROJECT, load_settings
from fundapp.embedded import EmbeddedError, Servers, keeper, provided, sandbox, throw_away_home

PATIENCE = 20.0
HOLDER = """
import sys, time
from pathlib import Path
from fundapp.embedded import Servers
servers = Servers(Path(sys.argv[1]), durable=False, throw_away=sys.argv[2] == "away")
servers.start()
print("up", flush=True)
time.sleep(600)
"""


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def tell(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def hold(home: Path, ending: str = "keep") -> subprocess.Popen[str]:
    """Another process of the project that uses the servers of a home."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home), ending], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.stdout.close()
    return process


def kill(process: subprocess.Popen[str], number: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(number)
    process.wait()


@pytest.fixture
def home() -> Iterator[Path]:
    made = throw_away_home()
    yield made
    last = Servers(made, throw_away=True)
    last.claim()
    last.release()


@pytest.fixture
def servers(home: Path) -> Iterator[Servers]:
    with Servers(home, durable=False) as running:
        yield running


def test_the_database_is_utf8_with_neutral_sorting_whatever_the_environment_says(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "POSIX")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with Servers(home, durable=False) as servers:
        servers.postgres.create_database("words")
        url = servers.postgres.url("app", "words")
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = 'words'") == (
            "C.UTF-8 C.UTF-8"
        )
        assert ask(url, "SELECT lower('ŁÓDŹ') || upper('é')") == "łódźÉ"


def test_each_login_role_has_its_own_rights(servers: Servers) -> None:
    postgres = servers.postgres
    postgres.create_database("rights")
    tell(postgres.url("migrator", "rights"), "CREATE TABLE kept (id int)")
    for login in ("app", "worker"):
        url = postgres.url(login, "rights")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tell(url, "CREATE TABLE own (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(url, "SELECT count(*) FROM kept")
    supers = "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolsuper"
    assert ask(postgres.url("app", "rights"), supers) == "fundapp_superuser"


def test_the_queue_evicts_nothing_and_listens_to_no_network(servers: Servers) -> None:
    with redis.Redis.from_url(servers.valkey.url()) as queue:
        assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert queue.config_get("port") == {"port": "0"}
    assert ask(servers.postgres.url("app", "postgres"), "SHOW listen_addresses") == ""


def test_data_outlives_a_stop_and_a_crash(home: Path) -> None:
    with Servers(home) as servers:
        servers.postgres.create_database("kept")
        url = servers.postgres.url("migrator", "kept")
        tell(url, "CREATE TABLE facts (fact text)", "INSERT INTO facts VALUES ('first')")
        with redis.Redis.from_url(servers.valkey.url()) as queue:
            queue.set("job", "waiting")
    assert (servers.postgres.running, servers.valkey.running) == (False, False)
    with Servers(home) as servers:
        tell(url, "INSERT INTO facts VALUES ('second')")
        servers.postgres.stop(immediately=True)
        servers.valkey.stop(immediately=True)
        servers.start()
        assert ask(url, "SELECT string_agg(fact, ' ' ORDER BY fact) FROM facts") == "first second"
        with redis.Redis.from_url(servers.valkey.url()) as queue:
            assert queue.get("job") == b"waiting"


def test_the_last_process_out_stops_the_servers(home: Path) -> None:
    with Servers(home, durable=False) as mine:
        other = hold(home)
        kill(other, signal.SIGTERM)
        assert ask(mine.postgres.url("app", "postgres"), "SELECT 1") == 1
    assert (mine.postgres.running, mine.valkey.running) == (False, False)


def test_a_killed_process_leaves_no_server_running(home: Path) -> None:
    other = hold(home)
    watched = Servers(home, durable=False)
    assert watched.postgres.running
    kill(other)
    eventually(lambda: not watched.postgres.running and not watched.valkey.running)


def test_a_throw_away_home_goes_with_its_last_user() -> None:
    home = throw_away_home()
    other = hold(home, "away")
    assert (home / "postgres").exists()
    kill(other)
    eventually(lambda: not home.exists())


def test_servers_left_by_a_crash_of_everything_are_taken_over(home: Path) -> None:
    with Servers(home, durable=False) as servers:
        before = keeper.process_of(keeper.postgres_pid_file(home), "postgres")
        other = hold(home)
        assert keeper.process_of(keeper.postgres_pid_file(home), "postgres") == before
        kill(other)
    assert not servers.postgres.running


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(home: Path) -> None:
    with Servers(home, durable=False) as servers:
        url = servers.postgres.url("app", "postgres")
    servers.postgres._pid_file.write_text(f"{os.getpid()}\n/elsewhere\n", encoding="ascii")
    assert not servers.postgres.running
    with servers:
        assert ask(url, "SELECT 1") == 1


def test_a_forked_child_that_leaves_does_not_end_its_parents_claim(servers: Servers) -> None:
    child = multiprocessing.get_context("fork").Process(target=servers.release)
    child.start()
    child.join()
    assert ask(servers.postgres.url("app", "postgres"), "SELECT 1") == 1


def start_and_leave(home: Path) -> None:
    with Servers(home, durable=False) as servers:
        assert ask(servers.postgres.url("app", "postgres"), "SELECT 1") == 1


def test_processes_that_start_together_share_one_server(home: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    together = [spawning.Process(target=start_and_leave, args=(home,)) for _ in range(3)]
    for process in together:
        process.start()
    for process in together:
        process.join()
    assert [process.exitcode for process in together] == [0, 0, 0]
    assert not Servers(home, durable=False).postgres.running


def test_a_home_with_a_long_path_gets_a_short_folder_for_its_sockets(home: Path) -> None:
    deep = home / ("deep" * 20) / ("deeper" * 10)
    with Servers(deep, durable=False, throw_away=True) as servers:
        folder = servers.postgres.sockets
        assert len(str(folder)) < 60
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(servers.postgres.url("app", "postgres"), "SELECT 1") == 1
        with redis.Redis.from_url(servers.valkey.url()) as queue:
            assert queue.ping() is True
    assert not folder.exists()


def test_nobody_else_may_enter_the_data_or_the_sockets(servers: Servers) -> None:
    folders = (servers.postgres.data, servers.postgres.sockets, servers.valkey.data)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700, 0o700, 0o700]


def test_a_folder_that_cannot_be_made_is_one_line(home: Path) -> None:
    (home / "file").write_text("", encoding="utf-8")
    with pytest.raises(EmbeddedError, match=f"^{home}/file/servers cannot be made: Not a directory$"):
        Servers(home / "file" / "servers")


def test_the_app_gets_private_servers_only_where_none_is_configured(home: Path) -> None:
    given = load_settings({"DATABASE_URL": "postgresql://a@b/c", "REDIS_URL": "redis://d"}, var=home)
    with provided(given) as settings:
        assert settings is given
    assert not (home / "servers").exists()
    with provided(load_settings({"DATABASE_URL": "postgresql://a@b/c"}, var=home)) as settings:
        assert settings.database_url == "postgresql://a@b/c"
        assert settings.redis_url is not None
        with redis.Redis.from_url(settings.redis_url) as queue:
            assert queue.ping() is True
        assert not (home / "servers" / "postgres").exists()
    with provided(load_settings({"REDIS_URL": "redis://d"}, var=home)) as settings:
        assert settings.redis_url == "redis://d"
        assert ask(str(settings.migrator_url), "SELECT current_user") == "fundapp_migrator"
        assert ask(str(settings.worker_url), "SELECT current_user") == "fundapp_worker"


def test_a_sandbox_on_configured_servers_is_its_own_database_and_is_dropped(servers: Servers) -> None:
    servers.postgres.create_database("real")
    with redis.Redis.from_url(servers.valkey.url(0)) as queue:
        queue.set("real", "job")
    settings = load_settings(
        {
            "FUNDAPP_DEMO_DATABASE_URL": servers.postgres.url("superuser", "real"),
            "FUNDAPP_DEMO_REDIS_URL": servers.valkey.url(0),
        },
        var=servers.home,
    )
    with sandbox(settings, Servers(servers.home / "unused"), "demo") as ground:
        assert ground.servers is None
        name = str(ask(str(ground.settings.database_url), "SELECT current_database()"))
        assert name.startswith("demo_")
        assert servers.postgres.databases() == [name, "real"]
        assert str(ground.settings.redis_url).endswith("?db=1")
        with redis.Redis.from_url(str(ground.settings.redis_url)) as queue:
            queue.set("rq:job:1", "x")
    assert servers.postgres.databases() == ["real"]
    with redis.Redis.from_url(servers.valkey.url(0)) as queue:
        assert queue.info("keyspace")["db0"]["keys"] == 1
        assert "db1" not in queue.info("keyspace")


def test_a_server_for_the_demo_that_does_not_answer_is_one_line_with_its_reason(servers: Servers) -> None:
    nobody = {"FUNDAPP_DEMO_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    settings = load_settings(nobody, var=servers.home)
    unused = Servers(servers.home / "unused")
    with pytest.raises(EmbeddedError) as refused, sandbox(settings, unused, "demo"):
        pytest.fail("nothing is there")
    said = str(refused.value)
    assert said.startswith("FUNDAPP_DEMO_DATABASE_URL does not answer: connection ")
    assert "Connection refused" in said
    assert "\n" not in said


def test_a_sandbox_on_private_servers_goes_or_stays_as_asked(servers: Servers) -> None:
    settings = load_settings({}, var=servers.home)
    shared = Servers(servers.home, durable=False)
    with sandbox(settings, shared, "gone") as ground:
        assert ask(ground.superuser_url, "SELECT current_user") == "fundapp_superuser"
    with sandbox(settings, shared, "kept", keep=True):
        pass
    assert servers.postgres.databases() == ["kept"]


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("FUNDAPP_DEMO_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"),
        ("FUNDAPP_DEMO_REDIS_URL", "redis://127.0.0.1:1/0"),
    ],
)
def test_a_demo_server_that_does_not_answer_is_named(servers: Servers, variable: str, url: str) -> None:
    settings = load_settings({variable: url}, var=servers.home)
    with (
        pytest.raises(EmbeddedError, match=f"^{variable} does not answer: "),
        sandbox(settings, Servers(servers.home, durable=False), "demo"),
    ):
        pass
