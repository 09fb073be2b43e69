"""Proofs on the command line: the record of events, the ledger and the R&D total, each against its source.

Exit codes: 0 nothing found, 1 something does not agree (each place on a line of its own), 2 cannot be read.
"""

import sys
from collections.abc import Iterable

import click

from fundapp.cli.office import office
from fundapp.services import anchors, verification
from fundapp.services.verification import Finding

MOST_LINES = 1_000


@click.group()
def audit() -> None:
    """Prove the record of what happened."""


@audit.command("verify")
def verify_record() -> None:
    """Walk every chain of events and compare them with the anchors, inside the database and outside it."""
    with office():
        count = verification.census()
        outside = anchors.file_outside()
        _answer([*verification.verify_events(), *verification.verify_anchors()])
        click.echo(f"{count.events} events in unbroken chains, {count.anchors} anchors agree")
        if not outside.exists():
            click.echo(f"note: there is no file of anchors outside the database ({outside})")


@click.group()
def ledger() -> None:
    """Prove the money."""


@ledger.command("verify")
def verify_money() -> None:
    """Derive every posting anew from events and compare; add every sum up again."""
    with office():
        count = verification.census()
        _answer(verification.verify_ledger())
        click.echo(f"{count.transactions} ledger transactions are what {count.events} events say")


@click.group()
def rd() -> None:
    """Prove the R&D spend total."""


@rd.command("verify")
def verify_total() -> None:
    """Derive every R&D entry anew from events and compare; add every sum up again."""
    with office():
        count = verification.census()
        _answer(verification.verify_rd())
        click.echo(f"{count.rd_entries} R&D entries are what {count.events} events say")


def _answer(findings: Iterable[Finding]) -> None:
    """Say each finding; with any, end with exit code 1."""
    found = 0
    for finding in findings:
        found += 1
        if found <= MOST_LINES:
            click.echo(str(finding), err=True)
    if found:
        click.echo(f"{found} {'place does' if found == 1 else 'places do'} not agree", err=True)
        sys.exit(1)


COMMANDS = (audit, ledger, rd)
