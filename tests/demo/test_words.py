"""The invented bids answer what is asked, and three readers of one bid do not say the same."""

import pytest

from fundapp.demo.answers import ANSWERS
from fundapp.demo.comments import COMMENTS, comment_on
from fundapp.demo.former import as_before
from workflows.funds import ready_made
from workflows.rules.words import over

FUNDS = ("future_innovation_fund", "lcr_ventures")


@pytest.mark.parametrize("slug", FUNDS)
def test_every_text_question_of_a_fund_has_answers_within_its_limit(slug: str) -> None:
    fund = ready_made(slug)
    asked = [each for one in (fund, as_before(fund)) for part in one.sections for each in part.questions]
    for question in (each for each in asked if each.kind == "text"):
        answers = ANSWERS[question.key]
        assert len(set(answers)) == len(answers) > 1
        assert all(over(text, question.word_limit or 10_000) <= 0 for text in answers), question.key


@pytest.mark.parametrize("slug", FUNDS)
@pytest.mark.parametrize("mark", [1, 4])
def test_three_readers_write_three_things_about_a_criterion(slug: str, mark: int) -> None:
    for criterion in ready_made(slug).criteria:
        said = {comment_on(criterion.key, mark, number) for number in (7, 8, 9)}
        assert len(said) == 3


def test_nobody_answers_or_comments_on_what_no_fund_asks() -> None:
    funds = [ready_made(slug) for slug in FUNDS]
    asked = {each.key for fund in funds for part in fund.sections for each in part.questions}
    assert ANSWERS.keys() <= asked
    assert COMMENTS.keys() == {each.key for fund in funds for each in fund.criteria}
