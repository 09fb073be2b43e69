"""`fundapp doctor`: look at everything an installation needs and say plainly what is missing."""

import click

from fundapp import migrating
from fundapp.cli.checks import findings
from fundapp.config import load_settings
from fundapp.embedded import provided

MARKS = {"ok": "  ok  ", "note": " note ", "wrong": "WRONG "}


@click.command()
def doctor() -> None:
    """Check packages, fonts, database, roles, queue, files and mail.

    Ends with 0 when all is well, 1 when something is wrong, 2 when the settings cannot be used.
    """
    given = load_settings()
    with provided(given) as settings:
        if given.database_url is None and migrating.state(str(settings.migrator_url)) == "empty":
            migrating.upgrade(str(settings.migrator_url))
        wrong = 0
        for finding in findings(settings):
            click.echo(f"{MARKS[finding.verdict]} {finding.subject}: {finding.line}")
            wrong += finding.verdict == "wrong"
    if wrong:
        click.echo(f"{wrong} thing{'s' * (wrong > 1)} to put right")
        raise SystemExit(1)
    click.echo("all is well")


COMMANDS = (doctor,)
