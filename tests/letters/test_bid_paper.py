"""A bid on paper says how long each answer is of its limit, counted as everywhere else."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_papers import PrintedBid
from fundapp.services import answers, bid_printing
from tests.factories import bids
from tests.factories.outbox import work_off
from tests.letters.reading import running_text
from tests.letters.structure import findings
from workflows.funds import ready_made
from workflows.funds.definition import FundDefinition, Question, Section
from workflows.rules import marked, words

CASES = json.loads((Path(__file__).parent.parent / "marked.json").read_text(encoding="utf-8"))
MOST = 99
TEXT = Question("", "", "text", None, None, required=False, guidance="")


def asking(**limit: int) -> FundDefinition:
    """The fund with a part more: a long text for each example, with this limit."""
    fund = ready_made("future_innovation_fund")
    examples = [
        replace(TEXT, key=f"example_{number}", label=f"Example {number}", **limit)  # type: ignore[arg-type]
        for number in range(len(CASES))
    ]
    part = Section("examples", "Examples", tuple(examples))
    return replace(fund, sections=(*fund.sections, part))


def on_paper(fund: FundDefinition) -> bytes:
    """The paper of a bid that answers each example as it is written."""
    bids.lead_of_draft(fund)
    bid = db.session.scalars(select(Application)).one()
    for number, (text, _) in enumerate(CASES):
        answers.save(bid, f"example_{number}", {"text": words.tidy(text)}, 0, bid.lead)
    bids.complete(bid, bid.lead)
    bids.send_in(bid, bid.lead)
    bid_printing.ask(db.session.query(Submission).one())
    work_off()
    return bid_printing.open_pdf(db.session.query(PrintedBid).one())


@pytest.mark.parametrize(
    ("limit", "unit", "count"),
    [
        ("word_limit", "words", words.count),
        ("character_limit", "characters", words.characters),
    ],
)
def test_the_paper_counts_each_answer_as_the_service_does(
    app_context: Flask, limit: str, unit: str, count: Callable[[str], int]
) -> None:
    paper = on_paper(asking(**{limit: MOST}))
    assert findings(paper) == []
    printed = re.findall(rf"Example (\d+) (\d+) of {MOST} {unit}", running_text(paper))
    assert [(int(number), int(counted)) for number, counted in printed] == [
        (number, count(marked.plain(words.tidy(text)))) for number, (text, _) in enumerate(CASES)
    ]
