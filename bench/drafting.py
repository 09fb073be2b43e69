"""Makes drafts that are ready to be sent in, many at a time, for whoever measures submissions."""

from dataclasses import dataclass
from datetime import date
from random import Random

from fundapp import chain, clock
from fundapp.bulk import insert_many
from fundapp.demo import budgets, names
from fundapp.demo.answers import answer_to
from fundapp.demo.cast import Cast
from fundapp.demo.timeline import Timeline
from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from fundapp.models.costs import CostShare
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services import bids, costs, organisations, personas
from fundapp.services.bids import Money, Project
from fundapp.services.organisations import Details
from fundapp.transaction import transaction
from workflows.actors import Role
from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED, Span, Value, example_of
from workflows.rules.cost_sheets import as_data

GRANT = 5_000_000
MONEY = Money(2 * GRANT, GRANT, GRANT, 8_000)


@dataclass(frozen=True, slots=True)
class Draft:
    """A bid that only has to be signed, the id and name of who leads it, and what they declare."""

    reference: str
    lead_id: int
    lead_name: str
    declarations: tuple[str, ...]


def drafts(cast: Cast, line: Timeline, call: Round, count: int, leads: int) -> list[Draft]:
    """So many complete drafts, shared out among as many leads.

    Each is of an organisation of its own: one may lead one bid to the fund at a time.
    """
    made: list[Draft] = []
    for number in range(min(leads, count)):
        lead = personas.invent(f"Lead {number}", f"lead{number}@bench.example", Role.APPLICANT, None)
        share = count // leads + (number < count % leads)
        firms = [organisations.register(_details(cast, len(made) + each), lead) for each in range(share)]
        made += _drafts(line, call, firms, lead)
    return made


@transaction()
def _drafts(
    line: Timeline, call: Round, firms: list[organisations.Organisation], lead: Person
) -> list[Draft]:
    if not firms:
        return []
    first = bids.take_numbers(call, len(firms))
    made = [
        bids.draft_of(call, firm, lead, _project(line, call, number), MONEY)
        for number, firm in enumerate(firms)
    ]
    for number, bid in enumerate(made, start=first):
        bids.number_from(bid, number)
        bid.state, bid.state_since = "draft", clock.now()
    db.session.add_all(made)
    db.session.flush()
    steps = {bid.id: [chain.Step("open", None, "draft", bids.opening_facts(bid))] for bid in made}
    chain.begin(Application.case_kind, steps, lead.id)
    questions = list(call.rules.of_kind(*ANSWERED))
    rows = [
        {
            "application_id": bid.id,
            "question": question.key,
            "value": _answer(question, position, bid),
            "version": 1,
            "begun_at": clock.now(),
            "saved_at": clock.now(),
            "saved_by_id": lead.id,
        }
        for bid in made
        for position, question in enumerate(questions)
    ]
    sheet = as_data(budgets.sheet_of(call.rules, GRANT, Random(GRANT)))
    shares = [
        {"application_id": bid.id, "number": costs.LEAD,
         "sheet": sheet | {"rate_bp": call.rules.award.rate_bp}, "version": 1,
         "saved_at": clock.now(), "saved_by_id": lead.id, "created_at": clock.now()}
        for bid in made
    ]  # fmt: skip
    db.session.execute(insert_many(CostShare, shares))
    db.session.execute(insert_many(Answer, rows))
    return [Draft(bid.reference, lead.id, lead.name, tuple(call.rules.declarations)) for bid in made]


def _answer(question: Question, position: int, bid: Application) -> Value:
    if question.kind == "text":
        return {"text": answer_to(question.key, position)}
    return example_of(question, Span(bid.starts_on, bid.months))


def _project(line: Timeline, call: Round, number: int) -> Project:
    themes = call.rules.themes
    start: date = line.first_of_month_after(line.today + 150)
    return Project(
        title=f"{names.idea(number)} {number}", summary=answer_to("answer", 0),
        theme=themes[0].key if themes else None, starts_on=start, months=9,
    )  # fmt: skip


def _details(cast: Cast, number: int) -> Details:
    authority, postcode = names.DISTRICTS[number % len(names.DISTRICTS)]
    return Details(
        name=f"Bench firm {number} (invented)", company_number=names.company_number(900_000 + number),
        postcode=postcode, authority=authority, legal_form="limited_company",
        staff_count=cast.random.randint(3, 60), turnover_pence=90_000_000, gross_assets_pence=20_000_000,
    )  # fmt: skip
