"""The verb that imports a round's bids and marks: every row checked, then all of them or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import filing, scores
from fundapp.services.filing import Filed
from fundapp.services.imports.arriving import Circles, firms_of, people_of
from fundapp.services.imports.bid_rows import BidRow, read_bids
from fundapp.services.imports.checking import Check
from fundapp.services.imports.marking import mark_all
from fundapp.services.imports.mistakes import Findings
from fundapp.services.imports.records import Records, in_batches, records_of
from fundapp.services.imports.score_rows import Reading, read_scores
from fundapp.services.imports.tables import Table
from fundapp.transaction import transaction
from workflows.actors import Permission
from workflows.funds.pinned import Pinned
from workflows.machine import Blocked, Blocker

BIDS_AT_ONCE = 500
MARKED_AT_ONCE = 200
LOCK = 5_027_001

NOT_PERMITTED = Blocker("not_permitted", "You may not import bids.", "Ask somebody of the programme team.")
NOT_TAKING = Blocker("round_not_open", "This round is not taking bids.", "Publish it first.")
BUSY = Blocker("import_running", "Another import into this round is running.", "Wait until it is done.")


@dataclass(frozen=True, slots=True)
class Report:
    """What an import came to: bids filed and skipped, assessments scored and skipped, what to know."""

    filed: int
    skipped: int
    scored: int
    scores_skipped: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    bids: Sequence[BidRow]
    readings: Sequence[Reading]
    known: Records
    report: Report


def import_round(
    call: Round, bids: Table, actor: Person, *, scores: Table | None = None, dry_run: bool = False
) -> Report:
    """File the bids of a table, and the marks of another, as if each had been sent in and read here.

    In order: every row is put to the rules the round pinned; in one transaction, every row is put
    beside the record; `MistakesError` tells everything that is wrong, and nothing is changed. Then
    people, organisations and bids are filed with their frozen versions, events and receipts; marked
    bids go on through the checks to assessment, their marks sealed. What was imported before with the
    same content is skipped. A dry run stops before anything is filed.
    """
    found = Findings(notes=[*bids.notes, *(scores.notes if scores else ())])
    rules = call.rules
    given = read_bids(bids, rules, found)
    readings = _readings(call, scores, given.refs, found)
    with transaction():
        _insist(call, actor)
        plan = _plan(call, given.rows, readings, actor, found)
        if not dry_run:
            _file(call, rules, plan, actor)
        return plan.report


def _readings(
    call: Round, table: Table | None, refs: frozenset[str] | None, found: Findings
) -> Sequence[Reading]:
    if table is None:
        return ()
    return read_scores(table, scores.scored_criteria(call), refs, found)


def _insist(call: Round, actor: Person) -> None:
    if Permission.BID_IMPORT not in held_by(actor):
        raise Blocked((NOT_PERMITTED,))
    if call.state != "published":
        raise Blocked((NOT_TAKING,))
    alone = db.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK, call.id)))
    if not alone:
        raise Blocked((BUSY,))


def _plan(
    call: Round, rows: Sequence[BidRow], readings: Sequence[Reading], actor: Person, found: Findings
) -> _Plan:
    known = records_of(call, rows, {reading.assessor_email for reading in readings})
    check = Check(call, actor, clock.now(), known, found)
    new = check.bids(rows)
    marked = check.readings(readings, rows)
    found.insist()
    report = Report(
        len(new), len(rows) - len(new), len(marked), len(readings) - len(marked), tuple(found.notes)
    )
    return _Plan(new, marked, known, report)


def _file(call: Round, rules: Pinned, plan: _Plan, actor: Person) -> None:
    circles: Circles = {circle: firm.id for circle, firm in plan.known.circles.items()}
    for rows in in_batches(plan.bids, BIDS_AT_ONCE):
        people = people_of(rows, actor)
        firms = firms_of(rows, people, circles, actor)
        filed = [_filed(row, firms, people) for row in rows]
        filing.file_submitted(call, filed, actor)
    assessors = {email: person.id for email, person in plan.known.people.items()}
    marked: dict[str, list[Reading]] = defaultdict(list)
    for reading in plan.readings:
        marked[reading.bid_ref].append(reading)
    for refs in in_batches(marked, MARKED_AT_ONCE):
        mark_all(call, rules, {ref: marked[ref] for ref in refs}, assessors, actor)


def _filed(row: BidRow, firms: dict[int, Organisation], people: dict[str, Person]) -> Filed:
    return Filed(
        organisation=firms[row.number],
        lead=people[row.contact_email],
        project=row.project,
        money=row.money,
        answers=row.answers,
        submitted_at=row.submitted_at or clock.now(),
        bid_ref=row.bid_ref,
        sha256=row.sha256,
        signatory=row.contact_name,
    )
