"""Drives a round of the demonstration step by step, each step by the verbs the pages use."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time
from random import Random
from typing import TYPE_CHECKING

from fundapp.demo import budgets, names
from fundapp.demo.answers import answer_to
from fundapp.demo.cast import Cast, Firm
from fundapp.demo.comments import comment_on
from fundapp.demo.timeline import Timeline
from fundapp.queries import assessments as readings
from fundapp.services import (
    answers,
    assessment,
    assignment,
    bids,
    funds,
    moderation,
    organisations,
    size_facts,
    submissions,
    teams,
    triage,
)
from fundapp.services.bids import Project
from fundapp.services.size_facts import Said
from workflows.funds.definition import FundDefinition
from workflows.funds.kinds import ANSWERED, Span, example_of
from workflows.rules import schedule
from workflows.team import Part

if TYPE_CHECKING:
    from fundapp.queries.assessments import Assessment
    from fundapp.services.bids import Application
    from fundapp.services.board import Meeting
    from fundapp.services.funds import Fund, Round
    from fundapp.services.personas import Person

HARSH = -1.6
CONFLICTS = 0.02
UNTIL_PROJECTS_START = 180
NOON = time(12)
NINE = time(9)


@dataclass
class Call:
    """A round of the demonstration, its bids in the order they came in, and how good each really is."""

    round: Round
    bids: list[Application] = field(default_factory=list)
    worth: dict[int, float] = field(default_factory=dict)
    meeting: Meeting | None = None


def install(cast: Cast, definition: FundDefinition) -> Fund:
    """Install a fund, or bring the one that is there to what is said of it now."""
    return funds.install(definition, cast.officer)


def open_round(
    cast: Cast,
    line: Timeline,
    fund: Fund,
    *,
    number: int,
    title: str,
    summary: str,
    opens: int,
    closes: int | None,
    hears: int | None,
    budget: int,
) -> Call:
    """Publish a round a day before it opens; days are counted from today, negative before it."""
    line.go(opens - 1)
    closes_at = line.at(closes, NOON) if closes is not None else None
    dates = funds.Dates(
        opens_at=line.at(opens, NINE),
        closes_at=closes_at,
        checked_by_on=line.day(closes + 10) if closes is not None else None,
        assessed_by_on=line.day(closes + 42) if closes is not None else None,
        board_on=line.day(hears - 6) if hears is not None else None,
        hear_by_on=line.day(hears) if hears is not None else None,
        release_at=line.at(hears, NINE) if hears is not None else None,
    )
    year = schedule.financial_year(line.day(opens + UNTIL_PROJECTS_START))
    call = funds.plan_round(
        fund,
        number=number,
        title=title,
        summary=summary,
        dates=dates,
        budgets={year: budget - budget // 4, year + 1: budget // 4},
        actor=cast.officer,
    )
    funds.publish(call, cast.officer)
    line.go(opens, NINE)
    return Call(call)


def write(
    cast: Cast,
    line: Timeline,
    call: Call,
    firm: Firm,
    *,
    answered: int | None = None,
    title: str | None = None,
) -> Application:
    """Start a bid and write it: every question, or only the first few of a draft."""
    number = len(call.bids)
    serial = call.round.number * 7 + number
    bid = bids.start(call.round, firm.organisation, title or names.idea(serial), firm.lead)
    bids.save_project(bid, _project(cast.random, line, call, bid.title), bid.project_version, firm.lead)
    budgets.write(bid, _asked(cast.random, call), cast.random, firm.lead)
    for question in [*call.round.rules.of_kind(*ANSWERED)][:answered]:
        answer = (
            {"text": answer_to(question.key, serial)}
            if question.kind == "text"
            else example_of(question, Span(bid.starts_on, bid.months))
        )
        answers.save(bid, question.key, answer, 0, firm.lead)
    call.bids.append(bid)
    call.worth[bid.id] = cast.random.gauss(3.5, 0.75)
    return bid


def gather_team(bid: Application, firm: Firm, colleague: Person) -> None:
    """Give a bid a team: a colleague who went on with an answer, and somebody asked in who has not come."""
    question = next(each for each in bid.round.rules.questions if each.kind == "text")
    words = {"text": f"{answer_to(question.key, 0)} Two harbour masters have seen it at work."}
    answers.save(bid, question.key, words, 1, colleague)
    teams.change_part(bid, colleague.id, Part.FINANCE, firm.lead)
    teams.invite(bid, "ifor.penrose@ledgerwell.example", Part.READER, firm.lead)


def keep_record(cast: Cast, line: Timeline, firm: Firm) -> None:
    """Fill in a firm's record: where it is registered, and two years of its size, one of them compared."""
    where = firm.organisation
    organisations.update(
        where, replace(organisations.place_of(where), registered_postcode="L3 0ZZ"), firm.lead
    )
    last, before = (date(line.day(line.today).year - ago, 3, 31) for ago in (1, 2))
    filed = size_facts.state(where, Said(9, 48_200_000, 21_500_000, before), firm.lead)
    size_facts.verify(where, filed.id, cast.officer)
    size_facts.state(where, Said(14, 91_000_000, 38_400_000, last), firm.lead)


