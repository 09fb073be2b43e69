"""Private PostgreSQL and Valkey for a laptop, the demo and the tests: no server has to be installed."""

from fundapp.embedded.accounts import EmbeddedError
from fundapp.embedded.places import far_home
from fundapp.embedded.postgres import PostgresServer, create_database, drop_database
from fundapp.embedded.sandbox import Sandbox, demo_home, sandbox
from fundapp.embedded.servers import Servers, provided, throw_away_home
from fundapp.embedded.valkey import ValkeyServer

__all__ = [
    "EmbeddedError",
    "PostgresServer",
    "Sandbox",
    "Servers",
    "ValkeyServer",
    "create_database",
    "demo_home",
    "drop_database",
    "far_home",
    "provided",
    "sandbox",
    "throw_away_home",
]
