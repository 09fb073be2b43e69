"""Who takes part: the roles, the permissions (noun:verb) and which role grants which."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """A part a person plays in the funds; one person may play several, never two on one bid."""

    PUBLIC = "public"
    APPLICANT = "applicant"
    ASSESSOR = "assessor"
    OFFICER = "officer"
    BOARD_MEMBER = "board_member"
    BOARD_CHAIR = "board_chair"
    DECIDER = "decider"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing a person may do, named thing:verb; a route or a transition asks for exactly one."""

    PUBLIC_READ = "public:read"
    ACCOUNT_USE = "account:use"

    FUND_EDIT = "fund:edit"
    ROUND_READ = "round:read"
    ROUND_EDIT = "round:edit"
    ROUND_PUBLISH = "round:publish"
    ROUND_ADVANCE = "round:advance"
    QUESTION_ASK = "question:ask"
    QUESTION_ANSWER = "question:answer"

    ORGANISATION_READ = "organisation:read"
    ORGANISATION_EDIT = "organisation:edit"
    BID_START = "bid:start"
    BID_READ = "bid:read"
    BID_LIST = "bid:list"
    BID_FOLLOW = "bid:follow"
    BID_EDIT = "bid:edit"
    BID_BUDGET = "bid:budget"
    BID_COSTS = "bid:costs"
    BID_TEAM = "bid:team"
    BID_SUBMIT = "bid:submit"
    BID_WITHDRAW = "bid:withdraw"
    BID_IMPORT = "bid:import"
    BID_TRIAGE = "bid:triage"
    BID_ACCEPT_LATE = "bid:accept_late"
    BID_RANK = "bid:rank"
    BID_REFER = "bid:refer"
    BID_STEP_UP = "bid:step_up"

    ASSESSMENT_ASSIGN = "assessment:assign"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_ANSWER = "assessment:answer"
    ASSESSMENT_SCORE = "assessment:score"
    ASSESSMENT_MANAGE = "assessment:manage"
    SCORES_READ = "scores:read"
    MODERATION_DECIDE = "moderation:decide"

    MEETING_READ = "meeting:read"
    MEETING_PLAN = "meeting:plan"
    MEETING_DECLARE = "meeting:declare"
    MEETING_VOTE = "meeting:vote"
    MEETING_CHAIR = "meeting:chair"
    MEETING_CLOSE = "meeting:close"
    DECISION_READ = "decision:read"
    DECISION_TAKE = "decision:take"

    AWARD_READ = "award:read"
    AWARD_LIST = "award:list"
    AWARD_CONFIRM = "award:confirm"
    AWARD_ACCEPT = "award:accept"
    AWARD_MANAGE = "award:manage"
    AWARD_TERMINATE = "award:terminate"
    LETTER_READ = "letter:read"
    LETTER_LIST = "letter:list"
    LETTER_RELEASE = "letter:release"
    LETTER_VOID = "letter:void"

    CLAIM_READ = "claim:read"
    CLAIM_LIST = "claim:list"
    CLAIM_SUBMIT = "claim:submit"
    CLAIM_CHECK = "claim:check"
    CLAIM_APPROVE = "claim:approve"
    RUN_READ = "run:read"
    RUN_PREPARE = "run:prepare"
    RUN_APPROVE = "run:approve"
    RUN_EXPORT = "run:export"
    RUN_CONFIRM = "run:confirm"
    BANK_VERIFY = "bank:verify"

    LEDGER_READ = "ledger:read"
    REPORT_READ = "report:read"
    EQUALITY_READ = "equality:read"
    AUDIT_READ = "audit:read"
    PERSON_MANAGE = "person:manage"
    MESSAGE_READ = "message:read"
    JOB_MEND = "job:mend"

    SYSTEM_RUN = "system:run"


_P = Permission
_EVERYONE = frozenset({_P.PUBLIC_READ})
_SIGNED_IN = _EVERYONE | {_P.ACCOUNT_USE, _P.QUESTION_ASK}
_STAFF = _SIGNED_IN | {_P.ROUND_READ, _P.REPORT_READ}
_BOARD = _STAFF | {_P.BID_READ, _P.MEETING_READ, _P.MEETING_DECLARE, _P.MEETING_VOTE}

