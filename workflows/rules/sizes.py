"""How large an organisation counts by each named test, on one year's figures; never one flag for all."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from workflows.rules import money
from workflows.rules.schedule import day_in_words

YEAR = 12
LONGEST_ACCOUNTS = 18  # months: Companies Act 2006 s.392(5)


class Size(StrEnum):
    """What an organisation counts as under one test."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


WORDS: Mapping[Size, str] = {
    Size.MICRO: "Micro",
    Size.SMALL: "Small",
    Size.MEDIUM: "Medium-sized",
    Size.LARGE: "Large",
}


@dataclass(frozen=True, slots=True)
class SizeTest:
    """A fund's own test. `at_least` of the three must lie under their limits; staff may be a must."""

    name: str
    staff_under: int
    turnover_under_pence: int
    assets_under_pence: int
    at_least: int = 2
    staff_must: bool = False
    limits_included: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """One year of an organisation, nothing where it is not known. `months` is what its accounts cover."""

    staff: int | None
    turnover_pence: int | None
    assets_pence: int | None
    months: int = YEAR


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one size: people, and turnover and gross assets in pence, or in cents of the euro."""

    staff: int
    turnover: int
    assets: int


@dataclass(frozen=True, slots=True)
class NamedTest:
    """A test by its name: the limits of each size, the smallest first; whatever fits none of them is large.

    `at_least` of the three figures must lie within their limits, and staff among them where they are a must.
    An included limit says “not more than”, any other “under”. `by_month` shortens the limit of turnover
    with the period of the accounts. `assumption` says what nobody has confirmed.
    """

    name: str
    sizes: Mapping[Size, Limits]
    source: str
    at_least: int = 2
    staff_must: bool = False
    staff_included: bool = True
    money_included: bool = True
    in_euros: bool = False
    by_month: bool = False
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the figures of a year count as under one test: a size, or nothing while too little is known."""

    test: NamedTest
    size: Size | None

    @property
    def words(self) -> str:
        """The size as people read it; a test that knows one size alone takes everybody below it along."""
        if self.size is None:
            return "Not known yet"
        if self.size is Size.MEDIUM and len(self.test.sizes) == 1:
            return "Small or medium-sized"
        return WORDS[self.size]

    @property
    def because(self) -> str:
        """The limits behind it."""
        if self.size is not None and self.size in self.test.sizes:
            return in_words(self.test, self.test.sizes[self.size])
        largest = in_words(self.test, list(self.test.sizes.values())[-1])
        return f"not within {largest}" if self.size else f"its largest limits: {largest}"


def _millions(staff: int, turnover: str, assets: str) -> Limits:
    return Limits(staff, *(int(Decimal(each) * 100_000_000) for each in (turnover, assets)))


NEW_LIMITS_FROM = date(2025, 4, 6)
COMPANIES_ACT = NamedTest(
    name="Companies Act, periods from 6 April 2025",
    sizes={
        Size.MICRO: _millions(10, "1", "0.5"),
        Size.SMALL: _millions(50, "15", "7.5"),
        Size.MEDIUM: _millions(250, "54", "27"),
    },
    source="Companies Act 2006 ss.384A, 382 and 465, for periods that begin on or after 6 April 2025",
    by_month=True,
)
COMPANIES_ACT_BEFORE = NamedTest(
    name="Companies Act, periods before 6 April 2025",
    sizes={
        Size.MICRO: _millions(10, "0.632", "0.316"),
        Size.SMALL: _millions(50, "10.2", "5.1"),
        Size.MEDIUM: _millions(250, "36", "18"),
    },
    source="Companies Act 2006 ss.384A, 382 and 465, for periods that began before 6 April 2025",
    by_month=True,
)
EU_STYLE = NamedTest(
    name="EU-style, as UK grant calls use it",
    sizes={
        Size.MICRO: _millions(10, "2", "2"),
        Size.SMALL: _millions(50, "10", "10"),
        Size.MEDIUM: _millions(250, "50", "43"),
    },
    source="Recommendation 2003/361/EC, as UK grant calls quote it",
    staff_must=True,
    staff_included=False,
    in_euros=True,
    assumption="the money limits of micro and small, and the rate of the euro",
)

# Pounds for a euro, by the day a rate began to be used here. An assumption until somebody confirms it.
EURO: Mapping[date, Decimal] = {date(2020, 1, 1): Decimal("0.85")}


