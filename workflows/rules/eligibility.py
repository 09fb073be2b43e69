"""Whether a bid may be funded at all: one set of checks from the quick checker to the offer."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.cases import FAILED_CHECKS, reads
from workflows.machine import Blocker, Request
from workflows.rules import sizes
from workflows.rules.money import in_words
from workflows.rules.organisation_kinds import LEGAL_FORMS, SECTORS, in_sentence
from workflows.rules.schedule import day_in_words
from workflows.rules.sizes import Figures, Size, SizeTest
from workflows.rules.subsidy import within

# Values of `company_status` in the public data API of Companies House (its api-enumerations).
ACTIVE = "active"
NOT_TRADING = frozenset(
    {
        "dissolved",
        "liquidation",
        "receivership",
        "administration",
        "voluntary-arrangement",
        "converted-closed",
        "insolvency-proceedings",
        "closed",
        "removed",
    }
)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """What the checks need to know of an organisation, its group included; nothing where it is not known."""

    authority: str | None
    staff: int | None
    turnover_pence: int | None
    assets_pence: int | None
    registered_on: date | None
    legal_form: str | None = None
    sector: str | None = None
    is_trading: bool | None = None
    is_solvent: bool | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the checks need to know of a bid itself; nothing where it is not known.

    `other_lead_bids` counts the organisation's own bids to this fund that are sent in and undecided.
    """

    other_lead_bids: int | None = None
    asked_pence: int | None = None
    received_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a round asks of an organisation, and of a bid. An empty collection or nothing asks nothing.

    `assistance_pence` is the limit of minimal financial assistance on the day of asking.
    """

    authorities: Collection[str]
    size_test: SizeTest | None = None
    registered_by: date | None = None
    legal_forms: Collection[str] = ()
    sectors: Collection[str] = ()
    must_be_trading: bool = False
    must_be_solvent: bool = False
    one_lead_bid: bool = False
    award_range: tuple[int, int] | None = None
    assistance_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what is asked, whether it is met (nothing: not known yet), and the reason in a sentence."""

    key: str
    question: str
    met: bool | None
    reason: str


def checks(enterprise: Enterprise, terms: Terms) -> tuple[Check, ...]:
    """Every check of the round, met or not, in the order the pages show them."""
    return tuple(_checks(enterprise, terms))


def entry_checks(entry: Entry, terms: Terms) -> tuple[Check, ...]:
    """Every check of the bid itself, met or not: those of the organisation come before."""
    return tuple(_entry_checks(entry, terms))


def open_checks(found: Sequence[Check]) -> tuple[str, ...]:
    """The reasons of the checks nobody can answer yet."""
    return tuple(check.reason for check in found if check.met is None)


def failed_checks(found: Sequence[Check]) -> tuple[str, ...]:
    """The reasons of the checks that are not met."""
    return tuple(check.reason for check in found if check.met is False)


def sentence(check: Check) -> str:
    """The reason of a check as a sentence of its own."""
    return f"{check.reason[0].upper()}{check.reason[1:]}."


def trading_by(company_status: str | None) -> bool | None:
    """Whether a company trades, by how it stands at Companies House.

    A company that is wound up, struck off or in an insolvency does not. One that is active may be dormant
    all the same, so that it trades stays to be shown.
    """
    return False if company_status in NOT_TRADING else None


def solvent_by(company_status: str | None) -> bool | None:
    """Whether a company is in no insolvency and not wound up, by how it stands at Companies House."""
    return True if company_status == ACTIVE else trading_by(company_status)


@reads(FAILED_CHECKS)
def no_check_failed(_case: Any, request: Request) -> Iterator[Blocker]:
    """What fails a check is neither passed on nor offered money."""
    return (
        Blocker("check_failed", f"Not met: {check}.", "Ask the applicant, or end the bid.")
        for check in FAILED_CHECKS.read(request)
    )


def _checks(enterprise: Enterprise, terms: Terms) -> Iterator[Check]:
    yield _place(enterprise, terms)
    if terms.size_test is not None:
        yield _size(enterprise, terms.size_test)
    if terms.registered_by is not None:
        yield _registration(enterprise, terms.registered_by)
    if terms.legal_forms:
        yield _legal_form(enterprise, terms.legal_forms)
    if terms.must_be_trading:
        yield _trading(enterprise)
    if terms.must_be_solvent:
        yield _solvent(enterprise)
    if terms.sectors:
        yield _sector(enterprise, terms.sectors)


def _entry_checks(entry: Entry, terms: Terms) -> Iterator[Check]:
    if terms.one_lead_bid:
        yield _one_lead_bid(entry)
    if terms.award_range is not None:
        yield _award_range(entry, *terms.award_range)
    if terms.assistance_pence is not None:
        yield _headroom(entry, terms, terms.assistance_pence)


