"""Whether a bid may be funded at all: one set of checks for the quick checker, submission and the offer."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workflows.rules.money import in_words
from workflows.rules.schedule import day_in_words


@dataclass(frozen=True, slots=True)
class SizeTest:
    """A named test of size. `at_least` of the three must lie under their limits; staff may be a must."""

    name: str
    staff_under: int
    turnover_under_pence: int
    assets_under_pence: int
    at_least: int = 2
    staff_must: bool = False
    limits_included: bool = False


@dataclass(frozen=True, slots=True)
class Enterprise:
    """What the checks need to know of an organisation, its group included; nothing where it is not known."""

    authority: str | None
    staff: int | None
    turnover_pence: int | None
    assets_pence: int | None
    registered_on: date | None
    legal_form: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a round asks of an organisation."""

    authorities: Collection[str]
    size_test: SizeTest | None = None
    registered_by: date | None = None
    legal_forms: Collection[str] = ()


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


def open_checks(found: Sequence[Check]) -> tuple[str, ...]:
    """The reasons of the checks nobody can answer yet."""
    return tuple(check.reason for check in found if check.met is None)


def failed_checks(found: Sequence[Check]) -> tuple[str, ...]:
    """The reasons of the checks that are not met."""
    return tuple(check.reason for check in found if check.met is False)


def _checks(enterprise: Enterprise, terms: Terms) -> Iterator[Check]:
    yield _place(enterprise, terms)
    if terms.size_test is not None:
        yield _size(enterprise, terms.size_test)
    if terms.registered_by is not None:
        yield _registration(enterprise, terms.registered_by)
    if terms.legal_forms:
        yield _legal_form(enterprise, terms.legal_forms)


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
    staff = _under(enterprise.staff, test.staff_under, test)
    money = [
        _under(enterprise.turnover_pence, test.turnover_under_pence, test),
        _under(enterprise.assets_pence, test.assets_under_pence, test),
    ]
    if test.staff_must and staff is not True:
        return staff
    results = [staff, *money]
    if results.count(True) >= test.at_least:
        return True
    return None if results.count(True) + results.count(None) >= test.at_least else False


def _under(value: int | None, limit: int, test: SizeTest) -> bool | None:
    if value is None:
        return None
    return value <= limit if test.limits_included else value < limit


def _size_in_words(test: SizeTest) -> str:
    word = "up to" if test.limits_included else "under"
    count = {1: "one", 2: "two", 3: "all three"}[test.at_least]
    return (
        f"{count} of: turnover {word} {in_words(test.turnover_under_pence)}, {word} {test.staff_under} staff,"
        f" gross assets {word} {in_words(test.assets_under_pence)}"
    )


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
    return Check("legal_form", question, met, f"it is: {enterprise.legal_form.replace('_', ' ')}")
