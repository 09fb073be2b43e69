"""The kinds of letter there are: what each must say, which template says it, and its title."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fundapp.letters.contents import (
    Completion,
    Decline,
    MfaConfirmation,
    MfaNotification,
    OfferOfGrant,
    OfferOfInvestment,
    Termination,
)
from fundapp.letters.wording import day, pounds


class Kind(StrEnum):
    """The key of a letter kind, as a letter's row keeps it."""

    OFFER_OF_GRANT = "offer_of_grant"
    OFFER_OF_INVESTMENT = "offer_of_investment"
    DECLINE = "decline"
    MFA_NOTIFICATION = "mfa_notification"
    MFA_CONFIRMATION = "mfa_confirmation"
    COMPLETION = "completion"
    TERMINATION = "termination"


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind: its name in words, its template and that template's version, its contents, its title."""

    key: Kind
    name: str
    template_version: str
    contents: type[Any]
    title: Callable[[Any], str]

    @property
    def template(self) -> str:
        """The template's path below `templates/`."""
        return f"letters/{self.key}.html"


class UnknownKind(LookupError):
    """No letter of this name is in the catalogue."""


def _grant(letter: OfferOfGrant) -> str:
    return f"We are pleased to offer you {pounds(letter.award_pence)}"


def _investment(letter: OfferOfInvestment) -> str:
    return f"We are pleased to offer to invest {pounds(letter.amount_pence)}"


def _decline(letter: Decline) -> str:
    return f"We are sorry that we cannot fund {letter.heading.reference}"


def _notification(letter: MfaNotification) -> str:
    return f"Please confirm before we offer you {pounds(letter.gross_pence)}"


def _confirmation(letter: MfaConfirmation) -> str:
    return f"Your {pounds(letter.assistance.gross_pence)} was given on {day(letter.given_on)}"


def _completion(letter: Completion) -> str:
    return f"Your project is complete, and we paid {pounds(letter.paid_pence)}"


def _termination(letter: Termination) -> str:
    return f"We have ended your award on {day(letter.ended_on)}"


CATALOGUE: Mapping[Kind, LetterKind] = {
    kind.key: kind
    for kind in (
        LetterKind(Kind.OFFER_OF_GRANT, "offer of grant", "1", OfferOfGrant, _grant),
        LetterKind(Kind.OFFER_OF_INVESTMENT, "offer of investment", "1", OfferOfInvestment, _investment),
        LetterKind(Kind.DECLINE, "decision and feedback", "1", Decline, _decline),
        LetterKind(Kind.MFA_NOTIFICATION, "notice of assistance", "1", MfaNotification, _notification),
        LetterKind(Kind.MFA_CONFIRMATION, "confirmation of assistance", "1", MfaConfirmation, _confirmation),
        LetterKind(Kind.COMPLETION, "close of award", "1", Completion, _completion),
        LetterKind(Kind.TERMINATION, "end of award", "1", Termination, _termination),
    )
}


def kind_for(letter: str, instrument: str = "grant") -> LetterKind:
    """The kind an effect asks for: "offer" follows the award's instrument, any other name is a kind's own."""
    if letter == "offer":
        return CATALOGUE[Kind.OFFER_OF_GRANT if instrument == "grant" else Kind.OFFER_OF_INVESTMENT]
    try:
        return CATALOGUE[Kind(letter)]
    except ValueError:
        raise UnknownKind(f"there is no letter called {letter!r}") from None
