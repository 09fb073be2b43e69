"""The words and shapes of money on finance's pages: states of claims and runs, accounts, postings."""

from collections.abc import Mapping

CLAIM_KINDS: Mapping[str, str] = {
    "due": "none",
    "submitted": "attn",
    "queried": "held",
    "checked": "attn",
    "approved": "wait",
    "in_run": "wait",
    "paid": "done",
    "rejected": "stop",
}
RUN_KINDS: Mapping[str, str] = {
    "draft": "attn",
    "approved": "wait",
    "exported": "wait",
    "confirmed": "done",
    "discarded": "none",
}
AWARD_KINDS: Mapping[str, str] = {
    "subsidy_check": "attn",
    "offered": "wait",
    "accepted": "wait",
    "live": "done",
    "completed": "done",
    "lapsed": "stop",
    "declined_by_applicant": "stop",
    "withdrawn": "none",
    "terminated": "stop",
}
ACCOUNTS: Mapping[str, str] = {
    "funding": "Funding",
    "available": "Available",
    "committed": "Committed",
    "contracted": "Contracted",
    "payable": "Payable",
    "retained": "Kept until the final report",
    "in_transit": "With the bank",
    "paid": "Paid",
    "receivable": "To be paid back",
    "recovered": "Paid back",
}
POSTINGS: Mapping[str, str] = {
    "fund": "Round published",
    "unfund": "Round closed",
    "commit": "Award approved",
    "contract": "Offer accepted",
    "payable": "Claim approved",
    "unretain": "Kept part released",
    "in_transit": "Sent to the bank",
    "paid": "Paid by the bank",
    "refused": "Refused by the bank",
    "release": "Given back",
}


def next_of(state: str | None, award_state: str) -> tuple[str, str]:
    """What an award waits for next, as the shape and words of a tag."""
    if award_state not in {"accepted", "live"}:
        return AWARD_KINDS.get(award_state, "none"), _AWARD_WORDS.get(award_state, "Ended")
    if award_state == "accepted":
        return "attn", "Project to start"
    return CLAIM_KINDS.get(state or "", "none"), _CLAIM_WORDS.get(state or "", "All claims settled")


_AWARD_WORDS: Mapping[str, str] = {
    "subsidy_check": "Subsidy check",
    "offered": "Offer out",
    "completed": "Complete",
    "lapsed": "Offer lapsed",
    "declined_by_applicant": "Offer declined",
    "withdrawn": "Withdrawn",
    "terminated": "Ended early",
}
_CLAIM_WORDS: Mapping[str, str] = {
    "due": "Next claim to come",
    "submitted": "To check",
    "queried": "Question with them",
    "checked": "To approve",
    "approved": "To put in a run",
    "in_run": "In a run",
}
