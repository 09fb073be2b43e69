"""Puts a file beside the record and the rulebook's clock: who, when, and what is there already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fundapp.access import held_by
from fundapp.models.funds import Batch, Round
from fundapp.models.people import Person
from fundapp.queries import conflicts
from fundapp.services import submissions
from fundapp.services.imports.bid_rows import BidRow
from fundapp.services.imports.mistakes import Findings
from fundapp.services.imports.records import KnownBid, KnownReading, Records
from fundapp.services.imports.score_rows import Reading
from fundapp.services.imports.tables import BIDS, SCORES
from workflows.cases import CUT_OFF_AT
from workflows.machine import Blocker, Machine, Request
from workflows.pathways import pathway
from workflows.rules import schedule
from workflows.rules.conflicts import Bidders
from workflows.rules.identifiers import name_key

# Where a bid may still be given marks that came from outside.
BEFORE_MARKING = ("submitted", "in_triage")
MARKING = "in_assessment"


@dataclass(frozen=True, slots=True)
class Prospect:
    """A bid as the rulebook's guards see it before it is on record."""

    state: str
    grant_requested_pence: int
    round: Round
    extended_to: datetime | None = None


@dataclass
class Check:
    """One look at a whole file: the round, who imports, the instant, and what is on record."""

    call: Round
    actor: Person
    now: datetime
    known: Records
    found: Findings

    def bids(self, rows: Sequence[BidRow]) -> list[BidRow]:
        """Tell what stands against these bids, and give back those that are new."""
        fresh = []
        for row in rows:
            known = self.known.bids.get(row.bid_ref)
            if known is None:
                self._new_bid(row)
                fresh.append(row)
            elif known.sha256 != row.sha256:
                what = "A bid with this reference was imported before with other content, and stays as it is"
                self.found.wrong(BIDS, row.number, "bid_ref", what)
        return fresh

    def readings(self, readings: Sequence[Reading], rows: Sequence[BidRow]) -> list[Reading]:
        """Tell what stands against these readings, and give back those that are new."""
        by_ref = {row.bid_ref: row for row in rows}
        wanted = [reading for reading in readings if reading.bid_ref in by_ref and self._may_read(reading)]
        fresh = [reading for reading in wanted if self._is_new(reading)]
        self._tell_conflicts(fresh, by_ref)
        self._tell_closed({reading.bid_ref for reading in fresh}, by_ref)
        return fresh

    def _new_bid(self, row: BidRow) -> None:
        prospect = Prospect("draft", row.money.grant_requested_pence, self.call)
        self._judge_instant(row, prospect)
        firm = self.known.firm_of(row)
        if firm is not None and self.actor.email in firm.emails:
            what = "You act for this organisation. Somebody else must import its bid"
            self.found.wrong(BIDS, row.number, "organisation", what)
        if firm is not None and firm.name_key != name_key(row.organisation.name):
            self.found.notes.append(
                f"Row {row.number}: the company is on record as “{firm.name}”, and keeps that name."
            )
        person = self.known.people.get(row.contact_email)
        if person is None:
            return
        if not person.is_active:
            self.found.wrong(
                BIDS, row.number, "contact_email", "The account with this address is switched off"
            )
        elif person.is_staff:
            what = "This is somebody who works with the funds. Give the address of the applicant"
            self.found.wrong(BIDS, row.number, "contact_email", what)

    def _judge_instant(self, row: BidRow, prospect: Prospect) -> None:
        sent = row.submitted_at or self.now
        if sent > self.now:
            self.found.wrong(BIDS, row.number, "submitted_at", "This lies in the future")
            return
        refused = schedule.round_open(prospect, Request(frozenset(), sent, None))
        if refused is not None:
            how = "" if row.submitted_at else " An empty cell means now"
            self.found.wrong(BIDS, row.number, "submitted_at", f"{refused.reason}{how}")

    def _may_read(self, reading: Reading) -> bool:
        person = self.known.people.get(reading.assessor_email)
        if person is not None and person.is_active and person.is_assessor:
            return True
        what = f"Nobody with the address {reading.assessor_email} is an assessor. Invite them first"
        self.found.wrong(SCORES, reading.number, "assessor_email", what)
        return False

    def _is_new(self, reading: Reading) -> bool:
        bid = self.known.bids.get(reading.bid_ref)
        if bid is None:
            return True
        known = self.known.readings.get((bid.id, self.known.people[reading.assessor_email].id))
        if known is None:
            return True
        if not self._says_the_same(reading, known):
            what = "This assessor has this bid already, and what is on record is not this. It stays as it is"
            self.found.wrong(SCORES, reading.number, "assessor_email", what)
        return False

    def _says_the_same(self, reading: Reading, known: KnownReading) -> bool:
        keys = {criterion.id: criterion.key for criterion in self.call.criteria}
        marks = {keys[number]: score for number, score in known.marks.items()}
        comments = {keys[number]: text for number, text in known.comments.items()}
        return known.state == "submitted" and marks == reading.marks and comments == reading.comments

    def _tell_conflicts(self, readings: Sequence[Reading], rows: dict[str, BidRow]) -> None:
        ids = {self.known.people[reading.assessor_email].id for reading in readings}
        sides = {ref: self._bidders(rows[ref]) for ref in {reading.bid_ref for reading in readings}}
        found = conflicts.among(conflicts.readers_of(ids), sides) if readings else {}
        for reading in readings:
            person = self.known.people[reading.assessor_email]
            for conflict in found.get((reading.bid_ref, person.id), ()):
                self.found.wrong(SCORES, reading.number, "assessor_email", conflict.sentence)
            if reading.assessor_email in sides[reading.bid_ref].emails:
                what = "This person applies with this bid"
                self.found.wrong(SCORES, reading.number, "assessor_email", what)

    def _bidders(self, row: BidRow) -> Bidders:
        firm = self.known.firm_of(row)
        number = row.organisation.company_number
        return Bidders(
            organisations=frozenset({firm.id} if firm else ()),
            company_numbers=frozenset({number} if number else ()),
            emails=frozenset({row.contact_email}) | (firm.emails if firm else frozenset()),
        )

    def _tell_closed(self, refs: Iterable[str], rows: dict[str, BidRow]) -> None:
        """Marks take a bid through triage: tell, once a reason, why that cannot be done yet."""
        machine = pathway(self.call.pathway, self.call.pathway_version).machine
        batches = submissions.cut_offs_of(self.call) if self.call.closes_at is None else []
        told = set()
        for ref in sorted(refs, key=lambda ref: rows[ref].number):
            for blocker in self._blockers(rows[ref], machine, batches):
                if blocker.reason not in told:
                    told.add(blocker.reason)
                    what = f"Marks cannot be taken for this bid: {blocker.reason}"
                    self.found.wrong(BIDS, rows[ref].number, "bid_ref", what)

    def _blockers(self, row: BidRow, machine: Machine, batches: Sequence[Batch]) -> tuple[Blocker, ...]:
        known = self.known.bids.get(row.bid_ref)
        if known is not None and known.state not in BEFORE_MARKING:
            return self._marked_too_late(known, machine)
        sent = row.submitted_at or self.now
        cut_off = next((batch.cut_off_at for batch in batches if batch.cut_off_at > sent), None)
        facts = {CUT_OFF_AT.key: cut_off} if cut_off else {}
        prospect = Prospect("submitted", row.money.grant_requested_pence, self.call)
        return machine.blockers(
            prospect, "take_up", Request(held_by(self.actor), self.now, self.actor.id, facts)
        )

    def _marked_too_late(self, known: KnownBid, machine: Machine) -> tuple[Blocker, ...]:
        if known.state == MARKING:
            return ()
        return (Blocker("wrong_state", f"it is “{machine.state(known.state).staff_name}”."),)
