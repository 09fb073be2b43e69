"""The few facts a guard may read: attributes of the case itself, and named facts brought with a request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any, Generic, Protocol, TypeVar, cast

from workflows.machine import Blocker, MissingFactError, Request

T = TypeVar("T")


class Case(Protocol):
    """Anything that follows a machine."""

    @property
    def state(self) -> str: ...


class RoundCase(Case, Protocol):
    """A round: it opens and closes at an instant; a rolling one has no close."""

    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime | None: ...
    @property
    def release_at(self) -> datetime | None: ...


class ApplicationCase(Case, Protocol):
    """A bid, with the round it was made to; `extended_to` is a later close of its own."""

    @property
    def grant_requested_pence(self) -> int: ...
    @property
    def extended_to(self) -> datetime | None: ...
    @property
    def round(self) -> RoundCase: ...


class AssessmentCase(Case, Protocol):
    """One assessor's reading of one bid; the two instants are the conflict declaration."""

    @property
    def no_conflict_at(self) -> datetime | None: ...
    @property
    def conflict_at(self) -> datetime | None: ...


class MeetingCase(Case, Protocol):
    """A sitting of the board."""

    @property
    def quorum(self) -> int: ...


class AwardCase(Case, Protocol):
    """Money approved for a bid."""

    @property
    def amount_pence(self) -> int: ...
    @property
    def earlier_assistance_pence(self) -> int: ...
    @property
    def subsidy_confirmed_at(self) -> datetime | None: ...
    @property
    def accept_by(self) -> datetime | None: ...


class ClaimCase(Case, Protocol):
    """A request for payment of costs already paid."""

    @property
    def payable_pence(self) -> int: ...


@dataclass(frozen=True)
class Fact(Generic[T]):
    """A named fact of a request, its type, and what it means."""

    key: str
    kinds: tuple[type, ...]
    meaning: str

    def read(self, request: Request) -> T:
        """The fact; `MissingFactError` when it was not brought, `TypeError` when it is another kind."""
        if self.key not in request.facts:
            raise MissingFactError(self.meaning)
        value = request.facts[self.key]
        if not isinstance(value, self.kinds) or (isinstance(value, bool) and bool not in self.kinds):
            raise TypeError(f"the fact {self.key!r} is a {type(value).__name__}")
        return cast(T, value)


_WORDS = (tuple,)
_INSTANT = (datetime,)
_MAYBE_INSTANT = (datetime, NoneType)

REASON = Fact[str]("reason", (str,), "the reason given by the person who acts")
GAPS = Fact[tuple[str, ...]]("gaps", _WORDS, "what is still missing, a sentence for each gap")
PARTS = Fact[Mapping[str, frozenset[int]]](
    "parts", (Mapping,), "who took which part on this bid: ids of people by duty (rules/duties.py)"
)

DECLARED = Fact[bool]("declared", (bool,), "whether every declaration was made")
AMOUNT_RANGE = Fact[tuple[int, int]]("amount_range_pence", _WORDS, "the least and the most to ask for")
HAS_VERSION = Fact[bool]("has_version", (bool,), "whether a version was sent in before")
CUT_OFF_AT = Fact[datetime]("cut_off_at", _INSTANT, "the cut-off instant of the bid's batch")
NEW_CLOSE = Fact[datetime](
    "new_close", _INSTANT, "the later instant at which the round, or the bid, is to close"
)
BIDS_TAKEN_UP = Fact[int]("bids_taken_up", (int,), "how many bids of the round somebody began to check")
QUESTIONS = Fact[tuple[str, ...]]("questions", _WORDS, "the questions opened for clarification, by key")
DUE_AT = Fact[datetime]("due_at", _INSTANT, "the instant by which an answer is due")

OPEN_CHECKS = Fact[tuple[str, ...]]("open_checks", _WORDS, "the eligibility checks nobody has answered")
FAILED_CHECKS = Fact[tuple[str, ...]]("failed_checks", _WORDS, "the eligibility checks that failed")

