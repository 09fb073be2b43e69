"""The office's home and the dashboard of one round."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import attrgetter

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import arrivals, assessments, outages
from fundapp.queries import progress as rounds
from fundapp.queries.outages import Proposal
from fundapp.queries.progress import Late
from fundapp.services import rounds as round_verbs
from fundapp.web.guards import held_here, requires
from fundapp.web.office.bid import Door
from fundapp.web.office.burn_up import burn_up
from fundapp.web.office.deadline import LaterForm, form_of
from fundapp.web.office.pages import counted, finding, me, pages
from fundapp.web.office.progress import (
    Standing,
    Tally,
    empty_tally,
    funnel,
    jobs_of,
    late_first,
    letter_jobs,
    named,
    standings,
    tallies,
)
from fundapp.web.office.subjects import the_round_with_budget
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rounds import MACHINE

MOST_ASSESSORS = 100
MARKING = {"published": "mark_assessed", "assessed": "mark_decided"}


@pages.get("")
@requires(Permission.BID_LIST)
def home() -> ResponseReturnValue:
    """Every live round, the jobs they ask for, and who is behind."""
    calls = rounds.live()
    ids = [call.id for call in calls]
    counts, letters = rounds.counts_and_letters(ids)
    tally = tallies(counts)
    reading = assessments.counts_in_assessment(ids)
    late = rounds.late_assessors(_today())
    of_rounds = late_first(
        named(job, call)
        for call in calls
        for job in jobs_of(
            call,
            tally.get(call.id, empty_tally()),
            [each for each in reading if each.round_id == call.id],
            [each for each in late if each.round_id == call.id],
            clock.now(),
        )
    )
    jobs = [*letter_jobs(letters), *of_rounds]
    people = len({each.person_id for each in late})
    closing = [call for call in calls if call.closes_at and call.closes_at > clock.now()]
    next_close = min(closing, key=attrgetter("closes_at"), default=None)
    title = finding(
        jobs[0].text[0].lower() + jobs[0].text[1:] + " next" if jobs else None,
        f"{counted(people, 'assessor is', 'assessors are')} late" if people else None,
    )
    return render_template(
        "office/home.html", calls=calls, tally=tally, jobs=jobs, late=late, empty=empty_tally(),
        burn_up=next_close and burn_up(next_close, *arrivals.of(next_close), _today()), next_close=next_close,
        most=max((each.received for each in tally.values()), default=0) or 1,
        page_title=title or "Nothing waits for you", now=clock.now(), proposed=_proposed(calls, tally),
    )  # fmt: skip


@pages.get("/rounds/<ref>")
@requires(Permission.BID_LIST, the_round_with_budget)
def dashboard(call: Round) -> ResponseReturnValue:
    """One round: its jobs, how far its bids came, and each assessor's reads."""
    return _dashboard(call)


@pages.post("/rounds/<ref>/assessed")
@requires(Permission.ROUND_ADVANCE, the_round_with_budget, sees=Permission.BID_LIST)
def mark_assessed(call: Round) -> ResponseReturnValue:
    """Say that every bid of a closed round is assessed."""
    return _marked(call, round_verbs.mark_assessed, "assessed")


@pages.post("/rounds/<ref>/decided")
@requires(Permission.ROUND_ADVANCE, the_round_with_budget, sees=Permission.BID_LIST)
def mark_decided(call: Round) -> ResponseReturnValue:
    """Say that every bid of a round is decided."""
    return _marked(call, round_verbs.mark_decided, "decided")


def _marked(call: Round, verb: Callable[[Round, Person], Round], done: str) -> ResponseReturnValue:
    try:
        verb(call, me())
    except Blocked as blocked:
        return _dashboard(call, blocked), 409
    flash(f"The round is marked as {done}.", "success")
    return redirect(url_for("office.dashboard", ref=call.ref))


def _dashboard(call: Round, blocked: Blocked | None = None) -> str:
    tally = tallies(rounds.counts([call.id])).get(call.id, empty_tally())
    reading = assessments.counts_in_assessment([call.id])
    people = standings(assessments.progress_of_round(call.id), _today())
    late = [_late(call, each) for each in people if each.late]
    return render_template(
        "office/dashboard.html", call=call, tally=tally,
        jobs=jobs_of(call, tally, reading, late, clock.now()),
        burn_up=burn_up(call, *arrivals.of(call), _today()),
        funnel=funnel(tally), people=people[:MOST_ASSESSORS], more=len(people) - MOST_ASSESSORS,
        done=sum(each.progress.submitted for each in people),
        reads=sum(each.progress.submitted + each.left for each in people),
        budget=sum(each.amount_pence for each in call.budgets), page_title=_finding(call, tally, people),
        now=clock.now(), proposed=_proposed([call], {call.id: tally}), marking=_marking(call, tally),
        blocked=blocked,
    )  # fmt: skip


def _marking(call: Round, tally: Tally) -> Door | None:
    """The step that takes a closed round on, for whoever may take it; a rolling round gathers for ever."""
    action = MARKING.get(call.state)
    is_closed = call.closes_at is not None and call.closes_at <= clock.now()
    if action is None or not is_closed or Permission.ROUND_ADVANCE not in held_here():
        return None
    step = MACHINE.transition(call.state, action)
    stops = round_verbs.marking_blockers(call, action, me(), tally.unassessed, tally.undecided)
    return Door(action, step.label if step else action, stops)


def _proposed(calls: Sequence[Round], tally: Mapping[int, Tally]) -> list[tuple[Proposal, LaterForm]]:
    """The later closes that the service's own record asks for, each with the form that accepts it."""
    if Permission.ROUND_PUBLISH not in held_here():
        return []
    open_still = [call for call in calls if tally.get(call.id, empty_tally()).is_untouched]
    return [(each, form_of(each)) for each in outages.proposals(open_still).values()]


def _finding(call: Round, tally: Tally, people: list[Standing]) -> str:
    if call.closes_at is not None and clock.now() < call.closes_at:
        days = (clock.in_london(call.closes_at).date() - _today()).days
        left = f"{counted(days, 'day', 'days')} before the close" if days else "and the round closes today"
        return finding(f"{counted(tally.received, 'bid is', 'bids are')} in, {left}")
    if people and any(each.left for each in people):
        done, late = sum(each.progress.submitted for each in people), sum(each.late for each in people)
        reads = done + sum(each.left for each in people)
        behind = f"{counted(late, 'assessor is', 'assessors are')} late" if late else None
        return finding(f"{done} of {reads} reads are in", behind)
    if tally.recommended:
        return finding(f"{counted(tally.recommended, 'bid is', 'bids are')} recommended")
    return finding(f"{counted(tally.received, 'bid was', 'bids were')} sent in")


def _late(call: Round, who: Standing) -> Late:
    progress = who.progress
    return Late(call.id, call.ref, progress.person_id, progress.name, who.left, progress.next_due)


def _today() -> date:
    return clock.in_london(clock.now()).date()
