"""Bank details: which wait, and their verification by two people who call back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.bank_accounts import BankAccount
from fundapp.queries import claims as queries
from fundapp.queries import events
from fundapp.services import bank_accounts
from fundapp.web.finance.pages import me, pages, the_account
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked

VERIFY = Permission.BANK_VERIFY
NAMES = {"enter_bank_account": "Details entered", "verify_bank_account": "Checked by call-back"}


@pages.get("/bank")
@requires(VERIFY)
def accounts() -> ResponseReturnValue:
    """Bank details that two people have still to verify."""
    return render_template("finance/accounts.html", accounts=queries.accounts_to_verify(), now=clock.now())


@pages.get("/bank/<int:number>")
@requires(VERIFY, the_account)
def account(account: BankAccount) -> ResponseReturnValue:
    """One account's details, to be read out on the telephone, and who has verified them."""
    return _page(account)


@pages.post("/bank/<int:number>/verify")
@requires(VERIFY, the_account)
def verify(account: BankAccount) -> ResponseReturnValue:
    """Say that the details were checked by calling back."""
    try:
        bank_accounts.verify(account, me())
    except Blocked as blocked:
        return _page(account, blocked), 409
    said = "verified by two people" if account.verified_at else "checked by you; one more person is needed"
    flash(f"The details of {account.organisation.name} are {said}.", "success")
    return redirect(url_for("finance.account", number=account.id))


def _page(account: BankAccount, blocked: Blocked | None = None) -> str:
    sort_code, number = bank_accounts.numbers(account)
    history = [
        each
        for each in events.of_case("organisation", account.organisation_id)
        if each.facts.get("account") == account.id
    ]
    return render_template(
        "finance/account.html", account=account, sort_code=sort_code, number=number, history=history,
        names=NAMES, stops=bank_accounts.verify_stops(account, me()), blocked=blocked,
    )  # fmt: skip