CONFLICTS = Fact[tuple[str, ...]]("conflicts", _WORDS, "the conflicts found between assessor and bid")
OVERRIDE_BY = Fact[tuple[int, ...]]("override_by", _WORDS, "the people who signed an override, by id")
READS_NEEDED = Fact[int]("reads_needed", (int,), "how many assessments the round asks for")
READS_SUBMITTED = Fact[int]("reads_submitted", (int,), "how many submitted assessments count")
READS_OPEN = Fact[int]("reads_open", (int,), "how many assessments are still to come")
MODERATION_REASONS = Fact[tuple[str, ...]](
    "moderation_reasons", _WORDS, "why the scores need moderation, a sentence each"
)
MEETS_THRESHOLD = Fact[bool]("meets_threshold", (bool,), "whether the score reaches every threshold")
MODERATION_OUTCOME = Fact[str]("moderation_outcome", (str,), "what the moderation chair recorded")

AGENDA_SIZE = Fact[int]("agenda_size", (int,), "how many bids are on the meeting's list")
MEMBERS_PRESENT = Fact[int]("members_present", (int,), "how many members are present")
ITEMS_UNDECIDED = Fact[int]("items_undecided", (int,), "how many items have no outcome recorded")
DECISION = Fact[str]("decision", (str,), "the outcome recorded: approve, reserve, defer or decline")
DECISION_PENCE = Fact[int]("decision_pence", (int,), "the amount decided on")
HELD_PENCE = Fact[int]("held_pence", (int,), "the budget held for this decision")
CARRIED = Fact[bool]("carried", (bool,), "whether the vote was quorate and carried")
DECIDING_BODY = Fact[str]("deciding_body", (str,), "who decides, by the ladder: board or delegate")
FIGURES_CHANGED = Fact[bool](
    "figures_changed", (bool,), "whether the bid differs from the version decided on"
)
CALL_IN_ENDS_AT = Fact[datetime | None](
    "call_in_ends_at", _MAYBE_INSTANT, "the instant the call-in ends, or nothing where there is none"
)
CALLED_IN = Fact[bool]("called_in", (bool,), "whether the decision was called in")

AWARD_STATE = Fact[str]("award_state", (str,), "the state of the bid's award")
LETTER_READY = Fact[bool]("letter_ready", (bool,), "whether the letter is made and not void")
MFA_NOTIFIED = Fact[bool]("mfa_notified", (bool,), "whether the notification of assistance was sent")
MFA_LIMIT_PENCE = Fact[int]("mfa_limit_pence", (int,), "the limit of minimal financial assistance today")
IS_SIGNATORY = Fact[bool]("is_signatory", (bool,), "whether the person is the named signatory")
CLAIMS_OPEN = Fact[int]("claims_open", (int,), "how many claims made are with the office or the bank")
CONDITIONS_OPEN = Fact[int]("conditions_open", (int,), "how many conditions before payment are not met")

AWARD_LEFT_PENCE = Fact[int]("award_left_pence", (int,), "the award less everything payable or paid before")
BANK_VERIFIED = Fact[bool]("bank_verified", (bool,), "whether the bank details were verified by two people")
RUN_STATE = Fact[str]("run_state", (str,), "the state of the payment run the claim is in")
LINES = Fact[int]("lines", (int,), "how many payments the run holds")
LINES_WITHOUT_RESULT = Fact[int]("lines_without_result", (int,), "payments the bank has not answered")

BIDS_UNASSESSED = Fact[int]("bids_unassessed", (int,), "how many bids are not yet assessed")
BIDS_UNDECIDED = Fact[int]("bids_undecided", (int,), "how many bids have no decision")
AWARDS_OPEN = Fact[int]("awards_open", (int,), "how many awards are not yet at an end")

FACTS: tuple[Fact[Any], ...] = tuple(value for value in list(globals().values()) if isinstance(value, Fact))


@dataclass(frozen=True, slots=True)
class Rule:
    """A guard that says which facts of the request it reads."""

    judge: Callable[[Any, Request], Blocker | Iterable[Blocker] | None]
    reads: tuple[str, ...]

    def __call__(self, case: Any, request: Request) -> Blocker | Iterable[Blocker] | None:
        """Judge the case."""
        return self.judge(case, request)


def reads(
    *facts: Fact[Any],
) -> Callable[[Callable[[Any, Request], Blocker | Iterable[Blocker] | None]], Rule]:
    """Mark a guard with the facts it reads, so that whoever asks knows what to bring."""

    def mark(judge: Callable[[Any, Request], Blocker | Iterable[Blocker] | None]) -> Rule:
        return Rule(judge, tuple(fact.key for fact in facts))

    return mark
