"""What was asked of an applicant while a bid was checked: the questions, why, and by when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event, EventPersonal


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the keys of the questions opened again, what is unclear, when and until when."""

    questions: tuple[str, ...]
    reason: str
    asked_at: datetime
    due_at: datetime


def asked(application_id: int) -> Asked | None:
    """The last request made about a bid, in one statement; nothing where none was made."""
    found = db.session.execute(
        select(Event.facts, Event.at, EventPersonal.body)
        .outerjoin(EventPersonal, EventPersonal.event_id == Event.id)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id == application_id,
            Event.action == "ask",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    facts, at, said = found
    reason = str(said.get("reason", "")) if said else ""
    return Asked(tuple(facts["questions"]), reason, at, datetime.fromisoformat(facts["due_at"]))
