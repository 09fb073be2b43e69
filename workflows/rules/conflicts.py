"""Conflicts of interest that records show without anybody declaring them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.rules.identifiers import own_domain


class Kind(StrEnum):
    """Where a conflict was found."""

    TEAM = "team"
    ORGANISATION = "organisation"
    COMPANY_NUMBER = "company_number"
    EMAIL_DOMAIN = "email_domain"
    INTEREST = "interest"
    PAST_EMPLOYER = "past_employer"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One conflict found, in a sentence that names its ground and no more."""

    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of a person who may assess, sit on a board or decide. Organisations are ids."""

    organisations: frozenset[int] = frozenset()
    company_numbers: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    interests: frozenset[int | str] = frozenset()
    past_employers: frozenset[int | str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bidders:
    """Everybody on a bid's side: the lead, co-applicants and the people who act for them."""

    organisations: frozenset[int] = frozenset()
    company_numbers: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()


def found(reader: Reader, bidders: Bidders) -> tuple[Conflict, ...]:
    """Every conflict between a person and a bid; interests and past employers go by id or company number."""
    return tuple(_found(reader, bidders))


def _found(reader: Reader, bidders: Bidders) -> Iterator[Conflict]:
    known: frozenset[int | str] = bidders.organisations | bidders.company_numbers
    if reader.organisations & bidders.organisations:
        yield Conflict(Kind.ORGANISATION, "This person belongs to an organisation on this bid.")
    elif reader.emails & bidders.emails:
        yield Conflict(Kind.TEAM, "This person takes part in this bid.")
    if reader.company_numbers & bidders.company_numbers:
        yield Conflict(Kind.COMPANY_NUMBER, "This person's company number is on this bid.")
    for domain in sorted(shared_domains(reader.emails, bidders.emails)):
        yield Conflict(Kind.EMAIL_DOMAIN, f"This person and the bid share the e-mail domain {domain}.")
    if reader.interests & known:
        yield Conflict(Kind.INTEREST, "This person declared an interest in an organisation on this bid.")
    if reader.past_employers & known:
        yield Conflict(Kind.PAST_EMPLOYER, "This person used to work for an organisation on this bid.")


def shared_domains(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Domains of one organisation that both sides write from; public mail hosts say nothing.

    A department's domain (lab.firm.example) belongs to the firm's (firm.example).
    """
    left = {domain for address in some if (domain := own_domain(address))}
    right = {domain for address in others if (domain := own_domain(address))}
    return frozenset(
        min(one, other, key=len)
        for one in left
        for other in right
        if _within(one, other) or _within(other, one)
    )


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.endswith(f".{outer}")
