"""The things `fundapp doctor` looks at: each check is a function that says in a line how it found it."""

import ctypes.util
import json
import smtplib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import obstore
import psycopg
import redis
from obstore.exceptions import BaseError
from obstore.store import from_url

from fundapp import migrating
from fundapp.config import PROJECT, Settings, misspelt
from fundapp.gateways.malware_scan import ScannerDown, open_scanner

Verdict = Literal["ok", "note", "wrong"]
OLDEST_POSTGRES = 150_000
LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "fontconfig", "pangoft2-1.0")
PACKAGES = ("flask", "sqlalchemy", "psycopg", "rq", "weasyprint", "gunicorn")
LETTER_FONTS = PROJECT / "fundapp" / "static" / "build"
BROWSER = PROJECT / "var" / "setup" / "browser.json"
KEPT = "ledger_entries"
SMTP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `wrong` has to be put right, a `note` is worth knowing."""

    verdict: Verdict
    subject: str
    line: str


def python_packages(_: Settings) -> Finding:
    """Whether the main packages are installed."""
    missing = []
    for name in PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("wrong", "Python", f"not installed: {', '.join(missing)}; run `make setup`")
    return Finding("ok", "Python", f"{sys.version.split()[0]}, all packages installed")


def variables(_: Settings) -> Finding:
    """Whether a variable looks like a misspelt setting."""
    lines = misspelt()
    return Finding("note" if lines else "ok", "settings", "; ".join(lines) or "no misspelt variable")


def pango(_: Settings) -> Finding:
    """Whether the libraries that set the letters are found."""
    missing = [name for name in LIBRARIES if ctypes.util.find_library(name) is None and not _loads(name)]
    if missing:
        return Finding("wrong", "Pango", f"missing: {', '.join(missing)}; run `make setup` or install Pango")
    return Finding("ok", "Pango", "found")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(f"lib{name}.so.{0 if name.endswith('.0') or name == 'harfbuzz' else 1}")
    except OSError:
        return False
    return True


def fonts(_: Settings) -> Finding:
    """Whether the letters' own typefaces have been built."""
    found = sorted(path.name for path in LETTER_FONTS.rglob("*.ttf"))
    if not found:
        return Finding("wrong", "typefaces", "the letters' typefaces are not built; run `make setup`")
    return Finding("ok", "typefaces", f"{len(found)} faces for letters")


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, is recent enough, migrated, and gives each role what it should have."""
    for variable, url in (
        ("DATABASE_URL", settings.database_url),
        ("DATABASE_URL_MIGRATOR", settings.migrator_url),
        ("DATABASE_URL_WORKER", settings.worker_url),
    ):
        try:
            with psycopg.connect(str(url), connect_timeout=5) as connection:
                yield _database_version(variable, connection)
                if variable != "DATABASE_URL_MIGRATOR":
                    yield _rights(variable, connection, settings)
        except psycopg.OperationalError as problem:
            yield Finding("wrong", "database", f"{variable} does not answer: {migrating.one_line(problem)}")
            return
    yield _migrations(settings)


def _database_version(variable: str, connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    number = connection.info.server_version
    if number < OLDEST_POSTGRES:
        return Finding("wrong", "database", f"{variable} is PostgreSQL {number // 10_000}; 15 is the oldest")
    who = f"as {connection.info.user}" if connection.info.user else ""
    return Finding(
        "ok", "database", f"{variable} answers {who} (PostgreSQL {number // 10_000}.{number % 100})"
    )


def _rights(variable: str, connection: psycopg.Connection[tuple[object, ...]], settings: Settings) -> Finding:
    row = connection.execute(
        "SELECT to_regclass(%(kept)s) IS NOT NULL AND has_table_privilege(to_regclass(%(kept)s), 'UPDATE')"
        " OR has_schema_privilege('public', 'CREATE')",
        {"kept": KEPT},
    ).fetchone()
    if row and row[0]:
        serious: Verdict = "wrong" if settings.env == "production" else "note"
        return Finding(serious, "roles", f"the role of {variable} may change tables or kept records")
    return Finding("ok", "roles", f"the role of {variable} may neither change tables nor kept records")


def _migrations(settings: Settings) -> Finding:
    match migrating.state(str(settings.migrator_url)):
        case "newest":
            return Finding("ok", "migrations", "the newest one is in place")
        case "unknown":
            return Finding("wrong", "migrations", "a database of something else, or of a newer fundapp")
        case state:
            return Finding("wrong", "migrations", f"the database is {state}; run `fundapp migrate`")


def queue(settings: Settings) -> Finding:
    """Whether the queue answers and keeps what it is given."""
    client = redis.Redis.from_url(str(settings.redis_url), socket_connect_timeout=5, socket_timeout=5)
    try:
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except redis.ConnectionError as problem:
        return Finding("wrong", "queue", f"REDIS_URL does not answer: {migrating.one_line(problem)}")
    except redis.RedisError:
        return Finding("note", "queue", "answers; its eviction policy cannot be read, it must be noeviction")
    finally:
        client.close()
    if policy != "noeviction":
        return Finding("wrong", "queue", f"its policy is {policy}: set maxmemory-policy to noeviction")
    return Finding("ok", "queue", "answers, evicts nothing")


def files(settings: Settings) -> Finding:
    """Whether files can be kept and read back."""
    key = "doctor/probe"
    local = settings.files.startswith("file:")
    try:
        store = from_url(settings.files, mkdir=True) if local else from_url(settings.files)
        obstore.put(store, key, b"probe")
        obstore.delete(store, key)
    except (BaseError, OSError, ValueError) as problem:
        return Finding("wrong", "files", f"FUNDAPP_FILES_URL: {migrating.one_line(problem)}")
    return Finding("ok", "files", f"can be written in {settings.files}")


def mail(settings: Settings) -> Finding:
    """Whether the mail server answers."""
    if settings.smtp_host is None:
        return Finding("note", "mail", "no FUNDAPP_SMTP_HOST: messages stay in the local mailbox page")
    connect = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    try:
        with connect(settings.smtp_host, settings.smtp_port, timeout=SMTP_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        return Finding("wrong", "mail", f"FUNDAPP_SMTP_HOST does not answer: {problem}")
    return Finding("ok", "mail", f"{settings.smtp_host} answers")


def scanner(settings: Settings) -> Finding:
    """Whether the malware scanner answers."""
    there = open_scanner(settings)
    if there is None:
        return Finding("note", "scanner", "no FUNDAPP_CLAMD: files people add are marked as not scanned")
    try:
        there.insist_it_answers()
    except ScannerDown as down:
        return Finding("wrong", "scanner", f"FUNDAPP_CLAMD: {down}")
    return Finding("ok", "scanner", "answers")


def companies_house(settings: Settings) -> Finding:
    """Whether companies are looked up; nobody is asked here, for a question counts against the key."""
    if settings.companies_house_key is None:
        note = "no FUNDAPP_COMPANIES_HOUSE_KEY: what companies say of themselves is marked as not checked"
        return Finding("note", "Companies House", note)
    return Finding("ok", "Companies House", f"asked at {settings.companies_house_url}")


def browser(_: Settings) -> Finding:
    """Whether the browser tests have a browser; the application itself needs none."""
    if not BROWSER.exists():
        return Finding("note", "browser", "none looked for yet; `make test` finds one")
    return Finding("ok", "browser", json.loads(BROWSER.read_text(encoding="utf-8"))["program"])


CHECKS: tuple[Callable[[Settings], Finding | Iterator[Finding]], ...] = (
    python_packages,
    variables,
    pango,
    fonts,
    database,
    queue,
    files,
    mail,
    scanner,
    companies_house,
    browser,
)


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything the checks find, in order."""
    for check in CHECKS:
        found = check(settings)
        yield from (found,) if isinstance(found, Finding) else found
