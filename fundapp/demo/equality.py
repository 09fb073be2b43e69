"""Equality forms of the demonstration: what invented people say of themselves, the same every time."""

from random import Random
from uuid import UUID

from fundapp.services import equality
from fundapp.services.funds import Round
from workflows.equality import QUESTIONS, Question

SILENT = 0.12
# How often each answer is given, in the order of the rulebook; the last of each is not to say.
LIKELY = {
    "age": (2, 18, 30, 28, 16, 3, 3),
    "sex": (36, 58, 6),
    "gender": (92, 2, 6),
    "ethnic_group": (12, 6, 5, 68, 3, 6),
    "disability": (6, 12, 74, 8),
    "orientation": (76, 6, 5, 3, 10),
    "religion": (42, 2, 32, 3, 1, 7, 1, 3, 9),
    "caring": (72, 18, 6, 4),
}


def answer(call: Round, forms: int) -> None:
    """Send so many forms to a round that still takes them."""
    random = Random(call.number)  # noqa: S311 - invented answers
    for _ in range(forms):
        answers = {each.key: _choice(random, each) for each in QUESTIONS if random.random() > SILENT}
        equality.answer(call, UUID(int=random.getrandbits(128)), answers)


def _choice(random: Random, question: Question) -> str:
    return random.choices([key for key, _ in question.choices], LIKELY[question.key])[0]
