"""`fundapp migrate`: bring the database to the tables this version expects."""

import click

from fundapp import migrating
from fundapp.cli.office import state_of
from fundapp.config import load_settings
from fundapp.embedded import provided


@click.command()
def migrate() -> None:
    """Bring the database to the newest migration, as the role of DATABASE_URL_MIGRATOR."""
    with provided(load_settings()) as settings:
        url = str(settings.migrator_url)
        before = state_of(url)
        if before == "unknown":
            click.echo(
                "this is a database of something else, or of a newer fundapp; nothing was changed", err=True
            )
            raise SystemExit(1)
        migrating.upgrade(url)
        click.echo("nothing to do" if before == "newest" else "the database is at the newest migration")


COMMANDS = (migrate,)
