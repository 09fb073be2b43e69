"""A small invented region for tests, built only through the public service verbs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Fund, Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import (
    answers,
    assessment,
    assignment,
    bids,
    demo_clock,
    funds,
    moderation,
    organisations,
    personas,
    submissions,
    triage,
)
from fundapp.services.bids import Money, Project
from fundapp.services.organisations import Details
from tests.factories import costs
from tests.factories.bids import DECLARED, answer_to
from workflows.actors import Role
from workflows.funds import schema
from workflows.funds.kinds import ANSWERED, Span
from workflows.rules.cost_sheets import Line

FUNDS = Path(schema.__file__).parent
WIRRAL = "E08000015"
WORDS = "Because it says so."
# A Tuesday morning: no test crosses a midnight, a weekend or a change of the clocks by the hour of its run.
BEGINS = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def now() -> datetime:
    """The demonstration's clock, read in a transaction of its own."""
    instant = clock.now()
    db.session.rollback()
    return instant


def pass_time(**length: float) -> None:
    """Move the clock forward."""
    demo_clock.move_clock(now() + timedelta(**length))


@dataclass
class Region:
    """The people and the fund every test of the road needs."""

    officer: Person
    second_officer: Person
    assessors: list[Person]
    chair: Person
    members: list[Person]
    decider: Person
    finance: list[Person]
    applicants: list[Person] = field(default_factory=list)

    @property
    def board(self) -> list[Person]:
        """Everybody who sits on the board."""
        return [self.chair, *self.members]


def invent_region() -> Region:
    """Mark the database as a demo and invent one person for every part in the road, and some to spare."""
    demo_clock.mark_as_demo(BEGINS)

    def person(name: str, role: Role) -> Person:
        return personas.invent(name, f"{name.lower().replace(' ', '.')}@people.example", role)

    return Region(
        officer=person("Priya Lund", Role.OFFICER),
        second_officer=person("Callum Reyes", Role.OFFICER),
        assessors=[person(f"Assessor {letter}", Role.ASSESSOR) for letter in "ABCD"],
        chair=person("Howell Strand", Role.BOARD_CHAIR),
        members=[person(f"Member {letter}", Role.BOARD_MEMBER) for letter in "ABCDEF"],
        decider=person("Rosalind Petrie", Role.DECIDER),
        finance=[person(f"Finance {letter}", Role.FINANCE) for letter in "ABCD"],
    )


def install(region: Region, slug: str = "future_innovation_fund") -> Fund:
    """Install one of the ready-made funds."""
    return funds.install(schema.load((FUNDS / f"{slug}.toml").read_bytes()), region.officer)


def open_round(
    region: Region, fund: Fund, *, number: int = 7, days: int = 30, budget: int = 80_000_000
) -> Round:
    """Publish a round and let the clock reach its opening."""
    start = now()
    closes_at = start + timedelta(days=days) if fund.definition["pathway"] == "competitive" else None
    dates = funds.Dates(
        opens_at=start + timedelta(hours=1),
        closes_at=closes_at,
        release_at=start + timedelta(days=days + 60) if closes_at else None,
    )
    year = start.year if start.month >= 4 else start.year - 1
    call = funds.plan_round(
        fund,
        number=number,
        title="From prototype to first use",
        summary="Show that it works for a customer.",
        dates=dates,
        budgets={year: budget, year + 1: budget},
        actor=region.officer,
    )
    funds.publish(call, region.officer)
    if closes_at is None:
        funds.plan_batch(call, start + timedelta(days=days), region.officer)
    pass_time(hours=2)
    return call


def apply(
    region: Region, call: Round, number: int, *, pence: int = 5_000_000, bought_in: Sequence[Line] = ()
) -> Application:
    """A complete bid by a company of its own, sent in."""
    applicant = personas.invent(f"Applicant {number}", f"lead@firm{number}.example", Role.APPLICANT)
    region.applicants.append(applicant)
    firm = register_firm(applicant, number)
    bid = bids.start(call, firm, f"Idea {number}", applicant)
    bids.save_project(bid, project(call, number), bid.project_version, applicant)
    costs.write(bid, applicant, half_of_it(pence), bought_in)
    for question in call.rules.of_kind(*ANSWERED):
        answers.save(
            bid,
            question.key,
            answer_to(question, "What we say.", Span(bid.starts_on, bid.months)),
            0,
            applicant,
        )
    submissions.submit(
        bid, key=f"press-{number}", signatory=applicant.name, declared=list(DECLARED), actor=applicant
    )
    return bid


def register_firm(applicant: Person, number: int) -> Organisation:
    """A small company in Wirral that can get money."""
    return organisations.register(
        Details(
            name=f"Firm {number} Ltd",
            company_number=f"ZZ{number:06}",
            postcode="CH41 1AA",
            authority=WIRRAL,
            legal_form="limited_company",
            staff_count=14,
            turnover_pence=100_000_000,
            gross_assets_pence=20_000_000,
        ),
        applicant,
    )


def half_of_it(pence: int) -> Money:
    """Half of it from us, 80% of it R&D."""
    return Money(2 * pence, pence, pence, 8_000)


def project(call: Round, number: int) -> Project:
    """For a year from the next quarter."""
    start = (now() + timedelta(days=120)).date().replace(day=1)
    themes = call.rules.themes
    return Project(
        title=f"Idea {number}",
        summary="A summary everybody may read.",
        theme=themes[0].key if themes else None,
        starts_on=start,
        months=12,
    )


def assess(
    region: Region, call: Round, bids_in: list[Application], marks: list[int], words: str = WORDS
) -> None:
    """Take every bid through triage and assessment; the n-th bid gets the n-th mark from everybody."""
    triage.take_up_all(call, region.officer)
    for bid in bids_in:
        open_checks = {check.key: True for check in triage.checks_of(bid)}
        triage.accept(bid, region.officer, findings=open_checks)
    assignment.propose(call, region.officer)
    assignment.invite_all(call, region.officer)
    wanted = {bid.id: mark for bid, mark in zip(bids_in, marks, strict=True)}
    for reading in _readings(call):
        mark_reading(reading, wanted[reading.application_id], words)
    moderation.close_all(call, region.officer)


def mark_reading(reading: Assessment, mark: int, words: str = WORDS) -> None:
    """One assessor reads one bid and gives every criterion the same mark."""
    assessor = reading.assessor
    assessment.accept(reading, assessor)
    for criterion in reading.application.round.criteria:
        assessment.save_mark(reading, criterion, assessor, score=mark, comment=words)
    assessment.submit(reading, assessor)


def _readings(call: Round) -> list[Assessment]:
    return list(
        db.session.scalars(
            select(Assessment)
            .join(Application, Application.id == Assessment.application_id)
            .where(Application.round_id == call.id)
            .order_by(Assessment.id)
        )
    )
