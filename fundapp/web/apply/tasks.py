"""What there is to do on a bid, worked out from what is saved and what the rulebook still misses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from flask import url_for

from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.people import Person
from fundapp.queries.bids import Saved
from fundapp.services import bids
from fundapp.services.bids import Files
from fundapp.web.attached import in_words
from fundapp.web.filters import ago, money, uk_date
from fundapp.web.guards import held_here
from workflows.actors import Permission
from workflows.funds import kinds, pace, showing
from workflows.funds.completeness import PROJECT
from workflows.funds.definition import Question
from workflows.funds.gap import Gap
from workflows.funds.kinds import Value
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules import organisation_kinds
from workflows.rules.funding import Stated
from workflows.rules.marked import unmarked

CHECK = "Check your answers and submit"
OPTIONAL = "Optional"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: where, how it stands, and the reason beside it."""

    place: str
    text: str
    href: str
    kind: str
    word: str = ""
    hint: str = ""


class Firm(Protocol):
    """What is read of an organisation: its record now, or as a version froze it."""

    name: str
    company_number: str | None
    postcode: str | None
    authority: str | None
    legal_form: str | None
    sector: str | None
    registered_postcode: str | None
    year_ended_on: date | None
    staff_count: int | None
    turnover_pence: int | None
    gross_assets_pence: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A headed group of tasks, and about how long it still takes."""

    key: str
    title: str
    tasks: tuple[Task, ...]
    left: str = ""


def parts_of(
    bid: Application,
    rules: Pinned,
    saved: Mapping[str, Saved],
    files: Files,
    gaps: Sequence[Gap],
    me: Person,
) -> list[Part]:
    """The tasks of a draft, part by part, the last of them the way out."""
    missing: dict[str, list[Gap]] = {}
    for gap in gaps:
        missing.setdefault(gap.place, []).append(gap)
    values = values_of(saved)
    hidden = showing.hidden(rules.questions, values)
    parts = [Part("start", "Before you start", (_project(bid, missing.get(PROJECT, [])),))]
    for section in rules.sections:
        tasks = tuple(
            _of_files(bid, question, files.get(question.key, ()), missing.get(question.key, []))
            if question.kind == "file"
            else _task(bid, question, saved.get(question.key), missing.get(question.key, []), me)
            for question in section.questions
            if question.kind != "declarations" and question.key not in hidden
        )
        if tasks:
            undone = [each for each in section.questions if each.key in missing]
            minutes = sum(pace.minutes_left(each, values.get(each.key, kinds.NOTHING)) for each in undone)
            parts.append(Part(section.key, section.title, tasks, pace.in_words(minutes)))
    return [*parts, Part("finish", "Finish", (_finish(bid, gaps),))]


def counted(parts: Sequence[Part]) -> tuple[int, int]:
    """How many tasks are done, of how many; checking and sending is one of them.

    What need not be done counts once it is.
    """
    tasks = [task for part in parts for task in part.tasks if task.word != OPTIONAL]
    return sum(task.kind == "done" for task in tasks), len(tasks)


def next_of(parts: Sequence[Part]) -> Task:
    """The first task that is not done, in words that say what to do."""
    tasks = [task for part in parts for task in part.tasks]
    ours = [task for task in tasks if task.href and task.word != OPTIONAL]
    first = next((task for task in ours if task.kind != "done"), tasks[-1])
    if first.text == CHECK:
        return first
    verb = "Look again at" if first.kind == "attn" else "Go on with"
    return replace(first, text=f"{verb} “{first.text}”")


def href(reference: str, place: str, rules: Pinned, field: str = "") -> str:
    """The page a gap is put right on, at its field; empty for somebody who may not write there."""
    anchor = field or None
    question = rules.question(place)
    if question is not None and question.kind in MONEY:
        address = url_for("apply.money", reference=reference, _anchor=anchor)
        return address if Permission.BID_BUDGET in held_here() else ""
    if Permission.BID_EDIT not in held_here():
        return ""
    if place == PROJECT:
        return url_for("apply.project", reference=reference, _anchor=anchor)
    if question is not None and question.kind == "file":
        return url_for("apply.files", reference=reference, key=place, _anchor=anchor)
    return url_for("apply.question", reference=reference, key=place, _anchor=anchor)


def summary_of(
    bid: Application, rules: Pinned, question: Question, saved: Saved | None, files: Sequence[BidFile]
) -> dict[str, Any]:
    """One question and what the bid says to it, for the page that shows every answer."""
    if question.kind in kinds.ANSWERED:
        said = kinds.blocks(question, saved.value) if saved else ()
    else:
        listed = [f"{each.name}: {in_words(each)}" for each in files]
        led_by = [f"Led by {bid.lead.name}"] if question.kind == "organisation" else []
        said = unmarked(listed or [*firm_in_words(bid.organisation, rules, question), *led_by])
    return {"question": question, "blocks": said}


def firm_in_words(firm: Firm, rules: Pinned, question: Question) -> Sequence[str]:
    """What an organisation says of itself under a question about where, or how large, it is."""
    if question.kind == "organisation":
        where = rules.authority_name(firm.authority) or "outside the six districts"
        number = f"Company number {firm.company_number}" if firm.company_number else "No company number"
        registered = [f"Registered at {firm.registered_postcode}"] if firm.registered_postcode else []
        works = f"{firm.postcode or 'No postcode'}, {where}"
        kind = organisation_kinds.in_words(firm.legal_form, firm.sector)
        return (firm.name, number, *kind, works, *registered)
    if question.kind == "size":
        staff = "not given" if firm.staff_count is None else f"{firm.staff_count:,}"
        year = [f"Year ended {uk_date(firm.year_ended_on)}"] if firm.year_ended_on else []
        return (
            *year,
            f"Staff: {staff}",
            f"Turnover: {money(firm.turnover_pence)}",
            f"Gross assets: {money(firm.gross_assets_pence)}",
        )
    return ()


def _project(bid: Application, gaps: Sequence[Gap]) -> Task:
    begun = bool(bid.summary or bid.theme or bid.months)
    address = href(bid.reference, PROJECT, bid.round.rules)
    text = "Title, summary and dates"
    return _stand(PROJECT, text, address, gaps, begun=begun, empty="The project in a few words")


def _task(bid: Application, question: Question, saved: Saved | None, gaps: Sequence[Gap], me: Person) -> Task:
    address = href(bid.reference, question.key, bid.round.rules)
    recorded = f"From the record of {bid.organisation.name}"
    if question.kind in MONEY:
        begun = bool(bid.total_cost_pence)
        done = f"You ask for {money(bid.grant_requested_pence)} of {money(bid.total_cost_pence)}"
        return _stand(question.key, question.label, address, gaps, begun=begun, done=done)
    if question.kind == "organisation":
        return _stand(question.key, question.label, address, gaps, begun=True, done=recorded)
    if question.kind == "size":
        begun = bid.organisation.staff_count is not None
        return _stand(question.key, question.label, address, gaps, begun=begun, done=recorded)
    return _stand(
        question.key,
        question.label,
        address,
        gaps,
        begun=bool(saved and kinds.lines(question, saved.value)),
        done=_edited(saved, me),
        empty=f"0 of {question.word_limit:,} words" if question.word_limit else "",
    )


def _of_files(bid: Application, question: Question, files: Sequence[BidFile], gaps: Sequence[Gap]) -> Task:
    address = href(bid.reference, question.key, bid.round.rules)
    done = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    none = "You need not add any" if not question.required else ""
    return _stand(question.key, question.label, address, gaps, begun=bool(files), done=done, empty=none)


def _stand(
    place: str,
    text: str,
    address: str,
    gaps: Sequence[Gap],
    *,
    begun: bool,
    done: str = "",
    empty: str = "",
) -> Task:
    if not gaps and not begun:
        return Task(place, text, address, "none", OPTIONAL, empty)
    if not gaps:
        return Task(place, text, address, "done", hint=done)
    if not begun:
        return Task(place, text, address, "none", "Not started", empty)
    return Task(place, text, address, "attn", "Look again", gaps[0].beside)


def _edited(saved: Saved | None, me: Person) -> str:
    if saved is None or saved.saved_by_id == me.id:
        return ""
    return f"{saved.saved_by} edited this {ago(saved.saved_at)}"


def _finish(bid: Application, gaps: Sequence[Gap]) -> Task:
    address = url_for("apply.check", reference=bid.reference)
    if gaps:
        hint = "You can read it all now, and send it when the tasks above are done"
        return Task("check", CHECK, address, "none", "Cannot send yet", hint)
    return Task("check", CHECK, address, "none", "Ready", "Nothing is missing")


def values_of(saved: Mapping[str, Saved]) -> dict[str, Value]:
    """The saved answers, as the rulebook reads them."""
    return {question: answer.value for question, answer in saved.items()}


def set_aside(rules: Pinned, saved: Mapping[str, Saved], because_of: str | None = None) -> str:
    """A sentence on what was answered and is not asked now (because of one answer); empty if nothing is."""
    hidden = showing.hidden(rules.questions, values_of(saved))
    among = showing.hanging_on(rules.questions, [because_of]) if because_of else rules.questions
    names = [f"“{each.label}”" for each in among if each.key in hidden and each.key in saved]
    if not names:
        return ""
    return (
        f"Not asked with your answers: {' and '.join(names)}. What you wrote there is kept and comes back"
        " if you change your answer, but it is not part of the bid."
    )


def left_out(stated: Sequence[Stated], files: Files) -> Iterator[str]:
    """A sentence on each calculation of an organisation that counts its overheads in another way now."""
    for each in stated:
        for file in () if each.sheet.overheads.is_calculated else files.get(each.evidence, ()):
            yield (
                f"Not part of the bid: “{file.name}”, for {each.name} does not count calculated overheads."
                " It is kept, and comes back with them."
            )


def gaps_of(
    bid: Application, saved: Mapping[str, Saved], files: Files, stated: Sequence[Stated]
) -> Sequence[Gap]:
    """What the bid still lacks."""
    return bids.gaps_of(bid, values_of(saved), files, stated)
