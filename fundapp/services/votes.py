"""Who may vote on an item of a meeting, and what the votes cast on it come to."""

from fundapp.models.meetings import MeetingItem
from workflows.rules import quorum
from workflows.rules.quorum import Choice, Majority, Settings, Tally


def recused(item: MeetingItem) -> frozenset[int]:
    """Ids of the members who left the room for this item."""
    return frozenset(each.person_id for each in item.declarations if each.leaves)


def able_to_vote(item: MeetingItem) -> frozenset[int]:
    """Ids of the members present who did not leave for this item."""
    present = frozenset(member.person_id for member in item.meeting.members if member.is_present)
    return quorum.able_to_vote(present, recused(item))


def count_votes(item: MeetingItem) -> Tally:
    """The count of an item by the board's own rules."""
    chair = next((member.person_id for member in item.meeting.members if member.is_chair), None)
    votes = {each.person_id: Choice(each.choice) for each in item.votes}
    rules = item.meeting.round.terms["board"]
    settings = Settings(item.meeting.quorum, Majority(rules["majority"]), rules["casting_vote"])
    return quorum.tally(votes, able_to_vote(item), settings, chair)
