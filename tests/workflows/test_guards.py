"""Each guard refuses what it is there to refuse, with its own code, and nothing else with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.workflows.situations import (
    AFTER_CLOSE,
    CLOSES,
    OPENS,
    PERSON,
    Call,
    request_for,
    situation_for,
)
from workflows.machine import Machine, Transition
from workflows.soundness import machines

MACHINES = {machine.name: machine for machine in machines()}
SECOND = timedelta(seconds=1)


def _step(name: str, source: str, action: str) -> tuple[Machine, Transition]:
    machine = MACHINES[name]
    step = machine.transition(source, action)
    assert step is not None
    return machine, step


SPOILED_FACTS = [
    ("competitive", "draft", "submit", {"gaps": ("“Why a grant” is empty.", "Two more.")}, ["gap", "gap"]),
    ("competitive", "draft", "submit", {"declared": False}, ["not_declared"]),
    ("competitive", "draft", "submit", {"amount_range_pence": (60_000_00, 75_000_00)}, ["amount_low"]),
    ("competitive", "draft", "submit", {"amount_range_pence": (25_000_00, 50_000_00)}, ["amount_high"]),
    ("competitive", "draft", "carry_forward", {"has_version": False}, ["never_submitted"]),
    ("competitive", "draft", "accept_late", {"reason": "  "}, ["reason_missing"]),
    ("competitive", "in_triage", "pass", {"open_checks": ("where it works",)}, ["check_open"]),
    ("competitive", "in_triage", "pass", {"failed_checks": ("too large",)}, ["check_failed"]),
    ("competitive", "in_triage", "find_ineligible", {"failed_checks": ()}, ["no_check_failed"]),
    ("competitive", "in_triage", "ask", {"questions": ()}, ["no_question"]),
    ("competitive", "in_triage", "ask", {"due_at": AFTER_CLOSE}, ["due_in_past"]),
    ("competitive", "in_assessment", "recommend", {"reads_submitted": 2}, ["too_few_reads"]),
    ("competitive", "in_assessment", "recommend", {"reads_open": 1}, ["still_reading"]),
    ("competitive", "in_assessment", "recommend", {"meets_threshold": False}, ["below_threshold"]),
    ("competitive", "in_assessment", "not_recommend", {"meets_threshold": True}, ["above_threshold"]),
    (
        "competitive",
        "in_assessment",
        "recommend",
        {"moderation_reasons": ("Far apart.",)},
        ["needs_moderation"],
    ),
    ("competitive", "in_assessment", "moderate", {"moderation_reasons": ()}, ["no_moderation_needed"]),
    ("small_grant", "in_assessment", "recommend", {"moderation_reasons": ("Far apart.",)}, []),
    (
        "competitive",
        "in_moderation",
        "settle_recommended",
        {"moderation_outcome": ""},
        ["moderation_outcome"],
    ),
    ("competitive", "in_moderation", "read_again", {"moderation_outcome": "stands"}, ["moderation_outcome"]),
    (
        "competitive",
        "in_moderation",
        "read_again",
        {"parts": {"assessor": frozenset({PERSON})}},
        ["same_person"],
    ),
    ("competitive", "at_board", "board_approve", {"decision": "reserve"}, ["not_minuted"]),
    ("competitive", "at_board", "board_approve", {"carried": False}, ["not_carried"]),
    ("competitive", "at_board", "board_approve", {"deciding_body": "delegate"}, ["other_body"]),
    ("competitive", "at_board", "board_recommend", {"deciding_body": "board"}, ["other_body"]),
    ("competitive", "at_board", "board_approve", {"held_pence": 59_199_99}, ["budget_not_held"]),
    ("competitive", "at_board", "board_approve", {"held_pence": 0, "decision_pence": 0}, ["budget_not_held"]),
    ("competitive", "at_board", "board_approve", {"figures_changed": True}, ["figures_changed"]),
    ("competitive", "at_board", "board_defer", {"carried": False}, []),
    ("competitive", "reserve", "step_up", {"held_pence": 0}, ["budget_not_held"]),
    ("competitive", "reserve", "step_up", {"parts": {"decider": frozenset({PERSON})}}, ["same_person"]),
    (
        "competitive",
        "awaiting_decision",
        "decide",
        {"parts": {"board_member": frozenset({PERSON})}},
        ["same_person"],
    ),
    ("competitive", "awaiting_decision", "decide", {"figures_changed": True}, ["figures_changed"]),
    ("competitive", "awaiting_decision", "decide", {"reason": ""}, ["reason_missing"]),
    ("competitive", "decided", "approve", {"call_in_ends_at": AFTER_CLOSE}, ["call_in"]),
    ("competitive", "decided", "approve", {"call_in_ends_at": AFTER_CLOSE - SECOND}, []),
    ("competitive", "decided", "approve", {"call_in_ends_at": OPENS, "called_in": True}, ["called_in"]),
    ("competitive", "approved", "offer", {"award_state": "subsidy_check"}, ["offer_not_released"]),
    ("competitive", "approved", "withdraw", {"award_state": "subsidy_check"}, ["award_stands"]),
    ("competitive", "approved", "void_approval", {"figures_changed": False}, ["figures_unchanged"]),
    (
        "rolling_investment",
        "submitted",
        "take_up",
        {"cut_off_at": AFTER_CLOSE + SECOND},
        ["batch_still_open"],
    ),
    ("rolling_investment", "submitted", "take_up", {"cut_off_at": AFTER_CLOSE}, []),
    ("round", "published", "mark_assessed", {"bids_unassessed": 2}, ["unassessed"]),
    ("round", "published", "extend", {"bids_taken_up": 1}, ["round_moved_on"]),
    ("round", "published", "extend", {"new_close": CLOSES}, ["not_later"]),
    ("round", "published", "extend", {"new_close": AFTER_CLOSE}, ["close_after_release"]),
    ("round", "published", "extend", {"reason": " "}, ["reason_missing"]),
    ("competitive", "draft", "extend", {"new_close": CLOSES}, ["not_later"]),
    ("competitive", "submitted", "extend", {"new_close": AFTER_CLOSE}, ["close_after_release"]),
    ("round", "assessed", "mark_decided", {"bids_undecided": 1}, ["undecided"]),
    ("round", "decided", "complete", {"awards_open": 1}, ["awards_open"]),
    (
        "assessment",
        "proposed",
        "invite",
        {"conflicts": ("One.", "Two.")},
        ["conflict_found", "conflict_found"],
    ),
    ("assessment", "proposed", "invite", {"conflicts": ("One.",), "override_by": (1, 1)}, ["conflict_found"]),
    ("assessment", "proposed", "invite", {"conflicts": ("One.",), "override_by": (1, 2)}, []),
    ("assessment", "in_progress", "submit", {"parts": {"applicant": frozenset({PERSON})}}, ["same_person"]),
    ("meeting", "planned", "issue_papers", {"agenda_size": 0}, ["empty_agenda"]),
    ("meeting", "papers_issued", "open", {"members_present": 4}, ["no_quorum"]),
    ("meeting", "in_session", "close", {"items_undecided": 2}, ["items_open"]),
    ("award", "subsidy_check", "offer", {"mfa_notified": False}, ["mfa_not_notified"]),
    ("award", "subsidy_check", "offer", {"letter_ready": False}, ["no_letter"]),
    ("award", "subsidy_check", "offer", {"parts": {"letter_maker": frozenset({PERSON})}}, ["same_person"]),
    ("award", "subsidy_check", "offer", {"mfa_limit_pence": 59_199_99}, ["mfa_limit"]),
    ("award", "offered", "accept", {"mfa_limit_pence": 59_199_99}, ["mfa_limit"]),
    ("award", "offered", "accept", {"mfa_limit_pence": 59_200_00}, []),
    ("award", "offered", "accept", {"is_signatory": False}, ["not_signatory"]),
    ("award", "offered", "accept", {"letter_ready": False}, ["no_letter"]),
    ("award", "live", "complete", {"claims_open": 1}, ["claims_open"]),
    ("claim", "submitted", "check", {"parts": {"applicant": frozenset({PERSON})}}, ["same_person"]),
    ("claim", "checked", "approve", {"parts": {"claim_checker": frozenset({PERSON})}}, ["same_person"]),
    ("claim", "checked", "approve", {"award_left_pence": 9_999_99}, ["above_award"]),
    ("claim", "approved", "put_in_run", {"bank_verified": False}, ["bank_unverified"]),
    ("claim", "approved", "put_in_run", {"conditions_open": 1}, ["conditions_open"]),
    ("claim", "approved", "put_in_run", {"run_state": "approved"}, ["run_state"]),
    ("claim", "in_run", "pay", {"run_state": "approved"}, ["run_state"]),
    ("claim", "in_run", "take_out_of_run", {"run_state": "exported"}, ["run_state"]),
    ("payment_run", "draft", "approve", {"parts": {"run_preparer": frozenset({PERSON})}}, ["same_person"]),
    ("payment_run", "draft", "approve", {"lines": 0}, ["empty_run"]),
    ("payment_run", "exported", "confirm", {"lines_without_result": 1}, ["lines_open"]),
]


@pytest.mark.parametrize(("name", "source", "action", "spoiled", "codes"), SPOILED_FACTS)
def test_a_spoiled_fact_is_refused_by_its_own_guard(
    name: str, source: str, action: str, spoiled: dict[str, object], codes: list[str]
) -> None:
    machine, step = _step(name, source, action)
    found = machine.blockers(situation_for(step, source), action, request_for(machine, step, changed=spoiled))
    assert [blocker.code for blocker in found] == codes


SPOILED_CASES = [
    ("assessment", "invited", "accept", {"no_conflict_at": None}, ["not_declared"]),
    ("assessment", "in_progress", "submit", {"conflict_at": OPENS}, ["conflict_declared"]),
    ("assessment", "accepted", "declare_conflict", {"conflict_at": None}, ["no_conflict"]),
    ("award", "subsidy_check", "offer", {"subsidy_confirmed_at": None}, ["mfa_not_confirmed"]),
    ("award", "offered", "accept", {"subsidy_confirmed_at": None}, ["mfa_not_confirmed"]),
    ("award", "offered", "accept", {"earlier_assistance_pence": 255_800_01}, ["mfa_limit"]),
    ("award", "offered", "accept", {"earlier_assistance_pence": 255_800_00}, []),
    ("claim", "checked", "approve", {"payable_pence": 0}, ["nothing_payable"]),
    ("round", "draft", "publish", {"opens_at": None}, ["no_opening"]),
    ("round", "draft", "publish", {"closes_at": OPENS}, ["closes_too_early"]),
    ("round", "draft", "publish", {"opens_at": OPENS - timedelta(days=30)}, ["opens_in_past"]),
    ("round", "assessed", "mark_decided", {"release_at": None}, ["no_release"]),
    ("competitive", "draft", "submit", {"round": Call(state="cancelled")}, ["round_not_open"]),
    ("competitive", "draft", "extend", {"round": Call(state="assessed")}, ["round_moved_on"]),
    ("competitive", "draft", "extend", {"round": Call(closes_at=None)}, ["never_closes"]),
    ("competitive", "draft", "extend", {"extended_to": AFTER_CLOSE - SECOND}, ["not_later"]),
    ("competitive", "submitted", "take_up", {"extended_to": AFTER_CLOSE + SECOND}, ["round_still_open"]),
    ("competitive", "submitted", "take_up", {"extended_to": OPENS}, []),
]


@pytest.mark.parametrize(("name", "source", "action", "spoiled", "codes"), SPOILED_CASES)
def test_a_spoiled_case_is_refused_by_its_own_guard(
    name: str, source: str, action: str, spoiled: dict[str, object], codes: list[str]
) -> None:
    machine, step = _step(name, source, action)
    case = replace(situation_for(step, source), **spoiled)  # type: ignore[arg-type]
    found = machine.blockers(case, action, request_for(machine, step))
    assert [blocker.code for blocker in found] == codes


LAST = CLOSES - timedelta(microseconds=1)
MOMENTS = [
    ("competitive", "draft", "submit", OPENS - SECOND, ["round_not_open_yet"]),
    ("competitive", "draft", "submit", OPENS, []),
    ("competitive", "draft", "submit", LAST, []),
    ("competitive", "draft", "submit", CLOSES, ["round_closed"]),
    ("competitive", "submitted", "reopen", LAST, []),
    ("competitive", "submitted", "reopen", CLOSES, ["round_closed"]),
    ("rolling_investment", "submitted", "reopen", CLOSES, []),
    ("competitive", "submitted", "take_up", LAST, ["round_still_open"]),
    ("competitive", "submitted", "take_up", CLOSES, []),
    ("competitive", "draft", "accept_late", LAST, ["round_still_open"]),
    ("competitive", "draft", "carry_forward", LAST, ["round_still_open"]),
    ("award", "offered", "accept", AFTER_CLOSE + timedelta(days=30), []),
    ("award", "offered", "accept", AFTER_CLOSE + timedelta(days=30, microseconds=1), ["offer_lapsed"]),
    ("award", "offered", "lapse", AFTER_CLOSE + timedelta(days=30), ["offer_still_open"]),
    ("award", "offered", "lapse", AFTER_CLOSE + timedelta(days=30, microseconds=1), []),
]


@pytest.mark.parametrize(("name", "source", "action", "now", "codes"), MOMENTS)
def test_an_instant_decides_to_the_microsecond(
    name: str, source: str, action: str, now: datetime, codes: list[str]
) -> None:
    machine, step = _step(name, source, action)
    request = replace(request_for(machine, step), now=now)
    found = machine.blockers(situation_for(step, source), action, request)
    assert [blocker.code for blocker in found] == codes


def test_a_closed_round_says_when_and_what_is_kept() -> None:
    machine, step = _step("competitive", "draft", "submit")
    (found,) = machine.blockers(
        situation_for(step, "draft"), "submit", replace(request_for(machine, step), now=CLOSES)
    )
    assert found.reason == "This round closed at 12:00 (UK time), Friday 18 December 2026."
    assert found.remedy == "What you have written is kept. You can use it in a later round."


def test_the_clock_alone_never_counts_as_a_person() -> None:
    machine, step = _step("claim", "checked", "approve")
    request = replace(request_for(machine, step), actor_id=None)
    assert [each.code for each in machine.blockers(situation_for(step, "checked"), "approve", request)] == [
        "nobody_acting"
    ]
