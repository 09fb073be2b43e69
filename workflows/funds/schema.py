"""Loads a fund from a TOML file and explains every mistake in it at once, by key path, in plain words."""

import tomllib
from collections.abc import Iterable
from typing import Any

from workflows import pathways
from workflows.funds import definition as made
from workflows.funds import form_file
from workflows.funds.agreement import WHOLE_WEIGHT, disagreements
from workflows.funds.reading import Mistake, Table
from workflows.rules.budget import BODIES, Rung
from workflows.rules.cost_sheets import FIGURES
from workflows.rules.costs import Category
from workflows.rules.funding import RESEARCH, SIZES, Rate
from workflows.rules.organisation_kinds import LEGAL_FORMS, SECTORS
from workflows.rules.quorum import Majority, Settings
from workflows.rules.rd_spend import CITY_REGION
from workflows.rules.sizes import SizeTest

LARGEST_BYTES = 100_000
MOST_DOTS = 100  # on one line: a dotted key of thousands of parts would take the parser minutes
INSTRUMENTS = ("grant", "equity", "convertible_loan")
GIVEN_ON = ("acceptance",)


class FundMistakesError(Exception):
    """A fund's file cannot be used; `mistakes` holds everything that is wrong with it."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class UnreadableFile(FundMistakesError):
    """What is in the file is no TOML at all, or too much of it."""

    def __init__(self, why: str) -> None:
        super().__init__([Mistake("", why)])


def load(content: bytes) -> made.FundDefinition:
    """The fund a file describes; `FundMistakesError` lists every mistake when there are any."""
    values = parsed(content)
    mistakes: list[Mistake] = []
    root = Table(values, "", mistakes)
    fund = _fund(root)
    root.done()
    if not mistakes:
        mistakes.extend(disagreements(fund, values))
    if mistakes:
        raise FundMistakesError(mistakes)
    return fund


def parsed(content: bytes) -> dict[str, Any]:
    """The values of a TOML file; `UnreadableFile` says why it is none, or too large to be read."""
    if len(content) > LARGEST_BYTES:
        raise UnreadableFile(f"The file has {len(content):,} bytes; {LARGEST_BYTES:,} are allowed.")
    dots = max(line.count(b".") for line in content.split(b"\n"))
    if dots > MOST_DOTS:
        raise UnreadableFile(f"The file has a line with {dots:,} dots; {MOST_DOTS} are allowed.")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFile("The file is not UTF-8 text.") from None
    except RecursionError:
        raise UnreadableFile("The file nests brackets too deeply.") from None
    except ValueError as error:
        raise UnreadableFile(f"The file is not TOML: {str(error)[:200]}.") from None


def _fund(root: Table) -> made.FundDefinition:
    fund = root.table("fund")
    found = made.FundDefinition(
        slug=fund.key("slug"),
        name=fund.text("name", 100),
        prefix=_prefix(fund),
        summary=fund.text("summary", 1_000),
        instrument=fund.one_of("instrument", INSTRUMENTS),
        pathway=fund.one_of("pathway", pathways.names()),
        pathway_version=fund.number("pathway_version", 1, 1_000),
        award=_award(root.table("award")),
        assessment=_assessment(root.table("assessment")),
        eligibility=_eligibility(root.table("eligibility")),
        promises=_promises(root.table("promises")),
        board=_board(root.table("board")),
        criteria=root.tables("criteria", _criterion, 20),
        themes=root.tables("themes", _theme, 40),
        authorities=root.tables("authorities", _authority, len(CITY_REGION)),
        ladder=root.tables("ladder", _rung, 20),
        budgets=root.tables("budget", _budget, 20),
        costs=_cost_basis(root.table("costs")),
        categories=root.tables("cost_categories", _category, 20),
        rates=(root.maybe("rates", lambda key: root.tables(key, _rate, 9)) or ()),
        sections=root.tables("sections", form_file.section, 20),
        mfa_limits=root.tables("mfa_limits", _mfa_limit, 20),
        assumptions=root.tables("assumptions", _assumption, 200),
    )
    fund.done()
    return found


def _prefix(fund: Table) -> str:
    prefix = fund.text("prefix", 6)
    if prefix and not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        fund.wrong("prefix", "must be 1 to 6 capital letters, which begin every reference")
    return prefix


def _award(table: Table) -> made.AwardTerms:
    found = made.AwardTerms(
        least_pence=table.pounds("least_pounds"),
        most_pence=table.pounds("most_pounds"),
        rate_bp=table.percent("intervention_rate_percent"),
        retention_bp=table.percent("retention_percent"),
        accept_within_days=table.number("accept_within_days", 1, 365),
        given_on=table.one_of("given_on", GIVEN_ON),
        recycles_receipts=table.flag("recycles_receipts"),
    )
    if found.least_pence > found.most_pence:
        table.wrong("least_pounds", "is more than most_pounds")
    table.done()
    return found


def _assessment(table: Table) -> made.AssessmentTerms:
    found = made.AssessmentTerms(
        assessors_per_bid=table.number("assessors_per_bid", 1, 20),
        threshold=table.number("threshold", 0, 100),
        spread_limit=table.number("spread_limit", 0, 100),
    )
    table.done()
    return found


def _eligibility(table: Table) -> made.Eligibility:
    size_test = _size_test(table.table("size_test")) if table.has("size_test") else None
    found = made.Eligibility(
        size_test=size_test,
        registered_by=table.maybe("registered_by", table.day),
        legal_forms=table.maybe("legal_forms", lambda key: table.some_of(key, LEGAL_FORMS)) or (),
        sectors=table.maybe("sectors", lambda key: table.some_of(key, SECTORS)) or (),
        must_be_trading=table.maybe("must_be_trading", table.flag) or False,
        must_be_solvent=table.maybe("must_be_solvent", table.flag) or False,
        one_lead_bid=table.maybe("one_lead_bid", table.flag) or False,
    )
    table.done()
    return found


def _size_test(table: Table) -> SizeTest:
    found = SizeTest(
        name=table.text("name", 100),
        staff_under=table.number("staff_under", 1, 1_000_000),
        turnover_under_pence=table.pounds("turnover_under_pounds"),
        assets_under_pence=table.pounds("gross_assets_under_pounds"),
        at_least=table.number("at_least", 1, 3),
    )
    table.done()
    return found


def _promises(table: Table) -> made.Promises:
    found = made.Promises(
        answer_questions_working_days=table.number("answer_questions_working_days", 1, 60),
        check_days=table.number("check_days", 1, 365),
        assess_days=table.number("assess_days", 1, 365),
        hear_days=table.number("hear_days", 1, 365),
        pay_days=table.number("pay_days", 1, 365),
    )
    table.done()
    return found


def _board(table: Table) -> Settings:
    majority = table.one_of("majority", tuple(Majority))
    found = Settings(
        quorum=table.number("quorum", 1, 100),
        majority=Majority(majority) if majority in tuple(Majority) else Majority.ABLE_TO_VOTE,
        casting_vote=table.flag("casting_vote"),
    )
    table.done()
    return found


def _criterion(table: Table) -> made.CriterionTerms:
    most = table.number("max_score", 1, 10)
    guide = table.texts("guide")
    if guide and len(guide) != most + 1:
        table.wrong(
            "guide", f"must describe each mark from 0 to {most}, {most + 1} texts; it has {len(guide)}"
        )
    return made.CriterionTerms(
        key=table.key(),
        name=table.text("name", 80),
        prompt=table.text("prompt"),
        weight=table.number("weight", 1, WHOLE_WEIGHT),
        max_score=most,
        threshold=table.maybe("threshold", lambda key: table.number(key, 1, most)),
        guide=guide,
    )


def _theme(table: Table) -> made.Named:
    return made.Named(table.key(), table.text("name", 100))


def _authority(table: Table) -> made.Named:
    code, name = table.one_of("code", CITY_REGION), table.text("name", 60)
    if CITY_REGION.get(code, name) != name:
        table.wrong("name", f"must be {CITY_REGION[code]}, which {code} stands for")
    return made.Named(code, name)


def _rung(table: Table) -> Rung:
    return Rung(
        instrument=table.one_of("instrument", INSTRUMENTS),
        up_to_pence=table.maybe("up_to_pounds", table.pounds),
        body=table.one_of("body", BODIES),
        call_in_days=table.number("call_in_clear_working_days", 0, 60),
    )


def _budget(table: Table) -> made.Budget:
    return made.Budget(table.number("financial_year", 2000, 2100), table.pounds("pounds"))


def _cost_basis(table: Table) -> made.CostBasis:
    found = made.CostBasis(
        working_days=table.number("working_days", 1, 366),
        flat_overheads_bp=table.percent("flat_overheads_percent"),
    )
    table.done()
    return found


def _rate(table: Table) -> Rate:
    return Rate(
        research=table.one_of("research", RESEARCH),
        size=table.one_of("size", SIZES),
        rate_bp=table.percent("percent"),
    )


def _category(table: Table) -> Category:
    return Category(
        key=table.key(),
        name=table.text("name", 60),
        max_share_bp=table.maybe("max_percent", table.percent),
        max_pence=table.maybe("max_pounds", table.pounds),
        kind=table.one_of("kind", FIGURES),
    )


def _mfa_limit(table: Table) -> made.MfaLimit:
    return made.MfaLimit(table.day("from_date"), table.pounds("mfa_pounds"), table.pounds("spei_pounds"))


def _assumption(table: Table) -> made.Assumption:
    return made.Assumption(table.text("path", 100), table.text("note", 500))
