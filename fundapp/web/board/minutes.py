"""The minutes of a meeting, written from its own record: who was there, each item, vote and outcome."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundapp.access import held_by
from fundapp.models.meetings import Meeting
from fundapp.queries import meetings as queries
from fundapp.services.votes import count_votes, recused
from fundapp.web.board import screen
from fundapp.web.board.meetings import NAMES, READ
from fundapp.web.board.pages import me, pages, the_meeting
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.rules import quorum


@pages.get("/meetings/<int:number>/minutes")
@requires(READ, the_meeting)
def minutes(meeting: Meeting) -> ResponseReturnValue:
    """What the meeting did so far, or did."""
    names = {each.person_id: each.person.name for each in meeting.members}
    return render_template(
        "board/minutes.html", meeting=meeting, name=NAMES[meeting.state], kind=screen.KINDS[meeting.state],
        happened=queries.acts_of(meeting.id), names=names, outcomes=screen.OUTCOMES,
        counts={item.id: quorum.in_words(count_votes(item)) for item in meeting.items},
        left={item.id: [names.get(person, "A member") for person in recused(item)] for item in meeting.items},
        hidden={item.id for item in meeting.items if me().id in recused(item)},
        may_sign=Permission.MEETING_CHAIR in held_by(me(), meeting) and meeting.state == "closed",
    )  # fmt: skip
