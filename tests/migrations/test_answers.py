"""An answer that its history held a second time is held once, loses nothing, and goes back as it came."""

import pytest
from sqlalchemy import text

from tests.migrations.conftest import Steps

# Two texts of one answer, the second that of now; one that came with a former bid and has no history.
SAVED = (
    "SET LOCAL session_replication_role = replica",
    """INSERT INTO answers (application_id, question, value, version, saved_at, saved_by_id) VALUES
    (1, 'problem', '{"text": "Now."}', 5, '2026-11-02 09:30Z', 7),
    (1, 'team', '{"text": "Taken over."}', 1, '2026-11-01 08:00Z', 7)""",
    """INSERT INTO answer_versions
    (application_id, question, value, version, begun_at, saved_at, saved_by_id) VALUES
    (1, 'problem', '{"text": "Before."}', 3, '2026-11-02 08:00Z', '2026-11-02 08:09Z', 8),
    (1, 'problem', '{"text": "Now."}', 5, '2026-11-02 09:25Z', '2026-11-02 09:30Z', 7)""",
)
NOW = "SELECT question, value ->> 'text', version, begun_at FROM answers ORDER BY question"
BEFORE = "SELECT question, value ->> 'text', version, saved_by_id FROM answer_versions ORDER BY id"
AS_IT_CAME = [("problem", "Before.", 3, 8), ("problem", "Now.", 5, 7)]


@pytest.fixture
def saved(steps: Steps) -> Steps:
    """Answers as they were kept before."""
    steps.down("0011")
    for statement in SAVED:
        steps.connection.execute(text(statement))
    steps.up()
    return steps


def rows(steps: Steps, statement: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in steps.connection.execute(text(statement))]


def test_an_answer_says_when_it_was_begun_and_its_history_what_was_before(saved: Steps) -> None:
    assert [(*row[:3], f"{row[3]:%d %H:%M}") for row in rows(saved, NOW)] == [
        ("problem", "Now.", 5, "02 09:25"),
        ("team", "Taken over.", 1, "01 08:00"),
    ]
    assert rows(saved, BEFORE) == AS_IT_CAME[:1]


def test_back_again_the_history_holds_what_it_held(saved: Steps) -> None:
    saved.down("0011")
    assert [row for row in rows(saved, BEFORE) if row[0] == "problem"] == AS_IT_CAME
