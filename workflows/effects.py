"""The names of what must follow a step: letters, messages, ledger postings and the R&D total."""

from dataclasses import dataclass
from typing import ClassVar, Literal

Audience = Literal[
    "applicant", "assessor", "office", "board", "chair", "decider", "finance", "followers", "asker"
]
Letter = Literal["offer", "decline", "mfa_confirmation", "termination", "completion"]
Posting = Literal[
    "fund", "unfund", "commit", "contract", "payable", "unretain", "in_transit", "refused", "paid", "release"
]
Measure = Literal["committed", "contracted", "defrayed"]


def _arguments(named: str, value: str, held: bool) -> dict[str, str]:
    return {named: value, "held": "until_release"} if held else {named: value}


@dataclass(frozen=True, slots=True)
class IssueLetter:
    """Make a letter from the frozen facts; a held one leaves at the round's release instant."""

    kind: ClassVar[str] = "issue_letter"
    letter: Letter
    held: bool = False

    @property
    def arguments(self) -> dict[str, str]:
        """What the job needs besides the case."""
        return _arguments("letter", self.letter, self.held)


@dataclass(frozen=True, slots=True)
class Notify:
    """Send a message by name to an audience; a held one leaves at the round's release instant."""

    kind: ClassVar[str] = "notify"
    message: str
    to: Audience
    held: bool = False

    @property
    def arguments(self) -> dict[str, str]:
        """What the job needs besides the case."""
        return _arguments("message", self.message, self.held) | {"to": self.to}


@dataclass(frozen=True, slots=True)
class PostLedger:
    """Move money one step along the ledger's chain of accounts."""

    kind: ClassVar[str] = "post_ledger"
    posting: Posting

    @property
    def arguments(self) -> dict[str, str]:
        """What the ledger needs besides the case."""
        return {"posting": self.posting}


@dataclass(frozen=True, slots=True)
class FeedRdTotal:
    """Bring one measure of the R&D spend total to what this case now says; the difference is entered."""

    kind: ClassVar[str] = "feed_rd_total"
    measure: Measure

    @property
    def arguments(self) -> dict[str, str]:
        """What the feed needs besides the case."""
        return {"measure": self.measure}


@dataclass(frozen=True, slots=True)
class PrintForm:
    """Print the round's blank form, for whoever writes away from a screen."""

    kind: ClassVar[str] = "print_form"

    @property
    def arguments(self) -> dict[str, str]:
        """The case is all the job needs."""
        return {}


Effect = IssueLetter | Notify | PostLedger | FeedRdTotal | PrintForm


@dataclass(frozen=True, slots=True)
class Notice:
    """Who hears of a step: the messages it sends, or the stated reason for sending none."""

    messages: tuple[Notify, ...] = ()
    silent_because: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether exactly one of the two was said."""
        return bool(self.messages) != bool(self.silent_because)


# What a step says when its author forgot: `Machine.mistakes` refuses it.
NO_NOTICE = Notice()


def tell(*messages: Notify) -> Notice:
    """A notice that sends these messages."""
    return Notice(messages=messages)


def silent(because: str) -> Notice:
    """A notice that sends nothing, and says why nobody needs to hear."""
    return Notice(silent_because=because)
