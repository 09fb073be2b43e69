"""What a round is for and everything it will ask, read before there is an account: its page and its form."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from tests.factories import people, rounds
from tests.factories.forms import every_kind
from tests.web.test_before_applying import said
from workflows.funds.answering import answered_by, in_short
from workflows.funds.pinned import Pinned

SCOPE = "Grants for small businesses that have something working."
WITH_LIMITS = ("What is the problem, and who has it?", "Label of motto", "Label of story")


@pytest.fixture
def rules(app: Flask, database: None) -> Pinned:
    """What a published round asks whose form has a question of every kind."""
    with app.app_context():
        rounds.begin_demo()
        rounds.published_round(people.officer(), fund=every_kind())
        return db.session.query(Round).one().rules


def rows_of(page: str, caption: str) -> list[list[str]]:
    """The rows of a table, a cell's words each, without those that head a group."""
    tables = BeautifulSoup(page, "html.parser").select("table:has(> caption)")
    (found,) = [each for each in tables if each.select_one("caption").get_text() == caption]  # type: ignore[union-attr]
    rows = found.select("tbody tr:not(.app-group)")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]


def test_the_page_of_a_round_says_its_scope_its_themes_and_each_question_with_its_limit(
    client: FlaskClient, rules: Pinned
) -> None:
    page = client.get("/rounds/FIF7").text
    assert SCOPE in said(page)
    assert f"your project fits best: {', '.join(theme.name for theme in rules.themes)}." in said(page)
    asked = [(label, limit) for label, _, limit in rows_of(page, "Every question")]
    assert asked == [(question.label, in_short(question)) for question in rules.questions]
    assert [limit for label, limit in asked if label in WITH_LIMITS] == [
        "300 words",
        "20 characters",
        "30 characters",
    ]


def test_the_blank_form_says_the_same_each_question_with_what_it_takes(
    client: FlaskClient, rules: Pinned
) -> None:
    page = client.get("/rounds/FIF7/form").text
    assert SCOPE in said(page)
    found = BeautifulSoup(page, "html.parser")
    assert [each.get_text() for each in found.select("h2:-soup-contains('theme') + ul li")] == [
        theme.name for theme in rules.themes
    ]
    asked = [(h3.get_text(), said(str(h3.find_next("p", "app-quiet")))) for h3 in found.select("h3")]
    for question, (label, takes) in zip(rules.questions, asked, strict=False):
        assert (label, f"{answered_by(question)}." in takes) == (question.label, True)
    assert len(asked) >= len(rules.questions)
