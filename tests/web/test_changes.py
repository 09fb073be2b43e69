"""What a round fixed otherwise than the one before it stands side by side; a first round has no such page."""

from dataclasses import replace

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import people, rounds
from workflows.funds import ready_made
from workflows.funds.definition import FundDefinition, Question, Section

LIMIT = 777
NEW = Question(
    key="carbon", label="What carbon does it save?", kind="text", word_limit=200, scored_under=None,
    required=False, guidance="<b>Say how you know.</b>",
)  # fmt: skip


def revised(fund: FundDefinition) -> FundDefinition:
    """The fund with more money for a bid, one question new, one gone, one with another limit."""
    part = max(fund.sections, key=lambda each: len(texts(each)))
    longer, gone, *_ = texts(part)
    kept = [each for each in part.questions if each not in (longer, gone)]
    changed = replace(part, questions=(replace(longer, word_limit=LIMIT), *kept, NEW))
    award = replace(fund.award, most_pence=fund.award.most_pence + 1_000_000)
    sections = tuple(changed if each is part else each for each in fund.sections)
    return replace(fund, award=award, sections=sections)


def texts(part: Section) -> list[Question]:
    return [each for each in part.questions if each.kind == "text"]


def rows_of(page: str) -> dict[str, list[list[str]]]:
    """The rows of each part's table."""
    tables = BeautifulSoup(page, "html.parser").select("main table")
    return {
        table.caption.text: [
            [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
            for row in table.select("tbody tr")
        ]
        for table in tables
        if table.caption
    }


def test_what_changed_stands_side_by_side(app: Flask, database: None, client: FlaskClient) -> None:
    fund = ready_made("future_innovation_fund")
    after = revised(fund)
    with app.app_context():
        rounds.begin_demo()
        officer = people.officer()
        rounds.published_round(officer, number=6, fund=fund)
        rounds.open_round(officer, number=7, fund=after)
    assert client.get("/rounds/FIF6/changes").status_code == 404
    assert "What changed since" not in client.get("/rounds/FIF6").text
    assert 'href="/rounds/FIF7/changes">What changed since round 6<' in client.get("/rounds/FIF7").text
    page = client.get("/rounds/FIF7/changes").text
    assert "&lt;b&gt;Say how you know" in page
    found = rows_of(page)
    assert set(found) == {"The money", "Questions"}
    [(name, before, now)] = found["The money"]
    assert (name, before < now) == ("The most you can ask for", True)
    assert [row[0] for row in found["Questions"]] == ["Changed", "New", "Taken out"]
    limit = max(fund.sections, key=lambda each: len(texts(each)))
    said = [each.text.strip() for each in BeautifulSoup(page, "html.parser").select("del, ins")]
    assert said[-2:] == [str(texts(limit)[0].word_limit), str(LIMIT)]
    heading = BeautifulSoup(page, "html.parser").select_one("h1")
    assert heading is not None
    assert heading.text == "4 things changed since round 6"
