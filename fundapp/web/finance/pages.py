"""The blueprint of finance's addresses, what they load, and the doors their pages show."""

from dataclasses import dataclass
from typing import cast

from flask import Blueprint

from fundapp import clock
from fundapp.access import held_by
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.people import Person
from fundapp.queries import awards, claims
from fundapp.services import casework
from fundapp.services.casework import Case
from fundapp.web import sessions
from workflows.actors import Permission
from workflows.machine import Blocker, Facts, Request

pages = Blueprint("finance", __name__, url_prefix="/finance")

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Door:
    """A step, and what stops this person from taking it now."""

    action: str
    label: str
    stops: tuple[Blocker, ...]


def me() -> Person:
    """Whoever is signed in; every page here asks for somebody."""
    return cast("Person", sessions.person())


def mine() -> frozenset[Permission]:
    """What my roles let me do, on anything that is not my own."""
    return held_by(me())


def the_award(ref: str) -> Award | None:
    """The award an address names."""
    return awards.by_reference(ref)


def the_claim(number: int) -> Claim | None:
    """The claim an address names."""
    return claims.by_id(number)


def the_run(number: int) -> PaymentRun | None:
    """The payment run an address names by its number."""
    return claims.run_by_number(number)


def the_account(number: int) -> BankAccount | None:
    """The bank details an address names."""
    return claims.account_by_id(number)


def doors(case: Case, actions: tuple[str, ...], facts: Facts) -> dict[str, Door]:
    """The steps that lead on from here, each with what stops it; steps of other states are left out.

    The page's guard has already shown that this is not the person's own award; what their roles grant is
    then theirs here, and the verb behind each door asks again.
    """
    machine = casework.machine_of(case)
    request = Request(mine(), clock.now(), me().id, facts)
    return {
        action: Door(action, step.label, step.blockers(case, request))
        for action in actions
        if (step := machine.transition(case.state, action)) is not None
    }


def number_in(text: str | None) -> int | None:
    """A row's number from an address, or nothing when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def counted(count: int, one: str, many: str) -> str:
    """One claim, 12 claims: small numbers as words read best in a title."""
    number = NUMBERS[count] if count < len(NUMBERS) else format(count, ",")
    return f"{number} {one if count == 1 else many}"


def in_words(count: int) -> str:
    """Two, 12: the number that begins a title."""
    return NUMBERS[count].capitalize() if count < len(NUMBERS) else format(count, ",")


def capital(sentence: str) -> str:
    """The sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]
