"""Whom a command acts for: `--as EMAIL`, or the one person who could be meant."""

import click

from fundapp.access import held_by
from fundapp.methods.mail_addresses import email_address
from fundapp.models.people import Person
from fundapp.queries import acting
from fundapp.services.demo_clock import is_demo
from workflows.actors import Permission

as_option = click.option(
    "--as",
    "email",
    metavar="EMAIL",
    help="Whose act this is. Not needed while only one person may do it.",
)


def actor(email: str | None, permission: Permission) -> Person:
    """The person named, who must hold the permission; without a name the only one who does.

    In a demonstration, where everybody is invented, it is the first of them.
    """
    if email is None:
        return _the_only_one(permission)
    try:
        person = acting.named(email_address(email.strip()))
    except ValueError as mistake:
        raise click.BadParameter(str(mistake), param_hint="--as") from None
    if person is None or permission not in held_by(person):
        raise click.BadParameter(f"{email} is nobody who may do this ({permission})", param_hint="--as")
    return person


def _the_only_one(permission: Permission) -> Person:
    able = acting.able_to(permission)
    if not able:
        raise click.UsageError(
            "nobody may do this yet: add somebody with `fundapp users add EMAIL --name NAME --role officer`"
        )
    if len(able) > 1 and not is_demo():
        raise click.UsageError(f"{len(able)} people may do this: say who with --as EMAIL")
    return able[0]
