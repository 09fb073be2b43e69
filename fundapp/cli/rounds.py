"""Rounds from the command line: import bids and marks from files, and write files to start from.

Exit codes: 0 done, 1 there are mistakes or the round refuses (nothing was changed), 2 it cannot be read.
"""

import sys
from pathlib import Path

import click

from fundapp.cli.acting import actor, as_option
from fundapp.cli.office import office
from fundapp.models.funds import Round
from fundapp.queries.rounds import by_ref
from fundapp.services import imports
from fundapp.services.imports import MistakesError, Report, Table, Unreadable
from workflows.actors import Permission
from workflows.machine import Blocked

MOST_LINES = 200
MISTAKEN = 1
UNREADABLE = 2
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
round_option = click.option("--round", "ref", required=True, metavar="REF", help="The round, like FIF7.")


@click.group()
def rounds() -> None:
    """Bring a round's bids in from files."""


@rounds.command("import")
@click.argument("file", type=A_FILE)
@round_option
@click.option("--scores", type=A_FILE, help="Marks in a file of their own; a workbook may hold them too.")
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@as_option
def import_file(file: Path, ref: str, scores: Path | None, dry_run: bool, email: str | None) -> None:
    """File the bids of FILE (CSV or .xlsx, one row a bid) in a round, all of them or none.

    Every row is checked first and every mistake told by row and column. A bid imported before with the
    same content is skipped. docs/importing.md explains the columns.
    """
    bids, marks = _tables(file, scores)
    with office():
        call = _round(ref)
        who = actor(email, Permission.BID_IMPORT)
        try:
            report = imports.import_round(call, bids, who, scores=marks, dry_run=dry_run)
        except MistakesError as found:
            _tell(found)
            sys.exit(MISTAKEN)
        except Blocked as blocked:
            click.echo(f"{blocked} Nothing was changed.", err=True)
            sys.exit(MISTAKEN)
        _say(report, call.ref, dry_run=dry_run)


@rounds.command()
@round_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=".", show_default="this folder",
    help="Where to write them.",
)  # fmt: skip
def template(ref: str, out: Path) -> None:
    """Write an empty file and a filled example of a round, as CSV and as workbooks."""
    with office():
        files = imports.files_of(_round(ref))
    try:
        known = [name for name in files if (out / name).exists()]
        if known:
            raise click.ClickException(f"{out / known[0]} is there already; nothing was written")
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
            click.echo(f"wrote {out / name}")
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written to: {problem.strerror}") from None


def _tables(file: Path, scores: Path | None) -> tuple[Table, Table | None]:
    path = file
    try:
        book = imports.open_bids(path)
        if scores is None:
            return book.bids, book.scores
        if book.scores is not None:
            raise click.UsageError(f"{file} holds a sheet of marks already: leave out --scores")
        path = scores
        return book.bids, imports.open_scores(path)
    except Unreadable as problem:
        click.echo(f"{path} cannot be read. {problem}", err=True)
        sys.exit(UNREADABLE)


def _round(ref: str) -> Round:
    found = by_ref(ref.strip().upper())
    if found is None:
        raise click.BadParameter(f"there is no round {ref!r}", param_hint="--round")
    return found


def _tell(found: MistakesError) -> None:
    for mistake in found.mistakes[:MOST_LINES]:
        click.echo(str(mistake), err=True)
    if found.count > MOST_LINES:
        click.echo(f"and {found.count - MOST_LINES:,} more", err=True)
    number = "1 mistake" if found.count == 1 else f"{found.count:,} mistakes"
    click.echo(f"{number}. Nothing was changed.", err=True)


def _say(report: Report, ref: str, *, dry_run: bool) -> None:
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
    would = "would be " if dry_run else ""
    click.echo(f"{ref}: {report.filed:,} bids {would}filed, {report.skipped:,} skipped as imported before")
    if report.scored or report.scores_skipped:
        click.echo(
            f"{ref}: {report.scored:,} assessments {would}entered,"
            f" {report.scores_skipped:,} skipped as entered before"
        )
    if dry_run:
        click.echo("Nothing was changed.")


COMMANDS = (rounds,)
