"""The calculation behind overheads that an organisation worked out itself, as one more question for files."""

from workflows.funds.definition import Question
from workflows.rules.file_types import MEGABYTE, FileTerms
from workflows.rules.funding import evidence_key

TERMS = FileTerms(types=("pdf", "xlsx", "csv"), most_bytes=5 * MEGABYTE, most_pages=20, most_files=1)


def calculation(number: int) -> Question:
    """What the organisation of this number in a bid adds to its costs when it has calculated its overheads.

    It is no question of the form: it belongs to that organisation's share of the costs, and whoever may
    write the share may add to it.
    """
    return Question(
        key=evidence_key(number),
        label="How did you calculate your overheads?",
        kind="file",
        word_limit=None,
        scored_under=None,
        required=True,
        guidance="A spreadsheet or a PDF that shows which indirect costs you count, and how you came to"
        " the part of them that belongs to this project.",
        files=TERMS,
    )