# What a role may do at all. Whose bid, assessment or meeting it is, is decided per thing by the office.
# `system:run` belongs to no role: only the clock's own jobs act with it.
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.PUBLIC: _EVERYONE,
    Role.APPLICANT: _SIGNED_IN
    | {
        _P.ORGANISATION_READ,
        _P.ORGANISATION_EDIT,
        _P.BID_START,
        _P.BID_READ,
        _P.BID_FOLLOW,
        _P.BID_EDIT,
        _P.BID_BUDGET,
        _P.BID_COSTS,
        _P.BID_TEAM,
        _P.BID_SUBMIT,
        _P.BID_WITHDRAW,
        _P.AWARD_READ,
        _P.AWARD_CONFIRM,
        _P.AWARD_ACCEPT,
        _P.LETTER_READ,
        _P.CLAIM_READ,
        _P.CLAIM_SUBMIT,
    },
    Role.ASSESSOR: _SIGNED_IN | {_P.ASSESSMENT_READ, _P.ASSESSMENT_ANSWER, _P.ASSESSMENT_SCORE},
    Role.OFFICER: _STAFF
    | {
        _P.FUND_EDIT,
        _P.ROUND_EDIT,
        _P.ROUND_PUBLISH,
        _P.ROUND_ADVANCE,
        _P.QUESTION_ANSWER,
        _P.BID_READ,
        _P.BID_LIST,
        _P.BID_IMPORT,
        _P.BID_TRIAGE,
        _P.BID_ACCEPT_LATE,
        _P.BID_RANK,
        _P.BID_REFER,
        _P.ASSESSMENT_ASSIGN,
        _P.ASSESSMENT_MANAGE,
        _P.SCORES_READ,
        _P.MODERATION_DECIDE,
        _P.MEETING_READ,
        _P.MEETING_PLAN,
        _P.MEETING_CLOSE,
        _P.DECISION_READ,
        _P.AWARD_READ,
        _P.AWARD_LIST,
        _P.AWARD_MANAGE,
        _P.LETTER_READ,
        _P.LETTER_LIST,
        _P.LETTER_RELEASE,
        _P.LETTER_VOID,
        _P.CLAIM_READ,
        _P.CLAIM_LIST,
        _P.CLAIM_CHECK,
        _P.MESSAGE_READ,
        _P.EQUALITY_READ,
    },
    Role.BOARD_MEMBER: _BOARD,
    Role.BOARD_CHAIR: _BOARD | {_P.MEETING_CHAIR, _P.MEETING_CLOSE, _P.BID_STEP_UP, _P.SCORES_READ},
    Role.DECIDER: _STAFF
    | {
        _P.BID_READ,
        _P.DECISION_READ,
        _P.DECISION_TAKE,
        _P.AWARD_READ,
        _P.AWARD_LIST,
        _P.AWARD_TERMINATE,
        _P.LETTER_READ,
        _P.SCORES_READ,
    },
    Role.FINANCE: _STAFF
    | {
        _P.AWARD_READ,
        _P.AWARD_LIST,
        _P.LETTER_READ,
        _P.CLAIM_READ,
        _P.CLAIM_LIST,
        _P.CLAIM_CHECK,
        _P.CLAIM_APPROVE,
        _P.RUN_READ,
        _P.RUN_PREPARE,
        _P.RUN_APPROVE,
        _P.RUN_EXPORT,
        _P.RUN_CONFIRM,
        _P.BANK_VERIFY,
        _P.LEDGER_READ,
    },
    Role.AUDITOR: _STAFF
    | {
        _P.BID_READ,
        _P.BID_LIST,
        _P.SCORES_READ,
        _P.MEETING_READ,
        _P.DECISION_READ,
        _P.AWARD_READ,
        _P.AWARD_LIST,
        _P.LETTER_READ,
        _P.LETTER_LIST,
        _P.CLAIM_READ,
        _P.CLAIM_LIST,
        _P.RUN_READ,
        _P.LEDGER_READ,
        _P.AUDIT_READ,
        _P.MESSAGE_READ,
        _P.EQUALITY_READ,
    },
    Role.ADMINISTRATOR: _STAFF | {_P.PERSON_MANAGE, _P.MESSAGE_READ, _P.JOB_MEND},
}


def granted(roles: frozenset[Role]) -> frozenset[Permission]:
    """Every permission any of these roles grants."""
    return frozenset().union(*(GRANTS[role] for role in roles))
