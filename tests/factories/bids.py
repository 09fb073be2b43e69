"""Bids for tests: begun, filled in and sent in through the service verbs."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import answers, bids, organisations, submissions
from fundapp.services.bids import Money, Project
from fundapp.services.organisations import Details
from tests.factories import costs, people, rounds
from workflows.funds.definition import FundDefinition, Question
from workflows.funds.kinds import ANSWERED, UNKNOWN, Span, Value, example_of

FIRM = Details(
    name="Wrackline Sensing Ltd",
    company_number="ZZ000147",
    postcode="CH41 1AA",
    authority="E08000015",
    legal_form="limited_company",
    staff_count=14,
    turnover_pence=90_000_000,
    gross_assets_pence=20_000_000,
)
# Both funds that come with the project ask for these.
DECLARED = ("true", "may_sign", "other_money", "not_started", "publication", "use_of_ai")
PROJECT = Project(
    title="Self-cleaning tide sensors for working docks",
    summary="Sensors that keep themselves clean, so that dock gates open on time.",
    theme="zero_carbon_economy",
    starts_on=date(2027, 4, 1),
    months=12,
)


def firm(actor: Person, details: Details = FIRM) -> Organisation:
    """An organisation this person applies for."""
    return organisations.register(details, actor)


def draft(call: Round, actor: Person, organisation: Organisation, title: str = PROJECT.title) -> Application:
    """A bid just begun."""
    return bids.start(call, organisation, title, actor)


def complete(
    bid: Application,
    actor: Person,
    project: Project = PROJECT,
    words: str = "Some words.",
    money: Money = costs.MONEY,
) -> Application:
    """The same bid with everything filled in that was empty."""
    bids.save_project(bid, project, bid.project_version, actor)
    costs.write(bid, actor, money)
    answered = answers.answers_of(bid)
    for question in (each for each in bid.round.rules.of_kind(*ANSWERED) if each.key not in answered):
        span = Span(project.starts_on, project.months)
        answers.save(bid, question.key, answer_to(question, words, span), 0, actor)
    return bid


def answer_to(question: Question, words: str = "Some words.", span: Span = UNKNOWN) -> Value:
    """A sound answer, as it is kept: these words to a question that asks for words."""
    return {"text": f"{question.label} {words}"} if question.kind == "text" else example_of(question, span)


def complete_draft(
    call: Round, actor: Person, organisation: Organisation, title: str = PROJECT.title
) -> Application:
    """A bid that lacks nothing."""
    bid = draft(call, actor, organisation, title)
    fields: Mapping[str, object] = {name: getattr(PROJECT, name) for name in Project.__slots__}
    return complete(bid, actor, Project(**dict(fields) | {"title": title}))  # type: ignore[arg-type]


def lead_of_draft(fund: FundDefinition | None = None) -> int:
    """Who leads the one bid of an open round of the demonstration, which is just begun."""
    rounds.begin_demo()
    call = rounds.open_round(people.officer(), fund=fund)
    lead = people.applicant()
    draft(call, lead, firm(lead))
    return lead.id


def lead_of_complete_draft() -> int:
    """The same, when it lacks nothing."""
    lead = db.session.get_one(Person, lead_of_draft())
    complete(db.session.scalars(select(Application)).one(), lead)
    return lead.id


def lead_of_sent_bid() -> int:
    """The same, when it is sent in."""
    lead = db.session.get_one(Person, lead_of_complete_draft())
    send_in(db.session.scalars(select(Application)).one(), lead)
    return lead.id


def send_in(bid: Application, actor: Person, key: str = "first press") -> Submission:
    """Send a complete bid in."""
    return submissions.submit(bid, key=key, signatory=actor.name, declared=DECLARED, actor=actor)
