"""The team of a bid: which part each person plays in it, and what that part may do."""

from collections.abc import Mapping
from enum import StrEnum

from workflows.actors import GRANTS, Permission, Role


class Part(StrEnum):
    """A part in a bid; exactly one person leads it."""

    LEAD = "lead"
    WRITER = "writer"
    FINANCE = "finance"
    READER = "reader"
    PARTNER = "partner"


NAMES: Mapping[Part, str] = {
    Part.LEAD: "Leads the bid",
    Part.WRITER: "Writes",
    Part.FINANCE: "Looks after the money",
    Part.READER: "Reads only",
    Part.PARTNER: "Enters a partner’s costs",
}
# What whoever invites a colleague chooses between.
COLLEAGUES = (Part.WRITER, Part.FINANCE, Part.READER)
MEANINGS: Mapping[Part, str] = {
    Part.WRITER: "Writes every answer and the money, and may submit the bid",
    Part.FINANCE: "Writes the money and, after an award, the claims; reads the rest",
    Part.READER: "Reads everything, changes nothing",
    Part.PARTNER: "Enters the costs of a partner, and sees nothing else of the bid",
}

_P = Permission
_READS = frozenset({_P.BID_FOLLOW, _P.BID_READ, _P.AWARD_READ, _P.LETTER_READ, _P.CLAIM_READ})
_KEEPS_MONEY = _READS | {_P.BID_BUDGET, _P.BID_COSTS, _P.CLAIM_SUBMIT}
_ALWAYS = frozenset({_P.PUBLIC_READ, _P.ACCOUNT_USE, _P.BID_START})

# What a part in a bid leaves of what applicants may do at all. To withdraw and to say who takes part stays
# with the lead; an offer is accepted by whoever it names, who may be one of the writers. Whoever enters a
# partner's costs sees those and nothing else.
MAY: Mapping[Part, frozenset[Permission]] = {
    Part.LEAD: GRANTS[Role.APPLICANT],
    Part.WRITER: _ALWAYS | _KEEPS_MONEY | {_P.BID_EDIT, _P.BID_SUBMIT, _P.AWARD_CONFIRM, _P.AWARD_ACCEPT},
    Part.FINANCE: _ALWAYS | _KEEPS_MONEY,
    Part.READER: _ALWAYS | _READS,
    Part.PARTNER: _ALWAYS | {_P.BID_COSTS},
}
