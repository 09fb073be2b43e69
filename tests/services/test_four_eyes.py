"""Whatever people try and in whichever order, nobody plays two parts on one bid that need two people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.meetings import MeetingItem, Vote
from fundapp.models.people import Person
from fundapp.services import bank_accounts, claims, payments
from fundapp.services.claims import Line
from tests.factories import people
from tests.factories.world import World
from tests.undoing import Undone
from workflows.actors import Role
from workflows.machine import Blocked

# Written down here once more, apart from the rulebook: who must not be the same person on one bid.
NEVER_BOTH = (
    ("applied", "checked"),
    ("applied", "approved"),
    ("applied", "released"),
    ("assessed", "checked"),
    ("assessed", "released"),
    ("voted", "checked"),
    ("voted", "released"),
    ("checked", "approved"),
    ("checked", "released"),
    ("approved", "released"),
    ("prepared", "released"),
    ("entered", "verified first"),
    ("entered", "verified second"),
    ("verified first", "verified second"),
)
STAFF = tuple(role for role in Role if role not in (Role.PUBLIC, Role.APPLICANT))
STEPS = ("check", "approve", "prepare", "release", "reopen", "discard", "enter", "verify")
WHO = ("owner", "assessor", "member", "ada", "ben", "cyd")


@dataclass
class Office:
    """One claim of a live award, and people who hold every role at once and try everything with it."""

    people: dict[str, Person]
    claim: Claim
    award: Award
    refused: int = 0
    taken: dict[str, int] = field(default_factory=dict)

    @property
    def run(self) -> PaymentRun | None:
        """The newest run with the claim in it."""
        of_claim = select(PaymentRun).join(PaymentLine).where(PaymentLine.claim_id == self.claim.id)
        return db.session.scalars(of_claim.order_by(PaymentRun.id.desc()).limit(1)).first()

    @property
    def account(self) -> BankAccount:
        """The bank details in force."""
        found = bank_accounts.in_force(self.award.application.organisation_id)
        assert found is not None
        return found

    def take(self, step: str, who: str) -> bool:
        """Try one step as one of the people; whether it was let through."""
        actor = self.people[who]
        verbs: dict[str, Callable[[], object]] = {
            "check": lambda: claims.check(self.claim, {}, actor),
            "approve": lambda: claims.approve(self.claim, actor),
            "prepare": lambda: payments.prepare([self.claim], actor),
            "enter": lambda: bank_accounts.enter(
                self.award.application.organisation, "New Ltd", "000000", "00000002", actor
            ),
            "verify": lambda: bank_accounts.verify(self.account, actor),
        }
        run = self.run
        if run is not None:
            verbs |= {
                "release": lambda: payments.approve(run, actor),
                "reopen": lambda: payments.reopen(run, "Once more.", actor),
                "discard": lambda: payments.discard(run, "Not now.", actor),
            }
        try:
            verbs.get(step, self._nothing)()
        except Blocked:
            self.refused += 1
            return False
        self.taken[step] = self.taken.get(step, 0) + 1
        return True

    def parts(self) -> dict[str, set[int]]:
        """Who has played which part, read from the rows alone."""
        bid, run, account = self.award.application, self.run, self.account
        votes = select(Vote.person_id).join(MeetingItem).where(MeetingItem.application_id == bid.id)
        read = select(Assessment.assessor_id).where(
            Assessment.application_id == bid.id, Assessment.state == "submitted"
        )
        return {
            "applied": {bid.lead_id},
            "assessed": set(db.session.scalars(read)),
            "voted": set(db.session.scalars(votes)),
            "checked": _one(self.claim.checked_by_id),
            "approved": _one(self.claim.approved_by_id),
            "prepared": _one(run.prepared_by_id if run else None),
            "released": _one(run.approved_by_id if run else None),
            "entered": _one(account.entered_by_id),
            "verified first": _one(account.first_verifier_id),
            "verified second": _one(account.second_verifier_id),
        }

    @staticmethod
    def _nothing() -> None:
        raise Blocked(())


def test_no_sequence_lets_one_person_play_both_parts(app: Flask, world: World, undone: Undone) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(WHO)), min_size=8, max_size=20))
    def play(tries: list[tuple[str, str]]) -> None:
        with undone(), app.app_context():
            office = _open(world)
            for step, who in tries:
                if office.take(step, who):
                    parts = office.parts()
                    both = {pair: parts[pair[0]] & parts[pair[1]] for pair in NEVER_BOTH}
                    assert not any(both.values()), both

    play()


def test_four_people_bring_the_claim_to_its_payment_and_nobody_can_stand_in_for_two(
    app: Flask, world: World, undone: Undone
) -> None:
    with undone(), app.app_context():
        office = _open(world)
        assert not any(office.take("check", who) for who in ("owner", "assessor", "member"))
        assert office.take("check", "ada")
        assert not any(office.take("approve", who) for who in ("owner", "ada"))
        assert office.take("approve", "ben")
        assert office.take("prepare", "ben")
        assert not any(office.take("release", who) for who in WHO if who != "cyd")
        assert office.take("release", "cyd")


def _open(world: World) -> Office:
    award = db.session.scalars(select(Award).where(Award.state == "live")).one()
    claim = db.session.scalars(select(Claim).where(Claim.award_id == award.id, Claim.number == 2)).one()
    owner = award.application.lead
    paid_on = award.starts_on + timedelta(days=100)
    line = Line("Supplier", "INV-2", paid_on, paid_on, 1_000_000, 0, True, "materials", "applied", 8_000)
    claims.submit(claim, [line], owner)
    reader = select(Person).join(Assessment, Assessment.assessor_id == Person.id)
    voter = select(Person).join(Vote, Vote.person_id == Person.id).join(MeetingItem)
    bid = Application.id == award.application_id
    everybody = {
        "owner": owner,
        "assessor": db.session.scalars(
            reader.join(Application, Application.id == Assessment.application_id).where(bid).limit(1)
        ).one(),
        "member": db.session.scalars(
            voter.join(Application, Application.id == MeetingItem.application_id).where(bid).limit(1)
        ).one(),
        **{name: people.person(f"{name} everything", *STAFF) for name in ("ada", "ben", "cyd")},
    }
    for name in ("owner", "assessor", "member"):
        people.grant(everybody[name], *(role for role in STAFF if role not in everybody[name].roles))
    return Office(everybody, claim, award)


def _one(person_id: int | None) -> set[int]:
    return set() if person_id is None else {person_id}
