"""What the board's pages show: the order of discussion, the budget as it stands, the votes, who decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from fundapp.access import held_by
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.people import Person
from fundapp.services import approvals
from fundapp.services.votes import able_to_vote, count_votes, recused
from fundapp.web.filters import money
from workflows.actors import Permission
from workflows.rules.budget import paying_year
from workflows.rules.schedule import financial_year_name

KINDS = {
    "planned": "none",
    "papers_issued": "wait",
    "in_session": "wait",
    "closed": "attn",
    "minutes_signed": "done",
    "abandoned": "stop",
}
OUTCOMES = {
    "approve": ("done", "Approved"),
    "reserve": ("held", "Reserve list"),
    "defer": ("held", "Deferred"),
    "decline": ("stop", "Declined"),
}
INSTRUMENTS = {"grant": "A grant", "equity": "An investment", "convertible_loan": "A convertible loan"}


@dataclass(frozen=True, slots=True)
class Purse:
    """A round's money as a meeting sees it, in pence: spoken for, held here, held by others, left."""

    whole: int
    committed: int
    here: int
    elsewhere: int

    @property
    def left(self) -> int:
        """What can still be held."""
        return self.whole - self.committed - self.here - self.elsewhere


@dataclass(frozen=True, slots=True)
class Year:
    """What is left in one financial year."""

    name: str
    whole: int
    left: int


@dataclass(frozen=True, slots=True)
class Short:
    """The first item still open whose year has not enough money left for it, going down the list."""

    position: int
    asks: int
    year: str
    left: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """The votes on an item as they stand, and what this reader may do."""

    in_favour: int
    against: int
    abstained: int
    waiting: tuple[str, ...]
    recused: int
    able: int
    needed: int
    quorate: bool
    carried: bool
    mine: str | None
    may_vote: bool


def purse(meeting: Meeting) -> Purse:
    """The budget of the meeting's round over all its years."""
    budgets = meeting.round.budgets
    held = sum(each.held_pence for each in budgets)
    here = sum(item.held_pence for item in meeting.items)
    return Purse(
        whole=sum(each.amount_pence for each in budgets),
        committed=sum(each.committed_pence for each in budgets),
        here=here,
        elsewhere=max(0, held - here),
    )


def years(meeting: Meeting) -> list[Year]:
    """The same year by year."""
    return [
        Year(
            financial_year_name(each.financial_year),
            each.amount_pence,
            each.amount_pence - each.held_pence - each.committed_pence,
        )
        for each in meeting.round.budgets
    ]


def short(meeting: Meeting) -> Short | None:
    """Where the money runs out: by the same rule that would refuse the approval, year by year."""
    left = {
        each.financial_year: each.amount_pence - each.held_pence - each.committed_pence
        for each in meeting.round.budgets
    }
    for item in meeting.items if left else ():
        if item.outcome is not None:
            continue
        year = paying_year(left, approvals.start_of(item.application))
        asks = item.application.grant_requested_pence
        if asks > left[year]:
            return Short(item.position, asks, financial_year_name(year), left[year])
        left[year] -= asks
    return None


def year_of(item: MeetingItem) -> Year:
    """The year whose budget pays for an item."""
    paying = financial_year_name(approvals.year_of(item.application))
    return next(each for each in years(item.meeting) if each.name == paying)


def agenda(meeting: Meeting, me: Person, now: int | None = None) -> list[dict[str, Any]]:
    """The order of discussion, each item with its tag for this reader."""
    return [
        {
            "number": item.position,
            "text": item.application.title,
            "href": url_for("board.item", number=meeting.id, position=item.position),
            "kind": kind,
            "word": word,
            "now": item.position == now,
        }
        for item in meeting.items
        for kind, word in [standing(item, me)]
    ]


def standing(item: MeetingItem, me: Person) -> tuple[str, str]:
    """The shape and word an item wears for this reader."""
    if me.id in recused(item):
        return ("held", "You left the room")
    if item.outcome is not None:
        kind, word = OUTCOMES[item.outcome]
        return (kind, f"{word}, conditions" if item.outcome == "approve" and item.conditions else word)
    if item.meeting.state == "in_session" and item.votes:
        return ("wait", "Voting")
    return ("none", "No outcome" if item.meeting.state in ("closed", "minutes_signed") else "To come")


def ballot(item: MeetingItem, me: Person) -> Ballot:
    """The votes as they stand."""
    tally, able = count_votes(item), able_to_vote(item)
    cast = {vote.person_id: vote.choice for vote in item.votes}
    seats = item.meeting.members
    return Ballot(
        in_favour=tally.votes_for,
        against=tally.against,
        abstained=tally.abstained,
        waiting=tuple(
            seat.person.name for seat in seats if seat.person_id in able and seat.person_id not in cast
        ),
        recused=sum(seat.is_present and seat.person_id in recused(item) for seat in seats),
        able=tally.able,
        needed=tally.needed,
        quorate=tally.quorate,
        carried=tally.carried,
        mine=cast.get(me.id),
        may_vote=may_vote(item, me),
    )


def may_vote(item: MeetingItem, me: Person) -> bool:
    """Whether the voting buttons stand on the page for this reader now."""
    return awaits(item, me) and Permission.MEETING_VOTE in held_by(me, item)


def awaits(item: MeetingItem, me: Person) -> bool:
    """Whether an item waits for this reader's vote."""
    return (
        item.meeting.state == "in_session"
        and item.outcome is None
        and me.id in able_to_vote(item)
        and all(vote.person_id != me.id for vote in item.votes)
    )


def who_decides(item: MeetingItem) -> str:
    """Who decides on what the bid asks for, by the round's ladder, in a sentence."""
    bid = item.application
    pence = item.amount_pence or bid.grant_requested_pence
    rung = approvals.rung_of(bid, pence)
    what = f"{INSTRUMENTS[rung.instrument]} of {money(pence)}"
    if rung.body == "board":
        return f"{what} is for this board to decide; it takes effect when the meeting is closed."
    days = f", with {rung.call_in_days} clear working days for call-in" if rung.call_in_days else ""
    return f"{what}: the board recommends, and the Combined Authority’s delegate decides{days}."


def goes_on(item: MeetingItem) -> bool:
    """Whether what the board wants to fund here goes on to the delegate."""
    pence = item.amount_pence or item.application.grant_requested_pence
    return approvals.rung_of(item.application, pence).body != "board"


def neighbours(items: Sequence[MeetingItem], position: int) -> tuple[int | None, int | None]:
    """The places before and after one on the list."""
    places = [item.position for item in items]
    at = places.index(position)
    return (places[at - 1] if at else None, places[at + 1] if at + 1 < len(places) else None)
