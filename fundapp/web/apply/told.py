"""What a bid's people are told of its outcome: one title, one next step, by where the award stands."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.web.filters import countdown, money, uk_date, uk_datetime, uk_time

KINDS = {
    "subsidy_check": ("wait", "Decision made"),
    "offered": ("attn", "Offer made"),
    "accepted": ("done", "Offer accepted"),
    "live": ("done", "Project under way"),
    "completed": ("done", "Project complete"),
    "lapsed": ("stop", "Offer lapsed"),
    "declined_by_applicant": ("none", "Offer declined"),
    "withdrawn": ("none", "Award withdrawn"),
    "terminated": ("stop", "Ended early"),
}
ENDED = {
    "lapsed": "The offer lapsed because it was not accepted by its date",
    "declined_by_applicant": "You declined the offer",
    "withdrawn": "The award was withdrawn",
    "terminated": "The award was ended early",
}


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome as its page opens."""

    title: str
    kind: str
    word: str
    next: dict[str, Any]
    hear: dict[str, Any]


def of_award(bid: Application, award: Award, *, has_letter: bool) -> Told:
    """What an award means to its people now."""
    kind, word = KINDS[award.state]
    return Told(_title(award), kind, word, next_step(bid, award), _hear(award, has_letter=has_letter))


def of_decline(bid: Application, *, has_letter: bool) -> Told:
    """What a bid that is not funded means to its people."""
    following = {"text": "Read why", "href": "#marks", "note": "You can bid again in a later round."}
    letter = {"question": "The letter", "text": "With this page" if has_letter else "Follows soon"}
    return Told(f"We are sorry that we cannot fund {bid.reference}", "stop", "Not funded", following, letter)


def next_step(bid: Application, award: Award) -> dict[str, Any]:
    """What the organisation must do next about its award."""
    if award.state == "subsidy_check" and award.subsidy_confirmed_at is None:
        return {
            "text": "Confirm other public money you received",
            "href": url_for("apply.confirm", reference=bid.reference),
            "note": "The law asks for it before we can make the offer.",
        }
    if award.state == "subsidy_check":
        return {"text": "Nothing: we are preparing your offer", "note": "A mail tells you when it is here."}
    if award.state == "offered" and award.accept_by is not None:
        return {
            "text": "Accept or decline the offer",
            "href": url_for("apply.accept", reference=bid.reference),
            "note": f"By {uk_datetime(award.accept_by)}: {countdown(award.accept_by)} left.",
        }
    if award.state == "accepted":
        return {"text": "Nothing: we start the project with you", "note": "Then your claims open."}
    if award.state == "live":
        return {
            "text": "Claim what you have paid",
            "href": f"{url_for('apply.bid', reference=bid.reference)}/claims",
            "note": "After each quarter, for costs you have paid.",
        }
    return {"text": "Nothing"}


def _title(award: Award) -> str:
    amount = money(award.amount_pence)
    if award.state in ENDED:
        return ENDED[award.state]
    if award.state == "subsidy_check":
        return f"Your bid is approved for {amount}; this is not yet an offer"
    if award.state == "offered":
        verb = "offer you" if award.instrument == "grant" else "offer to invest"
        return f"We are pleased to {verb} {amount}"
    if award.state == "completed":
        return f"Your project with {amount} from us is complete"
    return f"You accepted our offer of {amount}"


def _hear(award: Award, *, has_letter: bool) -> dict[str, Any]:
    if award.state == "subsidy_check":
        return {"text": "When you have confirmed", "note": "A second officer releases the letter."}
    if award.state == "offered" and award.accept_by is not None:
        return {
            "question": "When does it lapse?",
            "text": uk_date(award.accept_by),
            "note": uk_time(award.accept_by),
        }
    letter = "With this page" if has_letter else "Follows soon"
    return {"question": "Your letters", "text": letter}
