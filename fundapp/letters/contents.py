"""What each kind of letter says: every merge field, typed, bounded and required.

Money is integer pence, a rate is basis points (5,000 = 50%), a score is hundredths of a mark, a day is a
date and an instant is aware. Text is cleaned of control and direction-override characters and has a
longest length; nothing here may be missing, and nothing else may be added.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from fundapp.letters.values import (
    STRICT,
    BasisPoints,
    Code,
    Count,
    Hundredths,
    Line,
    OptionalLine,
    Pence,
    Prose,
    WebAddress,
    clean_line,
    clean_prose,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes: the letterhead. `notice` is printed above the address, or is empty."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    authority: Line
    department: Line
    address: Line
    email: Line
    notice: OptionalLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """To whom the letter goes."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Line
    organisation: Line
    address: Annotated[tuple[Line, ...], Field(max_length=6)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """In whose name the letter stands."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Line
    post: Line
    on_behalf_of: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands at the top and foot of every letter.

    `check_address` is the page where the code is checked, without the code (`https://funds.example/check`).
    `release_at` is the round's release instant, before which nobody outside sees the letter.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    reference: Line
    number: Count
    code: Code
    check_address: WebAddress
    dated_on: date
    release_at: AwareDatetime | None
    fund: Line
    round: Line
    project: Line
    company_number: OptionalLine
    sender: Sender
    recipient: Recipient
    signatory: Signatory


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided, when, and on whose recommendation; `reasons` are the panel's own sentences."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    decided_by: Line
    decided_on: date
    recommended_by: OptionalLine
    recommended_on: date | None
    reasons: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=20)]
    bids_received: Count | None
    bids_funded: Count | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: when it bites, what must be done, and by which day (none: throughout)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    when: Line
    what: Annotated[str, BeforeValidator(clean_line), Field(min_length=1, max_length=1000)]
    by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """Minimal financial assistance: the sums, the window and the limit of the Subsidy Control Act 2022.

    `received_pence` is what the enterprise confirmed it had received since `window_from`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    gross_pence: Pence
    received_pence: Pence
    confirmed_on: date
    window_from: date
    limit_pence: Pence


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """How one criterion was marked: the bid, the round's average, and the assessors' comment."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Line
    weight: BasisPoints
    score: Hundredths | None
    average: Hundredths | None
    highest: Hundredths
    comment: Annotated[str, BeforeValidator(clean_prose), Field(max_length=4000)]


Results = Annotated[tuple[CriterionResult, ...], Field(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOfGrant:
    """The formal offer of a grant, with its schedule of terms and, behind it, how the bid was marked."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    decision: Decision
    reply_by: AwareDatetime
    award_pence: Pence
    qualifying_cost_pence: Pence
    rate: BasisPoints
    starts_on: date
    ends_on: date
    claim_months: Annotated[int, Field(ge=1, le=12)]
    retention_rate: BasisPoints
    retention_pence: Pence
    conditions: Annotated[tuple[Condition, ...], Field(max_length=40)]
    assistance: Assistance
    given_on_acceptance: bool
    pay_within_days: Count
    final_report_by: date
    records_until: date
    change_notice_days: Count
    data_contact: Line
    results: Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """One payment of an investment: how much, when, and what must first be true."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    amount_pence: Pence
    due_on: date
    milestone: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestmentTerm:
    """One term of the investment in words: "Valuation before the money", "£1,200,000.00 at 3 March 2027"."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    name: Line
    words: Annotated[str, BeforeValidator(clean_line), Field(min_length=1, max_length=600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferOfInvestment:
    """The formal offer of an investment, shares or a convertible loan in tranches; the marks behind it.

    `assistance` is absent where the terms are the market's and there is no subsidy; `subsidy_basis` says why.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    decision: Decision
    reply_by: AwareDatetime
    instrument: Annotated[str, Field(pattern="^(equity|convertible_loan)$")]
    amount_pence: Pence
    terms: Annotated[tuple[InvestmentTerm, ...], Field(min_length=1, max_length=20)]
    tranches: Annotated[tuple[Tranche, ...], Field(min_length=1, max_length=24)]
    conditions: Annotated[tuple[Condition, ...], Field(max_length=40)]
    assistance: Assistance | None
    subsidy_basis: Annotated[str, BeforeValidator(clean_line), Field(max_length=1000)]
    given_on_acceptance: bool
    statement_months: Annotated[int, Field(ge=1, le=12)]
    records_until: date
    change_notice_days: Count
    data_contact: Line
    results: Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """A bid that is not funded: the outcome, the scores with the round's average, reasons, and what next.

    `results` is empty for a bid that was not assessed. Totals are hundredths of a mark out of 100.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    decision: Decision
    asked_pence: Pence
    results: Results
    total: Hundredths | None
    average_total: Hundredths | None
    lowest_funded_total: Hundredths | None
    assessors: Annotated[int, Field(ge=0, le=20)]
    next_steps: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=10)]
    review_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaNotification:
    """The notice required before minimal financial assistance: the amount, and a request to confirm."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    gross_pence: Pence
    limit_pence: Pence
    window_from: date
    window_to: date
    reply_by: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MfaConfirmation:
    """The confirmation required when minimal financial assistance is given: that it is, when, how much."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    assistance: Assistance
    given_on: date
    keep_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The close of an award whose project is done: what was paid, and what was never claimed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    award_pence: Pence
    cost_pence: Pence
    paid_pence: Pence
    not_claimed_pence: Pence
    starts_on: date
    ends_on: date
    completed_on: date
    records_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """The end of an award before its time: why, what was paid until then, and what is no longer paid."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    heading: Heading
    award_pence: Pence
    paid_pence: Pence
    withdrawn_pence: Pence
    ended_on: date
    decided_by: Line
    reason: Prose
    records_until: date
    review_by: date


Contents = (
    OfferOfGrant | OfferOfInvestment | Decline | MfaNotification | MfaConfirmation | Completion | Termination
)
