"""What the person who sends in a bid declares, each sentence ticked on its own."""

from collections.abc import Collection, Mapping

# What forms ask for that were made before each form said it for itself.
UNLESS_THE_FORM_SAYS: Mapping[str, str] = {
    "true": "Everything in this bid is true and complete, as far as I know.",
    "may_sign": "I may sign for the organisation, and commit it to this bid.",
    "other_money": "I have named all other public money asked for or received for this project.",
    "not_started": "The project does not start, and no cost counts, before an offer is accepted.",
    "publication": "If the bid is funded, the organisation, title, summary and amount are published.",
}


def all_made(ticked: Collection[str], asked: Collection[str]) -> bool:
    """Whether every declaration that is asked for is among those ticked."""
    return set(asked) <= set(ticked)
