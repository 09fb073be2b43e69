"""The columns of a round's bids: what is known of every bid, and a column for each question of the form."""

from collections.abc import Callable, Iterator, Mapping

from fundapp.methods.mail_addresses import email_address
from fundapp.services.imports.columns import ANSWER, Column
from fundapp.services.imports.values import LONGEST_TEXT, day, instant, line, passage, whole
from workflows.funds import completeness, kinds
from workflows.funds.answering import answered_by
from workflows.funds.definition import AwardTerms, Named, Question
from workflows.funds.kinds import Value
from workflows.funds.pinned import Pinned
from workflows.rules import money
from workflows.rules.identifiers import company_number, name_key, postcode
from workflows.rules.organisation_kinds import LEGAL_FORMS, SECTORS

LONGEST_REF = 60
LONGEST_NAME = 200
LONGEST_CONTACT = 120
LONGEST_SUMMARY = 5_000
MOST_MONTHS = 60
MOST_STAFF = 10_000_000


def columns_of(rules: Pinned) -> list[Column]:
    """The columns of a round's bids, the questions of its form included."""
    return [
        *_about_the_bidder(),
        *_about_the_project(),
        *_about_the_money(rules.award),
        *_of_choice(rules),
        *map(_answer, asked(rules)),
    ]


def asked(rules: Pinned) -> tuple[Question, ...]:
    """The questions a bid answers on pages of their own."""
    return tuple(rules.of_kind(*kinds.ANSWERED))


def _about_the_bidder() -> Iterator[Column]:
    yield Column("bid_ref", line(LONGEST_REF), "your own reference of the bid", "A-001", needed=True)
    yield Column(
        "organisation",
        line(LONGEST_NAME),
        "the name of the organisation",
        "Wrackline Sensing Ltd",
        needed=True,
    )
    yield Column("company_number", company_number, "its company number, if it has one", "ZZ000147")
    yield Column("contact_name", line(LONGEST_CONTACT), "who leads the bid", "Marguerite Osei", needed=True)
    yield Column(
        "contact_email",
        email_address,
        "that person’s e-mail address",
        "m.osei@wrackline.example",
        needed=True,
    )
    yield Column("postcode", postcode, "the postcode where it works", "CH41 1AA", needed=True)


def _about_the_project() -> Iterator[Column]:
    yield Column(
        "title",
        line(completeness.LONGEST_TITLE),
        "the title of the project",
        "Sensors for docks",
        needed=True,
    )
    yield Column(
        "summary",
        passage(LONGEST_SUMMARY),
        f"a summary for everybody, up to {completeness.LONGEST_SUMMARY} words",
        "Sensors that keep themselves clean, so that dock gates open on time.",
        needed=True,
    )


def _about_the_money(award: AwardTerms) -> Iterator[Column]:
    asked = (award.least_pence + award.most_pence) // 2 // money.WHOLE * money.WHOLE
    cost = asked * money.WHOLE // (award.rate_bp or money.WHOLE)
    yield Column("total_cost", money.parse, "what the project costs, in pounds", _pounds(cost), needed=True)
    yield Column("grant_requested", money.parse, "what is asked for, in pounds", _pounds(asked), needed=True)
    yield Column(
        "match_funding", money.parse, "what others pay, in pounds (empty: nought)", _pounds(cost - asked)
    )
    yield Column(
        "rd_share", money.parse_percent, "how much of the cost is R&D, in percent", "80", needed=True
    )
    yield Column("submitted_at", instant, "when it was sent in, UK time (empty: now)")


def _pounds(pence: int) -> str:
    return money.in_words(pence).removeprefix("£")


def _of_choice(rules: Pinned) -> Iterator[Column]:
    if rules.themes:
        names = ", ".join(each.key for each in rules.themes)
        yield Column("theme", _named(rules.themes), f"its theme: {names}", rules.themes[0].key)
    places = ", ".join(each.name for each in rules.authorities)
    yield Column(
        "district", _named(rules.authorities), f"where it works: {places}", rules.authorities[-1].name
    )
    if rules.eligibility.legal_forms:
        yield _kind("legal_form", "what kind of organisation it is", LEGAL_FORMS)
    if rules.eligibility.sectors:
        yield _kind("sector", "which sector it works in", SECTORS)
    yield Column("starts_on", day, "the day it starts", "2027-04-01")
    yield Column("months", whole(1, MOST_MONTHS), "how many months it takes", "12")
    yield Column("staff_count", whole(0, MOST_STAFF), "how many people work there, the group included", "14")
    yield Column("turnover", money.parse, "its turnover in the last full year, in pounds", "900,000")
    yield Column("gross_assets", money.parse, "its gross assets, in pounds", "200,000")


def _kind(name: str, what: str, known: Mapping[str, str]) -> Column:
    named = tuple(Named(key, text) for key, text in known.items())
    return Column(name, _named(named), f"{what}: {', '.join(known)}", next(iter(known)))


def _answer(question: Question) -> Column:
    return Column(
        f"{ANSWER}{question.key}",
        _value(question),
        f"“{question.label}”, {answered_by(question)[0].lower()}{answered_by(question)[1:]}",
        kinds.ANSWERED[question.kind].example(question),
    )


def _value(question: Question) -> Callable[[str], Value]:
    """Reads a cell as an answer to this question; an empty cell is none."""
    text_of = passage(LONGEST_TEXT)
    return lambda cell: kinds.from_cell(question, text_of(cell))


def _named(choices: tuple[Named, ...]) -> Callable[[str], str]:
    known = {name_key(text): each.key for each in choices for text in (each.key, each.name)}

    def read(text: str) -> str:
        key = known.get(name_key(text))
        if key is None:
            raise ValueError(f"Enter one of: {', '.join(each.name for each in choices)}")
        return key

    return read
