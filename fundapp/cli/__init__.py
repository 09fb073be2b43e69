"""The command line: one file a group of commands, each with help, plain mistakes and clear exit codes.

Exit codes: 0 done, 1 the thing asked for went wrong, 2 it cannot even be tried (settings, servers, words).
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import click
from psycopg import OperationalError as PostgresError
from redis.exceptions import ConnectionError as QueueError
from sqlalchemy.exc import OperationalError as DatabaseError

from fundapp.config import SettingsError
from fundapp.embedded import EmbeddedError
from fundapp.migrating import Unreachable, one_line

UNUSABLE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def fundapp() -> None:
    """Run innovation funds from application to award letter, payment and the regional R&D total."""


# Every module here that offers COMMANDS adds them; a new group of commands is a new file and nothing else.
for _module in sorted(found.name for found in iter_modules(__path__)):
    for _command in getattr(import_module(f"{__name__}.{_module}"), "COMMANDS", ()):
        fundapp.add_command(_command)


def main() -> None:
    """Run the command, and say in one line each what makes it impossible."""
    try:
        fundapp(prog_name="fundapp")
    except SettingsError as mistakes:
        lines = mistakes.lines
    except (EmbeddedError, Unreachable) as problem:
        lines = [str(problem)]
    except (PostgresError, DatabaseError) as problem:
        lines = [f"the database does not answer (DATABASE_URL): {one_line(problem)}"]
    except QueueError as problem:
        lines = [f"the queue does not answer (REDIS_URL): {one_line(problem)}"]
    for line in lines:
        click.echo(f"fundapp: {line}", err=True)
    sys.exit(UNUSABLE)
