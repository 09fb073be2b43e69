"""A migrated database of its own for each test, which may take it to another migration and back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from fundapp.config import PROJECT
from fundapp.database import driver_url
from fundapp.embedded import Servers
from tests import databases


@dataclass(frozen=True, slots=True)
class Steps:
    """The migrations of a database, seen by its superuser, who may write anything into it."""

    connection: Connection
    config: Config

    def down(self, revision: str) -> None:
        """Undo every migration after this one."""
        command.downgrade(self.config, revision)

    def up(self) -> None:
        """Bring it to the newest migration."""
        command.upgrade(self.config, "head")


@pytest.fixture
def steps(servers: Servers, process_number: int) -> Iterator[Steps]:
    """The migrations of a database that is gone afterwards."""
    name = f"carried_over_{process_number}"
    databases.ensure_template(servers)
    databases.renew(servers, name)
    engine = create_engine(driver_url(servers.postgres.url("superuser", name)))
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        yield Steps(connection, config)
    engine.dispose()
    servers.postgres.drop_database(name)
