"""What the pages of a bid's form share: what kept a save from being made, and where to go after one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.queries import bids as queries
from fundapp.queries import clarifications
from fundapp.queries.bids import Saved
from fundapp.services import bids as verbs
from fundapp.services.bids import ASKED
from fundapp.services.stale import StaleError
from fundapp.web.apply import tasks
from fundapp.web.apply.pages import me
from fundapp.web.filters import clock_seconds
from workflows.funds import kinds, showing
from workflows.funds.definition import Question
from workflows.funds.kinds import Value
from workflows.machine import Blocked, Blocker
from workflows.rules.marked import Block, has_marks


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was saved: the rulebook's reasons, or the words somebody else saved meanwhile."""

    blocked: Blocked | None = None
    stale: StaleError | None = None


NO_TROUBLE = Trouble()


def onward(bid: Application, asked: Question | None = None) -> ResponseReturnValue:
    """On to the question after this one where that was asked for, else back to the tasks."""
    if asked is None or "next" not in request.form or bid.state != "draft":
        return redirect(url_for("apply.bid", reference=bid.reference))
    rules = bid.round.rules
    place = _following(bid, asked)
    if place is None:
        return redirect(url_for("apply.check", reference=bid.reference))
    return redirect(tasks.href(bid.reference, place, rules))


def turned_away(bid: Application, asked: Question, every: Mapping[str, Saved]) -> ResponseReturnValue | None:
    """Back to the tasks with the reason, where a question is not asked after what was answered."""
    rules = bid.round.rules
    if asked.key not in showing.hidden(rules.questions, tasks.values_of(every)):
        return None
    flash(f"{showing.condition_in_words(asked, rules.questions)}: “{asked.label}”")
    return redirect(url_for("apply.bid", reference=bid.reference))


def _following(bid: Application, asked: Question) -> str | None:
    """The question that comes next, of those that are asked."""
    rules = bid.round.rules
    values = {key: each.value for key, each in queries.answers(bid.id).items()}
    hidden = showing.hidden(rules.questions, values)
    keys = [each.key for each in rules.questions if each.kind != "declarations"]
    return next((key for key in keys[keys.index(asked.key) + 1 :] if key not in hidden), None)


def common(form: FlaskForm, trouble: Trouble) -> Mapping[str, Any]:
    """What every page of the form shows besides its fields."""
    return {
        "stale": trouble.stale,
        "blocked": trouble.blocked,
        "has_errors": bool(form.errors or trouble.blocked or trouble.stale),
        "saved": time_shown(),
        "name_of": name_of,
    }


def why_fixed(bid: Application, asked: Question | None = None) -> Blocker | None:
    """Why a page shows its part of a bid without a way to save it; nothing while it can be saved.

    While a bid is checked, what the office has asked about can be.
    """
    found = verbs.why_fixed(bid, me())
    if found is None or asked is None or bid.state != ASKED:
        return found
    request_made = clarifications.asked(bid.id)
    return None if request_made and asked.key in request_made.questions else found


def since(stale: StaleError) -> Mapping[str, Any]:
    """What is saved now beside the words of a script that were not: its version, since when, and by whom."""
    return {
        "version": stale.version,
        "saved_at": clock_seconds(stale.saved_at) if stale.saved_at else "",
        "who": name_of(stale.saved_by),
    }


def name_of(who: Person | None) -> str:
    """Who saved something, as whoever is signed in reads it: themselves in another window, too."""
    if who is None:
        return ""
    return "you" if who.id == me().id else who.name


def preview_of(asked: Question, value: Value) -> Sequence[Block]:
    """A long text as it will be read, where it holds marks; nothing where it is read as it stands."""
    blocks = kinds.blocks(asked, value) if asked.kind == "text" else ()
    return blocks if has_marks(blocks) else ()


def now_shown() -> str:
    """The time of a save just made, as the address of a page carries it."""
    return clock_seconds(clock.now())


def time_shown() -> str:
    """The time of the last save, as the address of the page carries it; only ever a time."""
    sent = request.args.get("saved", "")
    parts = sent.split(":")
    return sent if len(parts) == 3 and all(len(part) == 2 and part.isdecimal() for part in parts) else ""