def counted(figures: Figures, ended_on: date | None, *own: SizeTest) -> tuple[Counted, ...]:
    """What one year's figures count as under each test that applies to that year, those of funds last.

    Without a year the newest limits apply. The Companies Act and the EU-style test look at two years in a
    row before a size changes: this says what one year's figures say.
    """
    tests = (companies_act(ended_on, figures.months), EU_STYLE, *map(own_test, own))
    return tuple(Counted(test, size(figures, test, ended_on)) for test in tests)


def size(figures: Figures, test: NamedTest, ended_on: date | None = None) -> Size | None:
    """The smallest size whose limits the figures fit; nothing while an unknown figure could change that."""
    for each, limits in test.sizes.items():
        fits = within(figures, test, limits, ended_on)
        if fits is not False:
            return each if fits else None
    return Size.LARGE


def within(figures: Figures, test: NamedTest, limits: Limits, ended_on: date | None = None) -> bool | None:
    """Whether the figures fit these limits; nothing while an unknown figure could still change the answer."""
    rate = Fraction(euro_on(ended_on)) if test.in_euros else Fraction(1)
    part = Fraction(figures.months, YEAR) if test.by_month else Fraction(1)
    staff = _under(figures.staff, Fraction(limits.staff), included=test.staff_included)
    turnover = _under(figures.turnover_pence, limits.turnover * rate * part, included=test.money_included)
    assets = _under(figures.assets_pence, limits.assets * rate, included=test.money_included)
    if test.staff_must and staff is not True:
        return staff
    found = (staff, turnover, assets)
    if found.count(True) >= test.at_least:
        return True
    return None if found.count(True) + found.count(None) >= test.at_least else False


def companies_act(ended_on: date | None, months: int = YEAR) -> NamedTest:
    """The limits of the Companies Act for a period of so many months that ends on this day."""
    is_old = ended_on is not None and _begun_on(ended_on, months) < NEW_LIMITS_FROM
    return COMPANIES_ACT_BEFORE if is_old else COMPANIES_ACT


def own_test(test: SizeTest) -> NamedTest:
    """A fund's own test in the form of the others: within its limits, or large."""
    limits = Limits(test.staff_under, test.turnover_under_pence, test.assets_under_pence)
    return NamedTest(
        name=test.name,
        sizes={Size.MEDIUM: limits},
        source="the terms of the fund",
        at_least=test.at_least,
        staff_must=test.staff_must,
        staff_included=test.limits_included,
        money_included=test.limits_included,
    )


def euro_on(day: date | None) -> Decimal:
    """Pounds for a euro on a day: the rate in use then, before all the first, without a day the newest."""
    begun = [start for start in EURO if day is None or start <= day]
    return EURO[max(begun) if begun else min(EURO)]


def in_words(test: NamedTest, limits: Limits) -> str:
    """The limits of one size in a phrase."""
    staff = f"{_word(included=test.staff_included)} {limits.staff} staff"
    word = _word(included=test.money_included)
    turnover, assets = (_amount(each, test) for each in (limits.turnover, limits.assets))
    if test.staff_must:
        return f"{staff}, and one of: turnover {word} {turnover}, gross assets {word} {assets}"
    count = {1: "one", 2: "two", 3: "all three"}[test.at_least]
    return f"{count} of: turnover {word} {turnover}, {staff}, gross assets {word} {assets}"


def wrong_with_year(ended_on: date, today: date) -> str:
    """What is wrong with the day a year of accounts is said to have ended on; empty where nothing is."""
    if ended_on > today:
        return f"Enter the end of a year that is over: {day_in_words(ended_on)} is still to come"
    return ""


def _under(value: int | None, limit: Fraction, *, included: bool) -> bool | None:
    if value is None:
        return None
    return value <= limit if included else value < limit


def _begun_on(ended_on: date, months: int) -> date:
    following = ended_on + timedelta(days=1)
    year, month = divmod(following.year * YEAR + following.month - 1 - months, YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(following.day, last))


def _word(*, included: bool) -> str:
    return "up to" if included else "under"


def _amount(limit: int, test: NamedTest) -> str:
    words = money.in_words(limit)
    return words.replace("£", "€") if test.in_euros else words
