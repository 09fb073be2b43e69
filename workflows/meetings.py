"""The machine of a board meeting: planned, papers out, in session, closed, minutes signed."""

from workflows.actors import Permission
from workflows.cases import AGENDA_SIZE, ITEMS_UNDECIDED, MEMBERS_PRESENT, MeetingCase, reads
from workflows.effects import Notify, silent, tell
from workflows.machine import Blocker, Machine, Request, State, Transition
from workflows.rules.grounds import reason_given

STATES = (
    State("planned", "Planned", "Planned"),
    State("papers_issued", "Papers issued", "Planned"),
    State("in_session", "In session", "In session"),
    State("closed", "Closed", "Held", max_days=28),
    State("minutes_signed", "Minutes signed", "Held", final=True),
    State("abandoned", "Abandoned", "Not held", final=True),
)


@reads(AGENDA_SIZE)
def something_listed(_case: MeetingCase, request: Request) -> Blocker | None:
    """Papers are about something."""
    if AGENDA_SIZE.read(request):
        return None
    return Blocker("empty_agenda", "There is no bid on this meeting's list.", "Put bids to the board first.")


@reads(MEMBERS_PRESENT)
def quorum_present(case: MeetingCase, request: Request) -> Blocker | None:
    """A sitting opens with enough members; each item counts its own quorum again."""
    present = MEMBERS_PRESENT.read(request)
    if present >= case.quorum:
        return None
    return Blocker("no_quorum", f"{present} members are present; {case.quorum} are needed.")


@reads(ITEMS_UNDECIDED)
def every_item_decided(_case: MeetingCase, request: Request) -> Blocker | None:
    """A meeting closes with an outcome for everything on its list, if only “defer”."""
    count = ITEMS_UNDECIDED.read(request)
    if not count:
        return None
    items = "1 item has" if count == 1 else f"{count} items have"
    return Blocker("items_open", f"{items} no outcome yet.", "Decide or defer each of them.")


MACHINE = Machine(
    name="meeting",
    version=1,
    initial="planned",
    states=STATES,
    transitions=(
        Transition(
            action="issue_papers",
            sources=("planned",),
            target="papers_issued",
            permission=Permission.MEETING_PLAN,
            label="Issue the papers",
            guards=(something_listed,),
            notice=tell(Notify("papers_issued", "board")),
        ),
        Transition(
            action="recall_papers",
            sources=("papers_issued",),
            target="planned",
            permission=Permission.MEETING_PLAN,
            label="Recall the papers",
            guards=(reason_given,),
            notice=tell(Notify("papers_recalled", "board")),
        ),
        Transition(
            action="open",
            sources=("papers_issued",),
            target="in_session",
            permission=Permission.MEETING_CHAIR,
            label="Open the meeting",
            guards=(quorum_present,),
            notice=silent("everybody concerned is in the room"),
        ),
        Transition(
            action="close",
            sources=("in_session",),
            target="closed",
            permission=Permission.MEETING_CLOSE,
            label="Close the meeting",
            guards=(every_item_decided,),
            notice=tell(Notify("meeting_closed", "office")),
        ),
        Transition(
            action="sign_minutes",
            sources=("closed",),
            target="minutes_signed",
            permission=Permission.MEETING_CHAIR,
            label="Sign the minutes",
            notice=tell(Notify("minutes_signed", "board")),
        ),
        Transition(
            action="abandon",
            sources=("planned", "papers_issued", "in_session"),
            target="abandoned",
            permission=Permission.MEETING_CLOSE,
            label="Abandon the meeting",
            guards=(reason_given,),
            notice=tell(Notify("meeting_abandoned", "board")),
        ),
    ),
)
