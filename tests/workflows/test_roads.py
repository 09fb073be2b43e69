"""No sequence of steps, by anybody, with any facts, brings a bid or its money where it must not be."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflows.situations import facts_for, moment_for, situation_for
from workflows import awards, claims
from workflows.actors import GRANTS, Permission, Role
from workflows.machine import Blocked, Machine, Plan, Request, Transition
from workflows.pathways import pathway
from workflows.rules.duties import LIFELONG, Duty

PEOPLE = st.integers(1, 6)
CLOCK = frozenset({Permission.SYSTEM_RUN})
# What each action makes of the person who takes it.
PART_TAKEN = {
    "submit": Duty.APPLICANT,
    "settle_recommended": Duty.MODERATOR,
    "settle_not_recommended": Duty.MODERATOR,
    "read_again": Duty.MODERATOR,
    "decide": Duty.DECIDER,
    "send_back": Duty.DECIDER,
    "step_up": Duty.BOARD_MEMBER,
    "step_up_recommend": Duty.BOARD_MEMBER,
}
SPOILT: dict[str, tuple[object, ...]] = {
    "gaps": (("Something is missing.",),),
    "reason": ("",),
    "declared": (False,),
    "amount_range_pence": ((1, 2),),
    "has_version": (False,),
    "open_checks": (("where it works",),),
    "failed_checks": ((), ("too large",)),
    "reads_submitted": (0, 2),
    "reads_open": (1,),
    "moderation_reasons": ((), ("Far apart.",)),
    "meets_threshold": (True, False),
    "moderation_outcome": ("", "stands", "extra_read"),
    "decision": ("approve", "reserve", "defer", "decline"),
    "held_pence": (0, 1),
    "carried": (False,),
    "deciding_body": ("board", "delegate"),
    "figures_changed": (True, False),
    "called_in": (True,),
    "letter_ready": (False,),
    "mfa_notified": (False,),
    "mfa_limit_pence": (1,),
    "is_signatory": (False,),
}
ACCOUNTS = {
    "commit": ("available", "committed"),
    "contract": ("committed", "contracted"),
    "release": ("", "available"),
}

# Where a wrong fact would do most harm, it is tried most often.
TELLING: dict[str, tuple[dict[str, object], ...]] = {
    "approve": ({}, {"held_pence": 1}, {"figures_changed": True}),
    "decide": ({}, {"held_pence": 1}, {"figures_changed": True}),
    "board_approve": ({}, {"held_pence": 1}, {"deciding_body": "delegate"}),
}
# A bid withdrawn on its first steps shows nothing; later it may be withdrawn at any time.
LATE = 4


def _spoilings() -> st.SearchStrategy[dict[str, object]]:
    one = st.sampled_from(sorted(SPOILT)).flatmap(
        lambda key: st.sampled_from(SPOILT[key]).map(lambda value: {key: value})
    )
    return st.one_of(st.just({}), st.just({}), one)


SPOILINGS = _spoilings()


class Road(RuleBasedStateMachine):
    """One bid on its pathway, the award made from it, and the money both move, driven at random."""

    machine: Machine

    def __init__(self) -> None:
        super().__init__()
        self.state = self.machine.initial
        self.history = [self.state]
        self.award = ""
        self.award_history: list[str] = []
        self.confirmed = False
        self.money: Counter[str] = Counter(available=1)
        self.parts: dict[Duty, set[int]] = {}
        self.facts_at_approval: dict[str, object] = {}

    @initialize(data=st.data(), steps=st.integers(0, 14), people=st.permutations(range(1, 7)))
    def begin_somewhere_on_the_road(self, data: st.DataObject, steps: int, people: list[int]) -> None:
        for number in range(steps):
            self.go_on(data, people[number % len(people)])

    @rule(data=st.data(), person=PEOPLE)
    def go_on(self, data: st.DataObject, person: int) -> None:
        """A step by somebody who may take it, to new ground where there is some."""
        here = [step for step in self.machine.transitions if self.state in step.sources]
        fresh = [step for step in here if step.target not in self.history and not self._ends(step)]
        if here:
            step = data.draw(st.sampled_from(fresh or here))
            self._try(step, frozenset({step.permission}), person, {})

    @rule(data=st.data(), person=PEOPLE, spoilt=SPOILINGS)
    def go_astray(self, data: st.DataObject, person: int, spoilt: dict[str, object]) -> None:
        """A step from here by somebody who may take it, with a fact that may be wrong."""
        here = [step for step in self.machine.transitions if self.state in step.sources]
        if here:
            step = data.draw(st.sampled_from(here))
            if step.target != "withdrawn" or len(self.history) > LATE:
                telling = data.draw(st.sampled_from(TELLING.get(step.action, ({},))))
                self._try(step, frozenset({step.permission}), person, {**telling, **spoilt})

    @rule(data=st.data(), role=st.sampled_from([*Role, None]), person=PEOPLE, spoilt=SPOILINGS)
    def take_any_step(
        self, data: st.DataObject, role: Role | None, person: int, spoilt: dict[str, object]
    ) -> None:
        """Any step at all by anybody, or by the clock."""
        step = data.draw(st.sampled_from(self.machine.transitions))
        if step.target != "withdrawn" or len(self.history) > LATE:
            self._try(step, CLOCK if role is None else GRANTS[role], person, spoilt)

    def _ends(self, step: Transition) -> bool:
        return self.machine.state(step.target).final and step.target != "offered"

    @rule(person=PEOPLE, action=st.sampled_from(("offer", "accept", "start", "complete")))
    @precondition(lambda self: self.award != "")
    def bring_the_award_on(self, person: int, action: str) -> None:
        for name in ("confirm_subsidy", action):
            if step := awards.MACHINE.transition(self.award, name):
                self._try_award(step, person, {})

    @rule(data=st.data(), person=PEOPLE, spoilt=SPOILINGS)
    @precondition(lambda self: self.award != "")
    def take_a_step_of_the_award(self, data: st.DataObject, person: int, spoilt: dict[str, object]) -> None:
        here = [step for step in awards.MACHINE.transitions if self.award in step.sources]
        self._try_award(data.draw(st.sampled_from(here or awards.MACHINE.transitions)), person, spoilt)

    def _request(
        self, machine: Machine, step: Transition, able: frozenset[Permission], person: int
    ) -> Request:
        facts = {**facts_for(step), "parts": {duty: frozenset(who) for duty, who in self.parts.items()}}
        actor = None if able == CLOCK else person
        return Request(able, moment_for(machine, step), actor, {**facts, "award_state": self.award})

    def _try(
        self, step: Transition, able: frozenset[Permission], person: int, spoilt: dict[str, object]
    ) -> None:
        request = self._request(self.machine, step, able, person)
        request = replace(request, facts={**request.facts, **spoilt})
        try:
            plan = self.machine.plan(situation_for(step, self.state), step.action, request)
        except Blocked:
            return
        assert step.permission in able
        self._follow(plan, request, person)

    def _follow(self, plan: Plan, request: Request, person: int) -> None:
        if duty := PART_TAKEN.get(plan.action):
            self.parts.setdefault(duty, set()).add(person)
        if plan.target == "approved":
            self.facts_at_approval = dict(request.facts)
            self.award, self.confirmed = awards.MACHINE.initial, False
            self.award_history = [self.award]
        self.state = plan.target
        self.history.append(plan.target)
        self._post(plan)

    def _try_award(self, step: Transition, person: int, spoilt: dict[str, object]) -> None:
        request = self._request(awards.MACHINE, step, frozenset({step.permission}), person)
        request = replace(request, facts={**request.facts, **spoilt})
        case = situation_for(step, self.award)
        if not self.confirmed:
            case = replace(case, subsidy_confirmed_at=None)
        try:
            plan = awards.MACHINE.plan(case, step.action, request)
        except Blocked:
            return
        self.confirmed = self.confirmed or plan.action == "confirm_subsidy"
        self.award = plan.target
        self.award_history.append(plan.target)
        self._post(plan)
        bids_step = self.machine.transition(self.state, plan.action)
        if plan.action == "offer" and bids_step:
            self._try(bids_step, frozenset({bids_step.permission}), person, {})

    def _post(self, plan: Plan) -> None:
        for effect in plan.effects:
            if posting := effect.arguments.get("posting"):
                source, target = ACCOUNTS[posting]
                if posting == "release":
                    source = "contracted" if self.money["contracted"] else "committed"
                self.money[source] -= 1
                self.money[target] += 1

    @invariant()
    def money_never_comes_from_nowhere(self) -> None:
        assert min(self.money.values()) >= 0
        assert sum(self.money.values()) == 1

    @invariant()
    def money_is_bound_exactly_while_the_award_stands(self) -> None:
        ended = {"", "lapsed", "declined_by_applicant", "withdrawn", "terminated", "completed"}
        bound = self.money["committed"] + self.money["contracted"]
        assert bound == (0 if self.award in ended else 1)

    @invariant()
    def an_award_stands_only_on_an_approved_bid(self) -> None:
        if self.award in {"subsidy_check", "offered", "accepted", "live"}:
            assert self.state in {"approved", "offered"}

    @invariant()
    def an_offer_follows_an_approval_by_the_body_that_decides(self) -> None:
        if "offered" in self.history:
            assert self.history[self.history.index("offered") - 1] == "approved"
            assert self.award_history.count("offered") == 1
        for place, state in enumerate(self.history):
            if state == "approved":
                assert self.history[place - 1] in {"board_approved", "decided"}

    @invariant()
    def an_approval_had_its_budget_and_its_figures(self) -> None:
        if self.facts_at_approval:
            assert self.facts_at_approval["held_pence"] == self.facts_at_approval["decision_pence"]
            assert self.facts_at_approval["figures_changed"] is False

    @invariant()
    def nothing_follows_an_end(self) -> None:
        ends = {state.key for state in self.machine.states if state.final}
        assert not ends & set(self.history[:-1])

    @invariant()
    def no_bid_is_judged_that_was_not_sent_in_and_checked(self) -> None:
        if self.state not in {"draft", "withdrawn"}:
            assert "submitted" in self.history
        if "in_assessment" in self.history:
            assert "in_triage" in self.history[: self.history.index("in_assessment")]

    @invariant()
    def the_two_steps_of_a_decision_stay_apart(self) -> None:
        for place, state in enumerate(self.history):
            if state == "decided":
                assert self.history[place - 1] == "awaiting_decision"

    @invariant()
    def nobody_decides_who_took_another_part(self) -> None:
        judges = [duty for duty in (Duty.MODERATOR, Duty.DECIDER, Duty.BOARD_MEMBER) if duty in self.parts]
        for one in judges:
            for other in LIFELONG & self.parts.keys() - {one}:
                assert not self.parts[one] & self.parts[other]

    @invariant()
    def an_offer_was_confirmed_first(self) -> None:
        if {"offered", "accepted"} & set(self.award_history):
            assert self.confirmed


@pytest.mark.parametrize("name", ["competitive", "rolling_investment", "small_grant"])
def test_no_sequence_of_steps_reaches_a_forbidden_combination(name: str) -> None:
    road: Any = type("AnyRoad", (Road,), {"machine": pathway(name, 1).machine})
    road.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
    road.TestCase("runTest").runTest()


class Paying(RuleBasedStateMachine):
    """Two claims and a payment run, driven at random: nothing is paid twice, alone, or above the award."""

    award_pence = 15_000_00

    def __init__(self) -> None:
        super().__init__()
        self.claims = ["due", "due"]
        self.run = "draft"
        self.sent: set[int] = set()
        self.parts: dict[Duty, set[int]] = {}
        self.claim_parts: list[dict[Duty, set[int]]] = [{}, {}]
        self.paid: Counter[int] = Counter()
        self.payable: set[int] = set()

    @rule(which=st.sampled_from((0, 1)), step=st.sampled_from(claims.CLAIM.transitions), person=PEOPLE)
    def step_of_a_claim(self, which: int, step: Transition, person: int) -> None:
        left = self.award_pence - 10_000_00 * len(self.payable - {which})
        facts = {**facts_for(step), "run_state": self.run, "award_left_pence": left}
        mine = self.claim_parts[which]
        facts["parts"] = {duty: frozenset(who) for duty, who in mine.items()}
        request = Request(frozenset({step.permission}), moment_for(claims.CLAIM, step), person, facts)
        try:
            plan = claims.CLAIM.plan(situation_for(step, self.claims[which]), step.action, request)
        except Blocked:
            return
        taken = {"submit": Duty.APPLICANT, "check": Duty.CLAIM_CHECKER, "approve": Duty.CLAIM_APPROVER}
        if duty := taken.get(plan.action):
            mine[duty] = {person} | (mine.get(duty, set()) if duty is Duty.APPLICANT else set())
        if plan.action == "approve":
            self.payable.add(which)
        if plan.action == "pay":
            self.paid[which] += 1
        self.claims[which] = plan.target

    @rule(step=st.sampled_from(claims.PAYMENT_RUN.transitions), person=PEOPLE)
    def step_of_the_run(self, step: Transition, person: int) -> None:
        inside = {which for which in (0, 1) if self.claims[which] == "in_run"}
        parts = {duty: set(who) for which in inside for duty, who in self.claim_parts[which].items()}
        facts = {**facts_for(step), "lines": len(inside), "lines_without_result": len(inside)}
        facts["parts"] = {duty: frozenset(who) for duty, who in parts.items()}
        request = Request(frozenset({step.permission}), moment_for(claims.PAYMENT_RUN, step), person, facts)
        try:
            plan = claims.PAYMENT_RUN.plan(situation_for(step, self.run), step.action, request)
        except Blocked:
            return
        self.run = plan.target
        if plan.action == "export":
            self.sent |= inside

    @rule()
    @precondition(lambda self: self.run in {"confirmed", "discarded"})
    def begin_another_run(self) -> None:
        if "in_run" not in self.claims:
            self.run = "draft"

    @invariant()
    def nothing_is_paid_twice_or_without_leaving(self) -> None:
        assert all(count == 1 for count in self.paid.values())
        assert self.paid.keys() <= self.sent

    @invariant()
    def the_award_is_never_overpaid(self) -> None:
        assert 10_000_00 * len(self.payable) <= self.award_pence

    @invariant()
    def applicant_checker_and_approver_are_different_people(self) -> None:
        for parts in self.claim_parts:
            people = [person for who in parts.values() for person in who]
            assert Duty.CLAIM_APPROVER not in parts or len(set(people)) == len(people)


def test_no_sequence_of_payments_reaches_a_forbidden_combination() -> None:
    case: Any = Paying.TestCase
    case.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
    case("runTest").runTest()