def send_in(bid: Application, firm: Firm) -> None:
    """Sign and submit a bid."""
    submissions.submit(
        bid,
        key=f"demo-{bid.reference}",
        signatory=firm.lead.name,
        declared=list(bid.round.rules.declarations),
        actor=firm.lead,
    )


def check_all(cast: Cast, call: Call, *, ineligible: int = 0) -> None:
    """Take the round's bids through triage; the last few do not pass."""
    triage.take_up_all(call.round, cast.officer)
    taken = [bid for bid in call.bids if bid.state == "in_triage"]
    for position, bid in enumerate(taken):
        met = {check.key: True for check in triage.checks_of(bid)}
        if position < len(taken) - ineligible:
            triage.accept(bid, cast.officer, findings=met)
        else:
            failed = met | {next(iter(met)): False}
            triage.find_ineligible(
                bid, cast.officer, reason="The work would be done outside the six districts.", findings=failed
            )


def hand_out(cast: Cast, call: Call) -> None:
    """Propose readers for every bid and invite them."""
    assignment.propose(call.round, cast.officer)
    assignment.invite_all(call.round, cast.officer)


def read(cast: Cast, call: Call, *, until: float = 1.0) -> None:
    """Let assessors read: all of it, or the first part. Now and then one finds a conflict."""
    found = readings.of_bids([bid.id for bid in call.bids if bid.state == "in_assessment"])
    asked = [each for reads in found.values() for each in reads if each.state == "invited"]
    for reading in asked[: int(len(asked) * until)]:
        if cast.random.random() < CONFLICTS:
            reason = "I advised this firm two years ago."
            assessment.declare_conflict(reading, reading.assessor, reason=reason)
        else:
            _mark(cast, call, reading)


def close_marking(cast: Cast, call: Call) -> None:
    """Close every bid that is fully read; what disagrees goes to moderation and stands."""
    moderation.close_all(call.round, cast.officer)
    for bid in call.bids:
        if bid.state == "in_moderation":
            moderation.settle(
                bid, cast.persona["second_officer"], outcome="stands", reason="Both views are well argued."
            )


def ranked(call: Call) -> list[Application]:
    """The bids that were scored, best first."""
    scored = [bid for bid in call.bids if bid.state in ("recommended", "not_recommended")]
    return sorted(scored, key=lambda bid: (-(bid.score or 0), bid.id))


def severity_of(cast: Cast, assessor: Person) -> float:
    """How much more or less than a bid is worth an assessor gives; one of them is harsh."""
    if assessor.id == cast.assessors[5].id:
        return HARSH
    return Random(assessor.id).gauss(0, 0.35)  # noqa: S311 - invented marks


def _mark(cast: Cast, call: Call, reading: Assessment) -> None:
    assessor = reading.assessor
    severity = severity_of(cast, assessor)
    assessment.accept(reading, assessor)
    for criterion in call.round.criteria:
        felt = call.worth[reading.application_id] + severity + cast.random.gauss(0, 0.45)
        mark = min(criterion.max_score, max(0, round(felt)))
        comment = comment_on(criterion.key, mark, reading.id)
        assessment.save_mark(reading, criterion, assessor, score=mark, comment=comment)
    assessment.submit(reading, assessor)


def _asked(random: Random, call: Call) -> int:
    terms = call.round.rules.award
    return random.randint(terms.least_pence // 100_000, terms.most_pence // 100_000) * 100_000


def _project(random: Random, line: Timeline, call: Call, title: str) -> Project:
    start = line.first_of_month_after(line.today + 150)
    themes = call.round.rules.themes
    return Project(
        title=title,
        summary=f"{title}. We have a working prototype and two customers who will test it with us.",
        theme=random.choice(themes).key if themes else None,
        starts_on=start,
        months=random.choice((6, 9, 12)),
    )
