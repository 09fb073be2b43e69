"""Turns counts into what a person does next: the jobs of a round, its funnel, each assessor's standing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from flask import url_for

from fundapp.models.funds import Round
from fundapp.queries.assessments import Count, Progress
from fundapp.queries.progress import CHECKED, GATHERING, LATER, Late, Letters, StateCount
from fundapp.services.rounds import UNASSESSED, UNDECIDED
from fundapp.web.filters import ago, uk_date
from fundapp.web.office.pages import numbered
from workflows.rules import promise_clock, schedule

BESIDES = (GATHERING, LATER, CHECKED)
NONE = StateCount(0, "", None, 0, None)
NEVER_SENT = ("draft",)
WAITING = ("submitted",)
CHECKING = ("in_triage", "clarification")
READING = ("in_assessment",)
MODERATING = ("in_moderation",)
RESERVE = ("reserve",)
RANKED = ("recommended", "not_recommended")
OUT_EARLY = ("ineligible", "withdrawn")


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do next, and where."""

    text: str
    href: str
    note: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: how many bids came this far, and their share of the step before."""

    name: str
    number: int
    share: float | None
    worst: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One assessor's progress, and whether they are behind."""

    progress: Progress
    late: bool

    @property
    def left(self) -> int:
        """How many reads are still to come."""
        return self.progress.begun + self.progress.untouched

    @property
    def words(self) -> tuple[str, str]:
        """The shape and word of the standing."""
        if self.left == 0:
            return ("done", "Finished")
        if self.late:
            return ("stop", "Late")
        begun = self.progress.submitted or self.progress.begun
        return ("wait", "On course") if begun else ("none", "Not started")


