"""Brings a database to the tables this version of the code expects, and says how far it is from them."""

from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from fundapp import models
from fundapp.config import PROJECT
from fundapp.database import driver_url

State = Literal["empty", "behind", "newest", "unknown"]
CONNECT_SECONDS = 5
LOCK = 7_301_166
REGISTERED = models


class Unreachable(RuntimeError):
    """The database does not answer; the message says why in one line."""


def state(url: str) -> State:
    """How a database stands to this code: `unknown` is newer, or holds tables that are not ours."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
            if at is None:
                return "unknown" if inspect(connection).get_table_names() else "empty"
            script = _script()
            if at == script.get_current_head():
                return "newest"
            return (
                "behind" if at in {revision.revision for revision in script.walk_revisions()} else "unknown"
            )
    except OperationalError as problem:
        raise Unreachable(one_line(problem)) from None
    finally:
        engine.dispose()


def knows(revision: str) -> bool:
    """Whether this code has the migration a database (or a backup of one) stands at."""
    return revision in {known.revision for known in _script().walk_revisions()}


def upgrade(url: str) -> None:
    """Run the missing migrations, one process at a time; all of them or none."""
    config = Config(str(PROJECT / "migrations" / "alembic.ini"))
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as problem:
        raise Unreachable(one_line(problem)) from None
    finally:
        engine.dispose()


def one_line(problem: Exception) -> str:
    """What a database driver has to say, without the statement and the rest."""
    said = str(getattr(problem, "orig", None) or problem).strip().splitlines()
    return said[0].strip() if said else type(problem).__name__


def _engine(url: str) -> Engine:
    return create_engine(driver_url(url), connect_args={"connect_timeout": CONNECT_SECONDS})


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(PROJECT / "migrations"))
