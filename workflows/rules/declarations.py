"""What the person who sends in a bid declares, each sentence ticked on its own."""

from collections.abc import Collection, Mapping

DECLARATIONS: Mapping[str, str] = {
    "true": "Everything in this bid is true and complete, as far as I know.",
    "may_sign": "I may sign for the organisation, and commit it to this bid.",
    "other_money": "I have named all other public money asked for or received for this project.",
    "not_started": "The project does not start, and no cost counts, before an offer is accepted.",
    "publication": "If the bid is funded, the organisation, title, summary and amount are published.",
}


def all_made(ticked: Collection[str]) -> bool:
    """Whether every declaration is among those ticked."""
    return DECLARATIONS.keys() <= set(ticked)
