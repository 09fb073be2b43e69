"""The blank form on paper: everything its page says, tagged so that everybody can read it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fundapp.letters import blank_form
from fundapp.letters.blank_form import FormFacts
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.press import Printed
from tests.letters.reading import running_text
from tests.letters.structure import findings, tags
from workflows.funds import ready_made, ready_made_slugs
from workflows.funds.answering import answered_by
from workflows.funds.definition import as_data
from workflows.funds.pinned import Pinned, pinned_of

CHECKER = Path(__file__).resolve().parents[3] / "shared" / "tools" / "uacheck.py"
FACTS = FormFacts(
    fund="Future Innovation Fund",
    title="From prototype to first use",
    number=7,
    ref="FIF7",
    opens_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
    closes_at=None,
    form=1,
    sha256="0123456789abcdef" * 4,
    address="https://funds.example/rounds/FIF7",
    authority="Liverpool City Region Combined Authority",
    department="Innovation funds",
    email="funds@authority.example",
    notice="",
)


def rules_of(slug: str) -> Pinned:
    fund = ready_made(slug)
    return pinned_of(as_data(fund), {"sections": as_data(fund.sections)})


def printed(rules: Pinned) -> Printed:
    composed = blank_form.compose(FACTS, rules)
    with ConfinedPress() as press:
        return press.print(composed.html, composed.images)


@pytest.mark.parametrize("slug", ready_made_slugs())
def test_the_form_of_every_fund_is_accessible_and_whole(slug: str, tmp_path: Path) -> None:
    rules = rules_of(slug)
    pdf = printed(rules).pdf
    assert findings(pdf) == []
    if CHECKER.exists():
        file = tmp_path / "form.pdf"
        file.write_bytes(pdf)
        command = [sys.executable, str(CHECKER), str(file)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")
    said = running_text(pdf)
    for question in rules.questions:
        assert question.label in said
        assert " ".join(question.guidance.split()) in said
        assert answered_by(question) in said
    for sentence in (*rules.declarations.values(), *rules.criteria[0].guide):
        assert sentence in said


def test_parts_and_questions_are_headings_below_the_title() -> None:
    rules = rules_of("future_innovation_fund")
    found = tags(printed(rules).pdf)
    assert found.count("H1") == 1
    assert found.count("H2") == len(rules.sections) + 2
    assert found.count("H3") == len(rules.questions) + len(rules.criteria)


def test_the_same_form_is_the_same_bytes() -> None:
    rules = rules_of("lcr_ventures")
    assert printed(rules).pdf == printed(rules).pdf
