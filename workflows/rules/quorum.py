"""Votes: who counts on an item, whether enough were there, and whether it was carried."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """What a member may say, once, on an item."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Majority(StrEnum):
    """Of whom more than half must be for: of the members who may vote, or of the votes for and against."""

    ABLE_TO_VOTE = "able_to_vote"
    VOTES_CAST = "votes_cast"


@dataclass(frozen=True, slots=True)
class Settings:
    """The board's own rules."""

    quorum: int
    majority: Majority = Majority.ABLE_TO_VOTE
    casting_vote: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """The count of one item, and what it comes to."""

    votes_for: int
    against: int
    abstained: int
    able: int
    needed: int
    quorate: bool
    carried: bool
    by_casting_vote: bool


def able_to_vote(present: frozenset[int], recused: frozenset[int]) -> frozenset[int]:
    """The members present who did not leave for this item; they alone make its quorum."""
    return present - recused


def tally(
    votes: Mapping[int, Choice], able: frozenset[int], settings: Settings, chair_id: int | None
) -> Tally:
    """Count the votes of those able to vote; a vote of somebody recused counts for nothing.

    A tie is carried by the chair's casting vote when the board has one and the chair voted for.
    """
    counting = {person: choice for person, choice in votes.items() if person in able}
    count = {choice: sum(each == choice for each in counting.values()) for choice in Choice}
    base = (
        len(able) if settings.majority is Majority.ABLE_TO_VOTE else count[Choice.FOR] + count[Choice.AGAINST]
    )
    needed = base // 2 + 1
    quorate = len(able) >= settings.quorum
    tied = count[Choice.FOR] == count[Choice.AGAINST] > 0
    chair_for = chair_id is not None and counting.get(chair_id) is Choice.FOR
    casting = quorate and tied and settings.casting_vote and chair_for
    return Tally(
        votes_for=count[Choice.FOR],
        against=count[Choice.AGAINST],
        abstained=count[Choice.ABSTAIN],
        able=len(able),
        needed=needed,
        quorate=quorate,
        carried=casting or (quorate and count[Choice.FOR] >= needed),
        by_casting_vote=casting,
    )


def in_words(count: Tally) -> str:
    """The count as the minutes say it."""
    if not count.quorate:
        return f"Not quorate: {count.able} members may vote on this item."
    result = "carried" if count.carried else "not carried"
    how = " by the chair's casting vote" if count.by_casting_vote else ""
    return f"{count.votes_for} for, {count.against} against, {count.abstained} abstained: {result}{how}."
