"""Bank details: entered by one person and verified by two others before anything is paid."""

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways.vault import seal, unseal
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import casework
from fundapp.transaction import lock, transaction
from workflows.machine import Blocked, Blocker

PURPOSE = "bank account"


@transaction()
def enter(
    organisation: Organisation, account_name: str, sort_code: str, account_number: str, actor: Person
) -> BankAccount:
    """Enter new details. What was in force is replaced at once; payments wait until two people verified."""
    lock(organisation)
    before = in_force(organisation.id)
    if before is not None:
        before.replaced_at = clock.now()
        db.session.flush()
    account = BankAccount(
        organisation_id=organisation.id,
        account_name=account_name,
        sealed_numbers=seal(PURPOSE, f"{sort_code} {account_number}"),
        last_digits=account_number[-4:],
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    casework.note(
        "organisation", organisation.id, "enter_bank_account", actor, recorded={"account": account.id}
    )
    return account


@transaction()
def verify(account: BankAccount, actor: Person) -> BankAccount:
    """Say that the details were checked by call-back; the second person's word puts them into force."""
    lock(account)
    stops = verify_stops(account, actor)
    if stops:
        raise Blocked(stops)
    if account.first_verifier_id is None:
        account.first_verifier_id = actor.id
    else:
        account.second_verifier_id, account.verified_at = actor.id, clock.now()
    casework.note(
        "organisation",
        account.organisation_id,
        "verify_bank_account",
        actor,
        recorded={"account": account.id, "complete": account.verified_at is not None},
    )
    return account


def verify_stops(account: BankAccount, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not verify these details now; empty when they may."""
    if account.replaced_at is not None:
        return (Blocker("replaced", "These details were replaced.", "Verify the new ones."),)
    if account.verified_at is not None:
        return (Blocker("verified", "Two people have verified these details."),)
    if actor.id in (account.entered_by_id, account.first_verifier_id):
        return (Blocker("same_person", "This needs somebody else: you entered or verified these details."),)
    return ()


def in_force(organisation_id: int) -> BankAccount | None:
    """The newest details of an organisation, verified or not."""
    return db.session.scalars(
        select(BankAccount).where(
            BankAccount.organisation_id == organisation_id, BankAccount.replaced_at.is_(None)
        )
    ).first()


def is_verified(organisation_id: int) -> bool:
    """Whether an organisation can be paid."""
    account = in_force(organisation_id)
    return account is not None and account.verified_at is not None


def may_pay(account: BankAccount) -> bool:
    """Whether money may still go to exactly this account: verified by two people and not replaced since."""
    return account.verified_at is not None and account.replaced_at is None


def numbers(account: BankAccount) -> tuple[str, str]:
    """Sort code and account number, for the bank file only."""
    sort_code, account_number = unseal(PURPOSE, account.sealed_numbers).split(" ")
    return sort_code, account_number
