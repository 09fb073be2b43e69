"""Rounds whose bids are being read, for tests: taken through the checks, assigned and invited."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services import assessment, assignment, triage
from tests.factories import region as made
from tests.factories.region import Region
from tests.stages import Later, Stages, after, out_of_session, with_everybody


@dataclass
class Reading:
    """A round after its close, its bids, and everybody of the region."""

    region: Region
    call: Round
    bids: list[Application]

    @property
    def officer(self) -> Person:
        """Somebody of the programme team."""
        return self.region.officer


Staged = Callable[..., Reading]


def staged(stages: Stages) -> Staged:
    """Calls a factory of readings once a run, and afterwards fills the database with what it made."""

    def one(build: Callable[[int], Reading], bids: int = 1) -> Reading:
        def made_anew() -> tuple[int, list[int], Region]:
            given = build.rest(one(build.before, bids)) if isinstance(build, Later) else build(bids)
            return given.call.id, [bid.id for bid in given.bids], out_of_session(given.region)

        name = f"{build.__name__}_{bids}"
        call_id, bid_ids, region = stages.copied(name, made_anew)
        return Reading(
            with_everybody(region),
            db.session.get_one(Round, call_id),
            [db.session.get_one(Application, bid_id) for bid_id in bid_ids],
        )

    return one


def closed_round(bids: int = 1) -> Reading:
    """A round that has closed with so many bids sent in."""
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    sent = [made.apply(region, call, number) for number in range(1, bids + 1)]
    made.pass_time(days=31)
    return Reading(region, call, sent)


@after(closed_round)
def in_triage(given: Reading) -> Reading:
    """The same with every bid taken up."""
    triage.take_up_all(given.call, given.officer)
    return given


@after(in_triage)
def in_assessment(given: Reading) -> Reading:
    """The same with every bid found eligible; nobody reads them yet."""
    for bid in given.bids:
        triage.accept(bid, given.officer, findings=all_met(bid))
    return given


@after(in_assessment)
def invited(given: Reading) -> Reading:
    """The same with readers invited."""
    assignment.propose(given.call, given.officer)
    assignment.invite_all(given.call, given.officer)
    return given


def all_met(bid: Application) -> dict[str, bool]:
    """Every check of a bid answered with yes."""
    return {check.key: True for check in triage.checks_of(bid)}


def readings(bid: Application) -> list[Assessment]:
    """The assessments of a bid."""
    statement = select(Assessment).where(Assessment.application_id == bid.id).order_by(Assessment.id)
    return list(db.session.scalars(statement))


def marked(reading: Assessment, *marks: int) -> Assessment:
    """A reading with these marks, one a criterion (the last one for the rest), not yet submitted."""
    if reading.state == "invited":
        assessment.accept(reading, reading.assessor)
    for number, criterion in enumerate(reading.application.round.criteria):
        mark = marks[min(number, len(marks) - 1)]
        assessment.save_mark(reading, criterion, reading.assessor, score=mark, comment="Because it says so.")
    return reading


def submitted(reading: Assessment, *marks: int) -> Assessment:
    """The same, sealed."""
    return assessment.submit(marked(reading, *marks), reading.assessor)
