"""Equality forms of the demonstration: what invented people say of themselves, the same every time."""

from random import Random
from uuid import UUID

from fundapp.services import equality
from fundapp.services.funds import Round
from workflows.equality import QUESTIONS, Question

SILENT = 0.08


def answer(call: Round, forms: int) -> None:
    """Send so many forms to a round that still takes them."""
    random = Random(call.number)  # noqa: S311 - invented answers
    for _ in range(forms):
        answers = {each.key: _choice(random, each) for each in QUESTIONS if random.random() > SILENT}
        equality.answer(call, UUID(int=random.getrandbits(128)), answers)


def _choice(random: Random, question: Question) -> str:
    """One of the answers: each likely in its own measure, not to say the least."""
    weights = Random(question.key)  # noqa: S311 - invented answers
    likely = [weights.random() ** 2 for _ in question.options]
    return random.choices([key for key, _ in question.choices], [*likely, min(likely)])[0]
