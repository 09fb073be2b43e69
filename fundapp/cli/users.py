"""People from the command line: how the first administrator of an installation comes in."""

import click

from fundapp.cli.office import office
from fundapp.methods.mail_addresses import email_address
from fundapp.services import people
from workflows.actors import Role
from workflows.machine import Blocked

LONGEST_NAME = 120
ROLES = [role.value for role in Role if role is not Role.PUBLIC]


@click.group()
def users() -> None:
    """Add people who work with the funds."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Their name, as others will see it.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they will do.")
def add(email: str, name: str, role: str) -> None:
    """Give EMAIL an account and a role, and print a one-time link to choose a password.

    The link works once and for a limited time; running the command again gives a fresh one.
    """
    address = _address(email)
    wanted = _name(name)
    with office():
        try:
            person, link = people.invite(wanted, address, Role(role), None)
        except Blocked as blocked:
            raise click.ClickException(str(blocked)) from None
        if person.name != wanted:
            click.echo(f"{person.email} is on record as {person.name}, and keeps that name.", err=True)
        click.echo(f"{person.name} <{person.email}> is invited as {role}. Open this to choose a password:")
        click.echo(link)


def _name(name: str) -> str:
    """The name on one line, as long as the forms take it."""
    if not name.strip() or not name.isprintable():
        raise click.BadParameter("must be a name in plain letters", param_hint="--name")
    tidy = " ".join(name.split())
    if len(tidy) > LONGEST_NAME:
        raise click.BadParameter(
            f"has {len(tidy):,} letters; {LONGEST_NAME} are allowed", param_hint="--name"
        )
    return tidy


def _address(email: str) -> str:
    """The address in the form accounts are kept under, by the same rule as every form."""
    try:
        return email_address(email.strip())
    except ValueError as mistake:
        raise click.BadParameter(str(mistake), param_hint="EMAIL") from None


COMMANDS = (users,)
