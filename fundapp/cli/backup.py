"""`fundapp backup` and `fundapp restore`: the database and the files, together."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from fundapp import backups
from fundapp.config import load_settings
from fundapp.embedded import provided


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Write the database and all files into DIR, a new or empty folder.

    The pages may go on working meanwhile. The encryption keys (FUNDAPP_ENCRYPTION_KEYS) are not part of
    it: keep them elsewhere; without them sign-in seeds and bank details cannot be read again.
    """
    with provided(load_settings()) as settings:
        try:
            made = backups.take(settings, folder)
        except backups.BackupError as problem:
            _fail(problem)
    click.echo(f"{sum(made.rows.values())} rows and {len(made.files)} files are in {folder}")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def restore(folder: Path) -> None:
    """Put the backup in DIR back into an empty database and verify what came back.

    Every part is checked before anything is written. Mail and other work still promised when the backup
    was taken will be done once workers run.
    """
    with provided(load_settings()) as settings:
        try:
            made = backups.restore(settings, folder)
        except backups.BackupError as problem:
            _fail(problem)
    click.echo(
        f"restored and verified: {sum(made.rows.values())} rows and {len(made.files)} files of {made.made_at}"
    )
    if not backups.is_sealed(folder):
        click.echo(
            "note: this older backup has no SHA-256 of its table of contents, which could not be checked",
            err=True,
        )


def _fail(problem: backups.BackupError) -> NoReturn:
    click.echo(f"fundapp: {problem}", err=True)
    sys.exit(1)


COMMANDS = (backup, restore)
