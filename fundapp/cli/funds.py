"""Funds from the command line: install one from its TOML file, or bring it to a new definition.

Exit codes: 0 done, 1 the file has mistakes (nothing was changed), 2 it cannot be read.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from fundapp.cli.acting import actor, as_option
from fundapp.cli.office import office
from fundapp.services import funds as verbs
from workflows.actors import Permission
from workflows.funds import schema
from workflows.funds.schema import LARGEST_BYTES, FundMistakesError, UnreadableFile
from workflows.machine import Blocked

MISTAKEN = 1
UNREADABLE = 2
T = TypeVar("T")


@click.group()
def funds() -> None:
    """Install funds from their files."""


@funds.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the file and change nothing.")
@as_option
def import_file(file: Path, dry_run: bool, email: str | None) -> None:
    """Install the fund that FILE (TOML) describes; every mistake in it is told by its key path.

    A fund of the same slug gets the new definition; rounds already set up keep the one they pinned.
    """
    definition = loaded(file, schema.load)
    if dry_run:
        click.echo(f"{definition.name}: no mistakes. Nothing was changed.")
        return
    with office():
        who = actor(email, Permission.FUND_EDIT)
        try:
            fund = verbs.install(definition, who)
        except Blocked as blocked:
            click.echo(f"{blocked}\n1 mistake in {file}. Nothing was changed.", err=True)
            sys.exit(MISTAKEN)
        click.echo(f"{fund.name} ({fund.prefix}) is installed by {who.name}")
        for assumption in definition.assumptions:
            click.echo(f"assumed: {assumption.path}: {assumption.note}")


def loaded(file: Path, load: Callable[[bytes], T]) -> T:
    """What a TOML file describes; ends the command with every mistake told, or when it cannot be read."""
    try:
        with file.open("rb") as source:
            content = source.read(LARGEST_BYTES + 1)
    except OSError as problem:
        click.echo(f"{file} cannot be read: {problem.strerror}", err=True)
        sys.exit(UNREADABLE)
    try:
        return load(content)
    except UnreadableFile as why:
        click.echo(f"{file} cannot be read. {why} Nothing was changed.", err=True)
        sys.exit(UNREADABLE)
    except FundMistakesError as found:
        for mistake in found.mistakes:
            click.echo(str(mistake), err=True)
        number = "1 mistake" if len(found.mistakes) == 1 else f"{len(found.mistakes)} mistakes"
        click.echo(f"{number} in {file}. Nothing was changed.", err=True)
        sys.exit(MISTAKEN)


COMMANDS = (funds,)
