"""Takes the best bids of a round through the board to awards, offers, claims and the R&D total."""

from collections.abc import Callable, Iterable, Sequence
from datetime import time
from functools import partial
from hashlib import sha256
from unittest.mock import patch

from sqlalchemy import select, update

from fundapp import clock
from fundapp.bulk import insert_many
from fundapp.demo import afterwards
from fundapp.demo.cast import Cast
from fundapp.demo.rounds import Call
from fundapp.demo.timeline import Timeline
from fundapp.extensions import db
from fundapp.letters.catalog import LetterKind
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.facts import FrozenFacts
from fundapp.letters.render import RenderedLetter, render, template_version
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.meetings import Meeting, MeetingItem, Vote
from fundapp.models.outbox import OutboxRow
from fundapp.outbox.handling import Fulfil, handle
from fundapp.queries import awards as award_queries
from fundapp.services import board, casework, letter_making, postings, rd_feed
from fundapp.transaction import transaction
from workflows.rules.quorum import Choice

STARTS = -140
ITEMS = 60
CONDITION = {"moment": "Before the first payment", "text": "Show your match.", "before_payment": True}

Say = Callable[[str], None]


def award(cast: Cast, line: Timeline, call: Call, count: int, say: Say) -> list[Award]:
    """Approve the best so many bids; each organisation confirms its subsidies, so every offer is promised."""
    say(f"The board approves {count:,} of them")
    line.go(-175)
    best = select(Application).where(
        Application.round_id == call.round.id, Application.state == "recommended"
    )
    chosen = db.session.scalars(best.order_by(Application.score.desc(), Application.id).limit(count)).all()
    for first in range(0, len(chosen), ITEMS):
        _meet(cast, line, call, chosen[first : first + ITEMS])
    line.go(-148)
    made = list(award_queries.of_round(call.round.id))
    afterwards.confirm(line, made)
    return made


def offer(cast: Cast, line: Timeline, made: Sequence[Award], say: Say) -> list[int]:
    """Let the offers go; nine of ten are accepted, and their projects start.

    One letter of each kind is printed and stands for all: its bytes are kept again under each code.
    """
    say("Offers and acceptances")
    settle_here()
    line.go(-146)
    afterwards.offer(cast, made)
    line.go(-144)
    accepted = made[: max(1, len(made) * 9 // 10)]
    afterwards.accept(accepted)
    line.go(STARTS)
    afterwards.begin(cast, accepted)
    return [each.id for each in accepted]


def claim(cast: Cast, line: Timeline, live: Sequence[int], say: Say) -> None:
    """Claims of the first quarter: all are made, two thirds checked, a third approved, some paid."""
    if not live:
        return
    say("Claims, and what follows from them")
    line.go(-20)
    awards = db.session.scalars(select(Award).where(Award.id.in_(live)).order_by(Award.id)).all()
    submitted = [each for award in awards if (each := afterwards.claim(cast, line, award, 1))]
    checked = submitted[: len(submitted) * 2 // 3]
    afterwards.check(cast, checked)
    afterwards.approve(cast, checked[: len(checked) // 2])
    paid = checked[: len(checked) // 4]
    if paid:
        afterwards.pay(cast, paid, line.day(line.today))
    settle_here()


def _meet(cast: Cast, line: Timeline, call: Call, bids: Sequence[Application]) -> None:
    meeting = board.plan_meeting(
        call.round, title="Investment panel", meets_at=line.at(-160, time(10)), quorum=5,
        members=cast.members, chair=cast.chair, bids=bids, actor=cast.officer,
    )  # fmt: skip
    board.issue_papers(meeting, cast.officer)
    board.open_session(meeting, cast.board, cast.chair)
    items = list(meeting.items)
    _vote(cast, meeting, items)
    for item in items:
        db.session.expire(item, ["votes"])
        board.record_outcome(
            item, "approve", amount_pence=item.application.grant_requested_pence,
            reason="The panel thought the need was clearly shown.", actor=cast.chair,
            conditions=[CONDITION],
        )  # fmt: skip
    board.close(meeting, cast.officer)


@transaction()
def _vote(cast: Cast, meeting: Meeting, items: Sequence[MeetingItem]) -> None:
    """Every member votes for every item, in a statement instead of a transaction each."""
    for member in cast.board:
        rows = [
            {"item_id": item.id, "person_id": member.id, "choice": Choice.FOR.value, "cast_at": clock.now()}
            for item in items
        ]
        db.session.execute(insert_many(Vote, rows))
        casework.note(
            Meeting.case_kind, meeting.id, "vote", member, recorded={"items": [item.id for item in items]}
        )


def settle_here() -> None:
    """Carry out what is promised, here and now: letters without printing each, notices not at all."""
    printed: dict[str, RenderedLetter] = {}

    def stand_in(kind: LetterKind, facts: FrozenFacts, press: ConfinedPress) -> RenderedLetter:
        if kind.key not in printed:
            printed[kind.key] = render(kind, facts, press)
        pdf = printed[kind.key].pdf + f"% {facts.sha256}\n".encode()
        return RenderedLetter(pdf, sha256(pdf).hexdigest(), printed[kind.key].pages, template_version(kind))

    with patch.object(letter_making, "render", stand_in), ConfinedPress() as press:
        fulfil: dict[str, Fulfil] = {
            "post_ledger": postings.fulfil,
            "feed_rd_total": rd_feed.fulfil,
            "issue_letter": partial(letter_making.fulfil, press=press),
        }
        for row_id, kind in _pending(fulfil):
            handle(row_id, kind, fulfil[kind])
    with transaction():
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.kind == "notify", OutboxRow.done_at.is_(None))
            .values(done_at=clock.now())
            .execution_options(synchronize_session=False)
        )


@transaction()
def _pending(kinds: Iterable[str]) -> list[tuple[int, str]]:
    found = db.session.execute(
        select(OutboxRow.id, OutboxRow.kind)
        .where(OutboxRow.done_at.is_(None), OutboxRow.kind.in_(kinds))
        .order_by(OutboxRow.id)
    )
    return [(row_id, kind) for row_id, kind in found]
