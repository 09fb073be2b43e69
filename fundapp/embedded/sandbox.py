"""A database and a queue of one's own, for the demo, the tests and the benches: made, used and dropped.

They are made on private servers, or where `FUNDAPP_DEMO_DATABASE_URL` and `FUNDAPP_DEMO_REDIS_URL` allow it;
the configured database and queue of the installation are never looked at.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlencode

import psycopg
import redis

from fundapp.config import Settings
from fundapp.embedded.accounts import EmbeddedError
from fundapp.embedded.postgres import create_database, drop_database
from fundapp.embedded.servers import Servers

CLAIM = "fundapp:claimed"
NUMBERS = 16


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Settings that lead to the sandbox only; `servers` where they are ours to stop, kill or flush."""

    settings: Settings
    superuser_url: str
    servers: Servers | None


@contextmanager
def sandbox(settings: Settings, servers: Servers, database: str, *, keep: bool = False) -> Iterator[Sandbox]:
    """A sandbox while this lasts; with `keep` a database on private servers stays for the next time."""
    with ExitStack() as leaving:
        found = _queue(settings, servers, leaving)
        if settings.demo_database_url:
            administrator = settings.demo_database_url
            name = f"{database}_{secrets.token_hex(4)}"
            _must_answer(administrator)
            create_database(administrator, name)
            leaving.callback(drop_database, administrator, name)
            address, question, options = administrator.partition("?")
            url = f"{address.rpartition('/')[0]}/{name}{question}{options}"
            found |= dict.fromkeys(("database_url", "database_url_migrator", "database_url_worker"), url)
            yield Sandbox(settings.model_copy(update=found), url, None)
            return
        postgres = _started(servers, leaving, postgres=True).postgres
        if database not in postgres.databases():
            postgres.create_database(database)
        if not keep:
            leaving.callback(postgres.drop_database, database)
        found["database_url"] = postgres.url("app", database)
        found["database_url_migrator"] = postgres.url("migrator", database)
        found["database_url_worker"] = postgres.url("worker", database)
        yield Sandbox(settings.model_copy(update=found), postgres.url("superuser", database), servers)


def _started(
    servers: Servers, leaving: ExitStack, *, postgres: bool = False, valkey: bool = False
) -> Servers:
    leaving.callback(servers.release)
    servers.start(postgres=postgres, valkey=valkey)
    return servers


def _queue(settings: Settings, servers: Servers, leaving: ExitStack) -> dict[str, str]:
    if settings.demo_redis_url is None:
        return {"redis_url": _started(servers, leaving, valkey=True).valkey.url()}
    url = _empty_number(settings.demo_redis_url)
    leaving.callback(_sweep, url)
    return {"redis_url": url}


def _empty_number(url: str) -> str:
    """The first numbered database of a queue server that nobody uses, claimed for us."""
    for number in range(NUMBERS):
        numbered = _numbered(url, number)
        client = redis.Redis.from_url(numbered)
        try:
            if client.dbsize() == 0 and client.set(CLAIM, "1", nx=True):
                return numbered
        except redis.RedisError as problem:
            raise EmbeddedError(f"FUNDAPP_DEMO_REDIS_URL does not answer: {problem}") from None
        finally:
            client.close()
    raise EmbeddedError("FUNDAPP_DEMO_REDIS_URL has no empty numbered database left")


def _numbered(url: str, number: int) -> str:
    address, _, query = url.partition("?")
    options = [(name, value) for name, value in parse_qsl(query) if name != "db"]
    return f"{address}?{urlencode([*options, ('db', str(number))])}"


def _sweep(url: str) -> None:
    """Delete, key by key, what was put into a database that was empty when we came."""
    client = redis.Redis.from_url(url)
    for key in cast("Iterator[bytes]", client.scan_iter(count=1000)):
        client.delete(key)
    client.close()


def _must_answer(url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as problem:
        said = str(problem).strip().splitlines()[0]
        raise EmbeddedError(f"FUNDAPP_DEMO_DATABASE_URL does not answer: {said}") from None


def demo_home(settings: Settings) -> Path:
    """Where the private servers of a lasting demo live."""
    return settings.var / "demo"
