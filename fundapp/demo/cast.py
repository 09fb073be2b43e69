"""The people of the invented region: the personas of the demo bar, and everybody around them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from fundapp.demo import names
from fundapp.services import joining, organisations, personas
from fundapp.services.organisations import Details
from fundapp.services.personas import BY_KEY, PERSONAS
from workflows.actors import Role

if TYPE_CHECKING:
    from fundapp.services.organisations import Organisation
    from fundapp.services.personas import Person

ASSESSORS = 40
WRACKLINE = "Wrackline Sensing (invented)"
WRACKLINE_NUMBER = 147
BOARD = 8


class Cast:
    """Everybody by the part they play. `firms` grows as firms apply: (organisation, its lead)."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.persona = {
            each.key: personas.invent(each.name, each.email, each.role, _place_of(each.email))
            for each in PERSONAS
        }
        self.assessors = [self.persona["assessor"], *_several(Role.ASSESSOR, ASSESSORS - 1, "assessors", 100)]
        self.members = [
            self.persona["board_member"],
            *_several(Role.BOARD_MEMBER, BOARD - 2, "board", 200),
        ]
        self.finance = [
            self.persona["finance"],
            self.persona["second_finance"],
            self.persona["third_finance"],
            *_several(Role.FINANCE, 1, "region", 300),
        ]
        self._made = 0
        self.wrackline = self._wrackline()

    @property
    def officer(self) -> Person:
        """Who runs the rounds."""
        return self.persona["officer"]

    @property
    def chair(self) -> Person:
        """Who chairs the board."""
        return self.persona["board_chair"]

    @property
    def board(self) -> list[Person]:
        """Everybody who sits on the board."""
        return [self.chair, *self.members]

    def firm(self) -> Firm:
        """A new invented firm with the person who leads its bids."""
        number, self._made = self._made, self._made + 1
        name = names.firm(number)
        lead_name = names.person(number)
        lead = personas.invent(
            lead_name, names.mail(f"{lead_name} {number}", f"firm{number}"), Role.APPLICANT, name
        )
        return Firm(organisations.register(self._details(name, number + 1000), lead), lead)

    def _wrackline(self) -> Firm:
        lead = self.persona["applicant"]
        return Firm(organisations.register(self._details(WRACKLINE, WRACKLINE_NUMBER), lead), lead)

    def colleague(self) -> Person:
        """Somebody else who acts for the persona's own firm."""
        domain = self.wrackline.lead.email.partition("@")[2]
        who = personas.invent("Tomasz Bell", f"tomasz.bell@{domain}", Role.APPLICANT, WRACKLINE)
        firm = self.wrackline
        joining.answer(joining.ask(firm.organisation, who), firm.lead, lets_in=True)
        return who

    def _details(self, name: str, number: int) -> Details:
        authority, postcode = names.DISTRICTS[number % len(names.DISTRICTS)]
        return Details(
            name=name,
            company_number=names.company_number(number),
            postcode=postcode,
            authority=authority,
            legal_form="limited_company",
            staff_count=self.random.randint(3, 60),
            turnover_pence=self.random.randint(20, 900) * 1_000_000,
            gross_assets_pence=self.random.randint(5, 300) * 1_000_000,
        )


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation and the person who leads its bids."""

    organisation: Organisation
    lead: Person


def _several(role: Role, count: int, place: str, first: int) -> list[Person]:
    people = [names.person(first + number) for number in range(count)]
    return [
        personas.invent(name, names.mail(f"{name} {number}", place), role, None)
        for number, name in enumerate(people)
    ]


def _place_of(email: str) -> str | None:
    return WRACKLINE if email == BY_KEY["applicant"].email else None
