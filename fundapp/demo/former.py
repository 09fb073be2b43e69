"""The Future Innovation Fund as its earlier rounds had it: a question fewer, and one in other words."""

from dataclasses import replace

from workflows.funds.definition import FundDefinition, Question

ASKED_SINCE = frozenset({"jobs"})
REWORDED_SINCE = "risks"


def as_before(definition: FundDefinition) -> FundDefinition:
    """The fund before what its newest round asks anew and otherwise."""
    sections = tuple(
        replace(
            section,
            questions=tuple(_before(each) for each in section.questions if each.key not in ASKED_SINCE),
        )
        for section in definition.sections
    )
    return replace(definition, sections=sections)


def _before(question: Question) -> Question:
    if question.key != REWORDED_SINCE:
        return question
    return replace(question, label="What are the risks?", guidance="The things most likely to stop you.")
