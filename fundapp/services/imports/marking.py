"""Takes imported bids through the checks and files the marks that came with them, sealed."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.bulk import insert_many
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import casework, readings, triage
from fundapp.services.casework import Arrival, Move
from fundapp.services.imports.checking import MARKING
from fundapp.services.imports.score_rows import Reading
from fundapp.services.organisations import enterprise_of
from fundapp.services.readings import LARGEST_ORDER
from workflows.cases import CONFLICTS, GAPS, OVERRIDE_BY, PARTS
from workflows.funds.pinned import Pinned
from workflows.machine import Facts, Request
from workflows.rules import eligibility
from workflows.rules.duties import Duty

CLEAR: Facts = {CONFLICTS.key: (), OVERRIDE_BY.key: (), GAPS.key: ()}


def mark_all(
    call: Round,
    rules: Pinned,
    marked: Mapping[str, Sequence[Reading]],
    assessors: Mapping[str, int],
    actor: Person,
) -> int:
    """File these readings, by bid reference, in the caller's transaction; say how many.

    In order: bids that wait are taken up and pass their checks, what nobody knew being answered by
    the importing officer; each reading becomes a submitted assessment with its marks, its total and one
    event that seals them, the officer acting for the assessor, who gets a receipt.
    """
    bids = _bids(call, list(marked))
    parts = _parts(bids.values())
    _pass_checks(bids.values(), rules, actor)
    filed = [
        (_assessment(bids[ref], reading, assessors), reading)
        for ref, some in marked.items()
        for reading in some
    ]
    seals = {
        (each.application_id, each.assessor_id): readings.seal(each.application_id, each.total, reading.marks)
        for each, reading in filed
    }
    casework.file_all(
        [_arrival(each, reading, parts, actor) for each, reading in filed],
        "enter",
        actor,
        lambda made: seals[made.application_id, made.assessor_id],
    )
    numbers = {criterion.key: criterion.id for criterion in call.criteria}
    db.session.execute(insert_many(Mark, [row for each in filed for row in _marks(*each, numbers)]))
    return len(filed)


def _bids(call: Round, refs: Sequence[str]) -> dict[str, Application]:
    found = db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.bid_ref.in_(refs))
        .order_by(Application.id)
    )
    return {str(bid.bid_ref): bid for bid in found}


def _pass_checks(bids: Collection[Application], rules: Pinned, actor: Person) -> None:
    waiting = [bid for bid in bids if bid.state == "submitted"]
    held, firms = held_by(actor), _firms(bids)
    takes = [
        Move(bid, Request(held, clock.now(), actor.id, triage.take_up_facts(bid)), {}) for bid in waiting
    ]
    casework.advance_all(takes, "take_up", actor)
    passes = []
    for bid in (bid for bid in bids if bid.state == "in_triage"):
        checks = eligibility.checks(enterprise_of(firms[bid.organisation_id]), rules.eligibility)
        unknown = {check.key: True for check in checks if check.met is None}
        answered = triage.with_findings(checks, unknown)
        request = Request(held, clock.now(), actor.id, triage.check_facts(answered))
        passes.append(Move(bid, request, triage.record_of(answered, checks)))
    casework.advance_all(passes, "pass", actor)


def _firms(bids: Collection[Application]) -> dict[int, Organisation]:
    ids = {bid.organisation_id for bid in bids}
    found = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {firm.id: firm for firm in found}


def _parts(bids: Collection[Application]) -> dict[int, Facts]:
    """By bid, who took which part on it; on one nobody has passed yet, only its own people have."""
    members: dict[int, set[int]] = defaultdict(set)
    for firm_id, person_id in db.session.execute(
        select(Membership.organisation_id, Membership.person_id).where(
            Membership.organisation_id.in_({bid.organisation_id for bid in bids})
        )
    ):
        members[firm_id].add(person_id)
    return {
        bid.id: parts_of(bid.id)
        if bid.state == MARKING
        else {Duty.APPLICANT.value: frozenset(members[bid.organisation_id] | {bid.lead_id})}
        for bid in bids
    }


def _assessment(bid: Application, reading: Reading, assessors: Mapping[str, int]) -> Assessment:
    return Assessment(
        application=bid,
        application_id=bid.id,
        assessor_id=assessors[reading.assessor_email],
        due_on=readings.promised_on(bid),
        reading_order=secrets.randbelow(LARGEST_ORDER),
        no_conflict_at=clock.now(),
        submitted_at=clock.now(),
        total=reading.total,
    )


def _arrival(each: Assessment, reading: Reading, parts: Mapping[int, Facts], actor: Person) -> Arrival:
    facts = {**CLEAR, PARTS.key: parts[each.application_id]}
    return Arrival(
        case=each,
        request=Request(held_by(actor), clock.now(), each.assessor_id, facts),
        opened={"application_id": each.application_id, "assessor_id": each.assessor_id, "conflicts": []},
        acting_for_id=each.assessor_id,
        personal={"comments": dict(reading.comments)},
    )


def _marks(each: Assessment, reading: Reading, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "assessment_id": each.id,
            "criterion_id": numbers[key],
            "score": score,
            "not_applicable": score is None,
            "comment": reading.comments[key],
            "saved_at": clock.now(),
        }
        for key, score in reading.marks.items()
    ]
