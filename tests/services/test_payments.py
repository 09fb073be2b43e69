"""Money leaves once, to the account two people verified, released by somebody with no other part in it."""

import csv
import io
from datetime import date
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp import ledger
from fundapp.extensions import db
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.services import bank_accounts, payments, personas
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories import region as made
from tests.factories.awards import At
from tests.stages import Stages
from workflows.actors import Role
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def at(app_context: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def codes(blocked: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [each.code for each in blocked.value.blockers]


def test_a_run_from_claims_to_the_banks_word(at: At) -> None:
    region, (award,) = at(factory.one_live)
    lead, finance = region.applicants[0], region.finance
    first = factory.approved_claim(region, award, lead, 1, 1_000_000)
    second = factory.approved_claim(region, award, lead, 2, 500_000)

    with pytest.raises(Blocked) as refused:
        payments.prepare([first, second], finance[2])
    assert set(codes(refused)) == {"bank_unverified", "conditions_open"}
    assert str(refused.value).startswith(f"{award.reference}, claim 1: ")
    assert db.session.scalars(select(PaymentRun)).all() == []

    factory.may_be_paid(region, award, lead)
    run = payments.prepare([second, first], finance[2])
    assert [line.end_to_end_id for line in run.lines] == [f"R1-{first.id}", f"R1-{second.id}"]
    with pytest.raises(Blocked, match="not possible while this is"):
        payments.prepare([first], finance[2])
    with pytest.raises(Blocked, match="is not possible while this is “Being prepared”"):
        payments.export(run, finance[2])

    stopped = {person.name: "" for person in finance[:3]}
    for person in finance[:3]:
        with pytest.raises(Blocked) as same:
            payments.approve(run, person)
        stopped[person.name] = str(same.value)
    assert all("somebody else" in said for said in stopped.values())
    payments.approve(run, finance[3])

    content = payments.export(run, finance[2])
    rows = list(csv.reader(io.StringIO(content.decode())))
    assert rows == [
        list(payments.FILE_COLUMNS),
        [f"R1-{first.id}", "Firm 1", "000000", "00000001", "4500.00", award.reference],
        [f"R1-{second.id}", "Firm 1", "000000", "00000001", "2250.00", award.reference],
    ]
    assert payments.exported_file(run) == content
    outbox.work_off()
    assert ledger.balances(award_id=award.id)["in_transit"] == 675_000

    with pytest.raises(Blocked, match="without the bank's answer: 1"):
        payments.confirm(run, {f"R1-{first.id}": "paid"}, date(2027, 1, 5), finance[2])
    assert [first.state, second.state] == ["in_run", "in_run"]
    answers = {f"R1-{first.id}": "paid", f"R1-{second.id}": "refused"}
    payments.confirm(run, answers, date(2027, 1, 5), finance[2])
    outbox.work_off()
    assert (run.state, first.state, second.state) == ("confirmed", "paid", "approved")
    balances = ledger.balances(award_id=award.id)
    assert (balances["paid"], balances["payable"], balances["in_transit"]) == (450_000, 225_000, 0)

    again = payments.prepare([second], finance[2])
    assert [line.end_to_end_id for line in again.lines] == [f"R2-{second.id}"]
    with pytest.raises(Blocked):
        payments.prepare([first], finance[2])


def test_new_bank_details_hold_a_run_until_it_is_prepared_again(at: At) -> None:
    region, (award,) = at(factory.one_live)
    lead, finance = region.applicants[0], region.finance
    claim = factory.approved_claim(region, award, lead, 1, 1_000_000)
    factory.may_be_paid(region, award, lead)
    run = payments.prepare([claim], finance[2])
    firm = award.application.organisation

    changed = bank_accounts.enter(firm, "Somebody else", "111111", "99999999", lead)
    with pytest.raises(Blocked) as refused:
        payments.approve(run, finance[3])
    assert codes(refused) == ["bank_unverified"]
    bank_accounts.verify(changed, finance[0])
    bank_accounts.verify(changed, finance[1])
    with pytest.raises(Blocked):
        payments.approve(run, finance[3])

    payments.discard(run, "The bank details have changed.", finance[2])
    assert (run.state, claim.state, run.lines) == ("discarded", "approved", [])
    assert db.session.scalars(select(PaymentLine)).all() == []

    run = payments.prepare([claim], finance[2])
    payments.approve(run, finance[3])
    bank_accounts.enter(firm, "Somebody else again", "222222", "88888888", lead)
    with pytest.raises(Blocked) as late:
        payments.export(run, finance[2])
    assert codes(late) == ["bank_unverified"]
    payments.reopen(run, "The bank details have changed once more.", finance[2])
    assert (run.state, run.approved_by_id) == ("draft", None)
    payments.take_out(run.lines[0], finance[2])
    assert (db.session.get_one(Claim, claim.id).state, run.lines) == ("approved", [])
    with pytest.raises(Blocked, match="There is no payment in this run"):
        payments.approve(run, finance[3])


def test_bank_details_need_two_others_and_are_sealed(app_context: Flask) -> None:
    region = made.invent_region()
    lead = personas.invent("Applicant 1", "lead@firm1.example", Role.APPLICANT)
    firm = made.register_firm(lead, 1)
    first, second, third = region.finance[:3]
    account = bank_accounts.enter(firm, "Firm 1", "012345", "00000678", lead)
    assert (account.last_digits, bank_accounts.numbers(account)) == ("0678", ("012345", "00000678"))
    assert b"012345" not in account.sealed_numbers
    assert not bank_accounts.is_verified(firm.id)

    with pytest.raises(Blocked, match="you entered or verified"):
        bank_accounts.verify(account, lead)
    bank_accounts.verify(account, first)
    with pytest.raises(Blocked, match="you entered or verified"):
        bank_accounts.verify(account, first)
    assert not bank_accounts.is_verified(firm.id)
    bank_accounts.verify(account, second)
    assert bank_accounts.is_verified(firm.id)
    with pytest.raises(Blocked, match="Two people have verified"):
        bank_accounts.verify(account, third)

    newer = bank_accounts.enter(firm, "Firm 1", "012345", "00000679", lead)
    assert bank_accounts.in_force(firm.id) == newer
    assert not bank_accounts.is_verified(firm.id)
    with pytest.raises(Blocked, match="These details were replaced"):
        bank_accounts.verify(account, third)
    assert not bank_accounts.may_pay(db.session.get_one(BankAccount, account.id))