@dataclass(frozen=True, slots=True)
class Tally:
    """A round's bids by where they are."""

    states: Counter[str]
    recommended: int
    passed: int
    gathering: int = 0
    later: int = 0
    first_cut_off: datetime | None = None

    def among(self, states: Iterable[str]) -> int:
        """How many bids are in any of these states."""
        return sum(self.states[state] for state in states)

    @property
    def to_take_up(self) -> int:
        """How many were sent in and wait for somebody, not for their batch to be complete."""
        return self.among(WAITING) - self.gathering

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has looked into any bid yet."""
        return self.states.total() == self.among((*WAITING, *NEVER_SENT, "withdrawn"))

    @property
    def unassessed(self) -> int:
        """How many are not assessed yet, or may still be sent in by a later close of their own."""
        return self.among(UNASSESSED) + self.later

    @property
    def undecided(self) -> int:
        """How many of all have no decision yet."""
        return self.unassessed + self.among(UNDECIDED)

    @property
    def received(self) -> int:
        """How many were sent in."""
        return self.states.total() - self.among(NEVER_SENT)


def tallies(counts: Sequence[StateCount]) -> dict[int, Tally]:
    """The counts of each round, gathered."""
    states: dict[int, Counter[str]] = defaultdict(Counter)
    recommended: Counter[int] = Counter()
    judged: Counter[int] = Counter()
    besides = {(each.round_id, each.state): each for each in counts if each.state in BESIDES}
    for each in counts:
        if each.state in BESIDES:
            continue
        states[each.round_id][each.state] += each.bids
        recommended[each.round_id] += each.bids if each.is_recommended else 0
        judged[each.round_id] += each.bids if each.is_recommended is not None else 0
    return {
        key: Tally(
            found,
            recommended[key],
            judged[key],
            gathering=besides.get((key, GATHERING), NONE).bids,
            later=besides.get((key, LATER), NONE).bids,
            first_cut_off=besides.get((key, CHECKED), NONE).since,
        )
        for key, found in states.items()
    }


def empty_tally() -> Tally:
    """The tally of a round nobody has bid to."""
    return Tally(Counter(), 0, 0)


def jobs_of(
    call: Round, tally: Tally, reading: Sequence[Count], late: Sequence[Late], now: datetime
) -> list[Job]:
    """What is to be done for one round, without naming it: what is late first, then as the road goes."""
    is_closed = call.closes_at is None or call.closes_at <= now
    jobs = [
        *_asked_jobs(call),
        *_checking_jobs(call, tally, is_closed, schedule.local(now).date()),
        *_reading_jobs(call, reading, late),
        *_ranking_jobs(call, tally),
        *_marking_jobs(call, tally, is_closed),
        *_reserve_jobs(call, tally),
    ]
    return late_first(jobs)


def late_first(jobs: Iterable[Job]) -> list[Job]:
    """What is late before what is not, each in the order it came."""
    return sorted(jobs, key=lambda job: not job.is_late)


def _job(
    call: Round, text: str, part: str, note: str = "", anchor: str = "", *, is_late: bool = False
) -> Job:
    return Job(text, url_for(f"office.{part}", ref=call.ref) + anchor, note, is_late)


def named(job: Job, call: Round) -> Job:
    """The same job with the round it is for, for a list of several rounds."""
    where = f"{call.fund.name}, round {call.number}"
    return replace(job, note=f"{where}; {job.note}" if job.note else where)


def letter_jobs(letters: Letters) -> Iterator[Job]:
    """The letters of all rounds that wait: whoever they are written to waits with them."""
    if letters.since:
        note = f"a second person looks at them; the oldest waits since {uk_date(letters.since)}"
        text = f"Release {numbered(letters.count, 'letter', 'letters')}"
        yield Job(text, url_for("office.letters"), f"{note}, {ago(letters.since)}")


def _asked_jobs(call: Round) -> Iterator[Job]:
    if asked := call.questions_open:
        days = call.rules.promises.answer_questions_working_days
        note = f"promised within {numbered(days, 'working day', 'working days')}"
        yield _job(call, f"Answer {numbered(asked, 'question', 'questions')}", "questions", note)


def _checking_jobs(call: Round, tally: Tally, is_closed: bool, today: date) -> Iterator[Job]:
    promise = call.checked_by_on
    if tally.first_cut_off is not None:
        promise = promise_clock.counted_from(tally.first_cut_off, call.rules.promises.check_days)
    late = promise_clock.days_late(promise, None, today) if promise else None
    note = f"promised by {uk_date(promise)}" if promise else ""
    said = f"{note}: {promise_clock.in_words(late)}" if late else note
    if (waiting := tally.to_take_up) and is_closed:
        text = f"Take up {numbered(waiting, 'bid', 'bids')}"
        yield _job(call, text, "triage", said if late else "", is_late=bool(late))
    if checking := tally.among(CHECKING):
        text = f"Check {numbered(checking, 'bid', 'bids')}"
        yield _job(call, text, "triage", said, is_late=bool(late))


def _reading_jobs(call: Round, reading: Sequence[Count], late: Sequence[Late]) -> Iterator[Job]:
    needed = call.rules.assessment.assessors_per_bid
    lacking = [each for each in reading if each.live < needed]
    if bids := sum(each.bids for each in lacking):
        reads = sum((needed - each.live) * each.bids for each in lacking)
        note = f"{numbered(reads, 'read is', 'reads are')} missing"
        yield _job(call, f"Find readers for {numbered(bids, 'bid', 'bids')}", "assign", note)
    if late:
        note = f"{numbered(sum(each.reads for each in late), 'read', 'reads')} past their date"
        yield _job(
            call, f"Chase {numbered(len(late), 'assessor', 'assessors')}", "dashboard", note, "#assessors"
        )
    if ready := sum(
        each.bids for each in reading if each.submitted >= needed and each.submitted == each.live
    ):
        yield _job(call, f"Close the marking of {numbered(ready, 'bid', 'bids')}", "moderation", "fully read")


def ready_to_close(reading: Sequence[Count], needed: int) -> int:
    """How many bids have every mark in."""
    return sum(each.bids for each in reading if each.submitted >= needed and each.submitted == each.live)


def _ranking_jobs(call: Round, tally: Tally) -> Iterator[Job]:
    if moderating := tally.among(MODERATING):
        note = "the scores disagree"
        yield _job(call, f"Settle {numbered(moderating, 'bid', 'bids')}", "moderation", note)
    unfinished = tally.among((*WAITING, *CHECKING, *READING, *MODERATING))
    if (ranked := tally.among(RANKED)) and not unfinished:
        yield _job(
            call, f"Put {numbered(ranked, 'bid', 'bids')} to the board", "ranked", "the list is complete"
        )


def _marking_jobs(call: Round, tally: Tally, is_closed: bool) -> Iterator[Job]:
    """The round's own next step, where its bids have come so far; a rolling round has none."""
    if call.closes_at is None or not is_closed:
        return
    if call.state == "published" and not tally.unassessed:
        yield _job(call, "Mark the round as assessed", "dashboard", "every bid is assessed", "#marking")
    if call.state == "assessed" and not tally.undecided:
        yield _job(call, "Mark the round as decided", "dashboard", "every bid has its decision", "#marking")


def _reserve_jobs(call: Round, tally: Tally) -> Iterator[Job]:
    if waiting := tally.among(RESERVE):
        where = url_for("office.bids", round=call.ref, state=RESERVE[0])
        note = "the chair steps one up when money comes free, or closes the list"
        yield Job(f"Settle the reserve list of {numbered(waiting, 'bid', 'bids')}", where, note)


def funnel(tally: Tally) -> list[Step]:
    """How many bids came how far; once none is under way, the step that lost the largest share is marked."""
    received = tally.received
    numbers = [
        ("Started a bid", tally.states.total()),
        ("Sent in", received),
        ("Checked", received - tally.among(WAITING + CHECKING + ("withdrawn",))),
        ("Eligible", received - tally.among(WAITING + CHECKING + OUT_EARLY)),
        ("Assessed", tally.passed),
        ("Recommended", tally.recommended),
    ]
    shares = [number / before if before else None for (_, before), (_, number) in pairwise(numbers)]
    under_way = tally.among((*WAITING, *CHECKING, *READING, *MODERATING))
    known = [share for share in shares if share is not None and share < 1 and not under_way]
    worst = min(known, default=None)
    return [
        Step(name, number, share, share is not None and share == worst)
        for (name, number), share in zip(numbers, [None, *shares], strict=True)
    ]


def standings(found: Sequence[Progress], today: date) -> list[Standing]:
    """Every assessor of a round, those who are behind first."""
    people = [Standing(each, late=each.next_due is not None and each.next_due < today) for each in found]
    return sorted(people, key=lambda each: (not each.late, -each.left, each.progress.name.casefold()))
