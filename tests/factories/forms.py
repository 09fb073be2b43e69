"""A form for tests that asks a question of every kind: the Future Innovation Fund's, with a section more."""

from importlib.resources import files

from workflows import funds
from workflows.funds import schema
from workflows.funds.definition import FundDefinition

_END = "[[mfa_limits]]"
_ASKED = {
    "motto": ("short_text", "character_limit = 20"),
    "story": ("text", "character_limit = 30"),
    "trading": ("yes_no", ""),
    "stage": ("radios", "options = [{key = 'idea', name = 'An idea'}, {key = 'built', name = 'Built'}]"),
    "tested_by": ("text", "word_limit = 5\nshown_if = {question = 'stage', answers = ['built']}"),
    "fields": ("checkboxes", "options = [{key = 'sea', name = 'Sea'}, {key = 'air', name = 'Air'}]"),
    "county": ("select", "options = [{key = 'm', name = 'Merseyside'}, {key = 'c', name = 'Cheshire'}]"),
    "share": ("number", "least = -5\nmost = 100\nunit = 'tonnes'\nplaces = 2"),
    "price": ("money", "least_pounds = 10\nmost_pounds = 5_000"),
    "received": ("assistance", ""),
    "begun": ("date", "earliest = 2027-01-01\nlatest = 2027-12-31"),
    "place": ("postcode", ""),
    "steps": ("milestones", "least = 2\nmost = 4"),
    "parent": ("company_number", ""),
}


def every_kind(**changes: str) -> FundDefinition:
    """The fund with the section; `changes` says other things of single questions, by key."""
    return schema.load(every_kind_file(**changes).encode())


def every_kind_file(**changes: str) -> str:
    """The same as its file."""
    text = (files(funds) / "future_innovation_fund.toml").read_text(encoding="utf-8")
    asked = [
        f"[[sections.questions]]\nkey = '{key}'\nlabel = 'Label of {key}'\nkind = '{kind}'\n"
        f"required = false\nguidance = 'Guidance on {key}.'\n{changes.get(key, settings)}"
        for key, (kind, settings) in _ASKED.items()
    ]
    section = "[[sections]]\nkey = 'more'\ntitle = 'More'\n\n" + "\n\n".join(asked)
    return text.replace(_END, f"{section}\n\n{_END}", 1)
