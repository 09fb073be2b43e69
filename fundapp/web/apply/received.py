"""A bid as it was sent in: the page of its receipt, with everything the frozen version holds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import abort, render_template

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.queries import keeping
from fundapp.services import bids, costs, equality
from fundapp.web import attached
from fundapp.web.apply import closing, tasks
from fundapp.web.apply.files import shelves
from workflows.funds import kinds, showing
from workflows.funds.costing import funding_of
from workflows.funds.definition import Question, Section
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules import schedule
from workflows.rules.marked import unmarked


def page(bid: Application, reasons: Sequence[str] = ()) -> str:
    """The receipt of the version sent in last; `reasons` say why a press on it did nothing."""
    version = queries.last_version(bid.id) or abort(404)
    content, rules = version.content, bid.round.rules
    return render_template(
        "apply/receipt.html",
        bid=bid,
        version=version,
        received_at=schedule.exactly(version.submitted_at),
        paper=keeping.paper(version),
        reopening=closing.reopening_in_words(bid, queries.cut_off(bid)) if _may_reopen(bid) else "",
        equality=equality.token_of(bid.round.ref) if equality.takes_forms(bid.round) else "",
        rules=rules,
        project=bids.project_from(content["project"]),
        money=bids.money_from(content["project"]),
        sections=list(_sections(content, rules)),
        found=funding_of(rules, costs.stated_in(content)),
        files=attached.of_version(version, shelves.opening_in(bid)),
        declared=[rules.declarations[key] for key in content["declarations"]],
        money_kinds=MONEY,
        reasons=list(reasons),
        has_errors=bool(reasons),
    )


def _may_reopen(bid: Application) -> bool:
    return bid.state == "submitted" and schedule.takes(bid, clock.now())


def _sections(
    content: Mapping[str, Any], rules: Pinned
) -> Iterator[tuple[Section, Sequence[Mapping[str, Any]]]]:
    """Every question that was asked with what the version says to it, section by section."""
    hidden = showing.hidden(rules.questions, content["answers"])
    for section in rules.sections:
        asked = [each for each in section.questions if each.kind != "declarations" and each.key not in hidden]
        if asked:
            yield section, [_said(each, content, rules) for each in asked]


def _said(question: Question, content: Mapping[str, Any], rules: Pinned) -> Mapping[str, Any]:
    if question.kind in kinds.ANSWERED:
        blocks = kinds.blocks(question, content["answers"].get(question.key, {}))
    else:
        blocks = unmarked(tasks.firm_in_words(_firm(content), rules, question))
    return {"question": question, "blocks": blocks}


def _firm(content: Mapping[str, Any]) -> SimpleNamespace:
    """The organisation as the version holds it; the first versions held less of it."""
    later = ("registered_postcode", "year_ended_on", "legal_form", "sector")
    firm = dict.fromkeys(later) | content["organisation"]
    ended_on = firm["year_ended_on"]
    return SimpleNamespace(**firm | {"year_ended_on": date.fromisoformat(ended_on) if ended_on else None})
