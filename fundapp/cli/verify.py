"""Proofs on the command line: the record of events, the ledger and the R&D total, each against its source.

Exit codes: 0 nothing found, 1 something does not agree (each place on a line of its own), 2 cannot be read.
"""

import sys
from collections import Counter
from collections.abc import Iterable

import click

from fundapp.cli.office import office
from fundapp.services import anchors, verification
from fundapp.services.verification import Finding
from fundapp.transaction import one_instant

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
    """Derive every posting anew from events and compare; add every sum up again.

    What is promised and not yet posted is said and counted, and is no fault.
    """
    with office(), one_instant():
        count = verification.census()
        _answer(verification.verify_ledger())
        click.echo(f"{count.transactions} ledger transactions are what {count.events} events say")


@click.group()
def rd() -> None:
    """Prove the R&D spend total."""


@rd.command("verify")
def verify_total() -> None:
    """Derive every R&D entry anew from events and compare; add every sum up again.

    What is promised and not yet entered is said and counted, and is no fault.
    """
    with office(), one_instant():
        count = verification.census()
        _answer(verification.verify_rd())
        click.echo(f"{count.rd_entries} R&D entries are what {count.events} events say")


def _answer(findings: Iterable[Finding]) -> None:
    """Say each finding and how many there are of a kind; with a fault, end with exit code 1."""
    count: Counter[bool] = Counter()
    for finding in findings:
        count[finding.is_fault] += 1
        if count.total() <= MOST_LINES:
            click.echo(str(finding), err=True)
    faults, promised = count[True], count[False]
    if promised:
        is_are = "is" if promised == 1 else "are"
        click.echo(f"{promised} {is_are} still promised: no fault, workers will see to it", err=True)
    if faults:
        click.echo(f"{faults} {'place does' if faults == 1 else 'places do'} not agree", err=True)
        sys.exit(1)


COMMANDS = (audit, ledger, rd)