def _place(enterprise: Enterprise, terms: Terms) -> Check:
    question = "Is it based in the city region, or does it do significant work there?"
    if enterprise.authority is None:
        return Check("place", question, None, "nobody has confirmed which district it works in")
    met = enterprise.authority in terms.authorities
    reason = "it works in one of the six districts" if met else "its site lies outside the six districts"
    return Check("place", question, met, reason)


def _size(enterprise: Enterprise, test: SizeTest) -> Check:
    question = f"Does it pass the size test “{test.name}”?"
    passed = size_passed(enterprise, test)
    if passed is None:
        return Check("size", question, None, "its staff, turnover and gross assets are not all known")
    return Check("size", question, passed, ("" if passed else "it does not pass: ") + _size_in_words(test))


def size_passed(enterprise: Enterprise, test: SizeTest) -> bool | None:
    """Whether the enterprise passes; nothing while an unknown figure could still change the answer."""
    figures = Figures(enterprise.staff, enterprise.turnover_pence, enterprise.assets_pence)
    found = sizes.size(figures, sizes.own_test(test))
    return None if found is None else found is not Size.LARGE


def _size_in_words(test: SizeTest) -> str:
    own = sizes.own_test(test)
    return sizes.in_words(own, own.sizes[Size.MEDIUM])


def _registration(enterprise: Enterprise, by: date) -> Check:
    question = f"Was it registered by {day_in_words(by)}?"
    if enterprise.registered_on is None:
        return Check("registered", question, None, "its date of registration is not known")
    met = enterprise.registered_on <= by
    reason = f"it was registered on {day_in_words(enterprise.registered_on)}"
    return Check("registered", question, met, reason)


def _legal_form(enterprise: Enterprise, allowed: Collection[str]) -> Check:
    question = "Is it a kind of organisation this fund supports?"
    if enterprise.legal_form is None:
        return Check("legal_form", question, None, "its legal form is not known")
    met = enterprise.legal_form in allowed
    kind = in_sentence(enterprise.legal_form, LEGAL_FORMS)
    unfit = "" if met else "of a kind this fund does not support: "
    return Check("legal_form", question, met, f"it is {unfit}{kind}")


def _trading(enterprise: Enterprise) -> Check:
    question = "Is it trading, and in no insolvency?"
    if enterprise.is_trading is None:
        return Check("trading", question, None, "it is not known whether it is trading")
    reason = "it is trading" if enterprise.is_trading else "it is not trading, or it is in an insolvency"
    return Check("trading", question, enterprise.is_trading, reason)


def _solvent(enterprise: Enterprise) -> Check:
    question = "Is it in no insolvency, and not being wound up?"
    if enterprise.is_solvent is None:
        return Check("solvent", question, None, "it is not known whether it is in an insolvency")
    reason = "it is in no insolvency" if enterprise.is_solvent else "it is in an insolvency, or wound up"
    return Check("solvent", question, enterprise.is_solvent, reason)


def _sector(enterprise: Enterprise, allowed: Collection[str]) -> Check:
    question = "Does it work in a sector this fund supports?"
    if enterprise.sector is None:
        return Check("sector", question, None, "its sector is not known")
    met = enterprise.sector in allowed
    sector = in_sentence(enterprise.sector, SECTORS)
    unfit = "" if met else "a sector this fund does not support: "
    return Check("sector", question, met, f"it works in {unfit}{sector}")


def _one_lead_bid(entry: Entry) -> Check:
    question = "Is this the only bid it leads that waits for a decision?"
    if entry.other_lead_bids is None:
        return Check("one_lead_bid", question, None, "it is not known whether it leads another bid")
    met = entry.other_lead_bids == 0
    reason = "it leads no other bid" if met else "it leads another bid to this fund that is not decided yet"
    return Check("one_lead_bid", question, met, reason)


def _award_range(entry: Entry, least: int, most: int) -> Check:
    question = f"Does it ask for {in_words(least)} to {in_words(most)}?"
    if entry.asked_pence is None:
        return Check("award_range", question, None, "it is not known how much it asks for")
    met = beyond(entry.asked_pence, least, most) == 0
    return Check("award_range", question, met, f"it asks for {in_words(entry.asked_pence)}")


def beyond(asked_pence: int, least: int, most: int) -> int:
    """How far an amount lies outside its range: below it negative, above it positive, both ends inside."""
    return min(0, asked_pence - least) or max(0, asked_pence - most)


def _headroom(entry: Entry, terms: Terms, limit: int) -> Check:
    """What was received and the amount asked for, or the least there is, fit under the limit together."""
    least = terms.award_range[0] if terms.award_range else 0
    asked = least if entry.asked_pence is None else entry.asked_pence
    question = f"Does it fit under the limit of {in_words(limit)} of minimal financial assistance?"
    if entry.received_pence is None:
        return Check("headroom", question, None, "it is not known what other assistance it received")
    met = within(limit, entry.received_pence, asked)
    left = max(0, limit - entry.received_pence)
    over = "" if met else f", and it asks for {in_words(asked)}"
    return Check("headroom", question, met, f"{in_words(left)} is left under the limit{over}")
