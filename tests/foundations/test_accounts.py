"""Root and ordinary users on one machine: everybody has private servers, and nobody's folders change."""

import multiprocessing
import os
import pwd
import shutil
import stat
import sys
import sysconfig
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import psycopg
import pytest

from fundapp.embedded import EmbeddedError, Servers, accounts, keeper, places, throw_away_home

ROOT = os.geteuid() == 0
FORK = multiprocessing.get_context("fork")
SECONDS = 30


def who_runs(servers: Servers) -> tuple[object, ...] | None:
    with psycopg.connect(servers.postgres.url("app", "postgres")) as connection:
        return connection.execute("SELECT current_user, pg_postmaster_start_time() < now()").fetchone()


def modes(*folders: Path) -> dict[str, int]:
    """The modes of these folders and of every folder above them."""
    above = {parent for folder in folders for parent in (folder, *folder.parents)}
    return {str(folder): stat.S_IMODE(folder.stat().st_mode) for folder in above}


@pytest.fixture
def home() -> Iterator[Path]:
    made = throw_away_home()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def for_everybody(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Programs that every account of this machine can run, as each user's own checkout would have them."""
    monkeypatch.setattr(keeper, "__file__", shutil.copy(keeper.__file__, home / "keeper.py"))
    monkeypatch.setattr(sys, "executable", shutil.which("python3", path="/usr/bin:/usr/local/bin"))
    nobody = pwd.getpwnam(accounts.UNPRIVILEGED)
    account = accounts.Account(nobody.pw_name, nobody.pw_uid, nobody.pw_gid, switch=ROOT)
    found = places._programs(account)
    monkeypatch.setattr(places, "_programs", lambda _: found)


def as_another_user(home: Path, up: Event, seen: Event) -> None:
    """What an ordinary user does while others have their own servers on the same machine."""
    if ROOT:
        nobody = pwd.getpwnam(accounts.UNPRIVILEGED)
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    with Servers(home, durable=False) as servers:
        assert who_runs(servers) == ("fundapp_app", True)
        up.set()
        assert seen.wait(SECONDS)


def test_two_users_have_their_servers_at_the_same_time(home: Path, for_everybody: None) -> None:
    other = throw_away_home()
    if ROOT:
        nobody = pwd.getpwnam(accounts.UNPRIVILEGED)
        os.chown(other, nobody.pw_uid, nobody.pw_gid)
    before = modes(home, other)
    with Servers(home, durable=False) as mine:
        up, seen = FORK.Event(), FORK.Event()
        theirs = FORK.Process(target=as_another_user, args=(other, up, seen))
        theirs.start()
        assert up.wait(SECONDS)
        assert who_runs(mine) == ("fundapp_app", True)
        seen.set()
        theirs.join()
    assert theirs.exitcode == 0
    assert modes(home, other) == before
    shutil.rmtree(other)


def test_a_closed_folder_stays_closed(home: Path) -> None:
    """As root its data go elsewhere, for the account that runs the servers cannot come in; else they stay."""
    home.chmod(0o700)
    before = modes(home, Path("/var/lib"))
    servers = Servers(home / "servers", durable=False, throw_away=True)
    with servers:
        assert who_runs(servers) == ("fundapp_app", True)
        expected = places.far_home() if ROOT else home
        assert servers.home.is_relative_to(expected)
        assert modes(home, Path("/var/lib")) == before
    assert not servers.home.exists()


def test_where_the_data_live_instead_is_said(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    home.chmod(0o700)
    with Servers(home / "servers", durable=False) as servers:
        said = capfd.readouterr().err
    expected = f"fundapp: the private servers live in {servers.home}, for only root can enter here\n"
    assert said == (expected if ROOT else "")
    last = Servers(home / "servers", throw_away=True)
    last.claim()
    last.release()


def test_where_a_copy_of_the_programs_is_is_said_of_servers_thrown_away_too(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Path(sysconfig.get_path("purelib"))
    monkeypatch.setattr("fundapp.embedded.servers.far_home", lambda: copied)
    with Servers(home, durable=False, throw_away=True):
        said = capfd.readouterr().err
    assert said == f"fundapp: a copy of the private servers is in {copied}, for only root can enter here\n"


def test_no_account_is_made_and_the_servers_never_run_as_root(home: Path) -> None:
    before = Path("/etc/passwd").read_bytes()
    with Servers(home, durable=False) as servers:
        owner = (servers.postgres.data / "postmaster.pid").stat().st_uid
        expected = pwd.getpwnam(accounts.UNPRIVILEGED).pw_uid if ROOT else os.geteuid()
        assert owner == expected
        assert (servers.valkey.data / "valkey.pid").stat().st_uid == expected
    assert Path("/etc/passwd").read_bytes() == before


def test_a_copy_of_the_programs_runs_on_its_own(home: Path) -> None:
    library = Path(sysconfig.get_path("purelib"))
    copy = home / "programs"
    places._copy(library, copy)
    assert places._same_programs(library, copy)
    account = accounts.server_account(home / "postgres")
    for program in (*places._installed(copy), places._installed(copy)[0].parent / "initdb"):
        assert account.run([program, "--version"]).returncode == 0


def test_a_user_without_a_name_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_294_000_000)
    with pytest.raises(
        EmbeddedError, match=r"^user id 4294000000 has no name in /etc/passwd, which PostgreSQL "
    ):
        accounts.current()
