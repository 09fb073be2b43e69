"""`fundapp rounds announce`: set a round up from its TOML file and publish it.

Exit codes: 0 done, 1 the file has mistakes or the rules refuse (nothing was changed), 2 it cannot be read.
"""

import sys
from pathlib import Path
from typing import NoReturn

import click

from fundapp.cli.acting import actor, as_option
from fundapp.cli.funds import loaded
from fundapp.cli.office import office
from fundapp.cli.rounds import A_FILE, MISTAKEN, rounds
from fundapp.queries.rounds import by_ref, fund_of
from fundapp.services import funds
from workflows.actors import Permission
from workflows.funds.round_file import RoundPlan, load_round
from workflows.machine import Blocked
from workflows.rules.schedule import in_words


@rounds.command()
@click.argument("file", type=A_FILE)
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@as_option
def announce(file: Path, dry_run: bool, email: str | None) -> None:
    """Set up the round that FILE (TOML) describes and publish it: from then on its rules are fixed.

    Every mistake in the file is told by its key path. docs/rounds.md shows such a file.
    """
    plan = loaded(file, load_round)
    with office():
        who = actor(email, Permission.ROUND_PUBLISH)
        fund = fund_of(plan.fund)
        if fund is None:
            _refuse(f"round.fund: there is no fund {plan.fund}; `fundapp funds import` installs one.")
        if by_ref(f"{fund.prefix}{plan.number}") is not None:
            _refuse(f"round.number: there is a round {fund.prefix}{plan.number} already.")
        try:
            call = funds.announce(fund, plan, who, dry_run=dry_run)
        except Blocked as blocked:
            _refuse(str(blocked))
        if dry_run:
            click.echo(f"{plan.title}: no mistakes. Nothing was changed.")
            return
        click.echo(f"{call.ref} is published by {who.name}: {_dates(plan)}")


def _dates(plan: RoundPlan) -> str:
    closes = f", closes {in_words(plan.closes_at)}" if plan.closes_at else ""
    return f"opens {in_words(plan.opens_at)}{closes}"


def _refuse(why: str) -> NoReturn:
    click.echo(f"{why}\nNothing was changed.", err=True)
    sys.exit(MISTAKEN)
