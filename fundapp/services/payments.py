"""Payment runs: prepared by one person, approved by another, sent to the bank, and what the bank said."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import bank_accounts, casework, claims
from fundapp.transaction import transaction
from workflows.machine import Blocked, Blocker

PAID, REFUSED = "paid", "refused"
FILE_COLUMNS = ("end_to_end_id", "name", "sort_code", "account_number", "amount", "reference")
NUMBERING = 7_214_553_002


class FileChangedError(Exception):
    """The file made now is not the one that was sent to the bank."""


@transaction()
def prepare(payable: Sequence[Claim], actor: Person) -> PaymentRun:
    """Prepare a run that pays these approved claims, each exactly once.

    In order: the run is opened under the next number; each claim is put in it with the account it is
    paid to, if its bank details are verified, its conditions met and its award not exceeded. One claim
    that cannot go stops the whole run.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(NUMBERING)))
    last = db.session.scalar(select(func.max(PaymentRun.number)))
    run = PaymentRun(number=(last or 0) + 1, prepared_by_id=actor.id, created_at=clock.now())
    casework.open_case(run, actor, recorded={"claims": [claim.id for claim in payable]})
    for claim in sorted(payable, key=lambda each: each.id):
        _put_in(run, claim, actor)
    db.session.flush()
    return run


@transaction()
def take_out(line: PaymentLine, actor: Person) -> PaymentRun:
    """Take one payment out of a run that is still being prepared; its claim waits for another run."""
    run = line.run
    _take_out(line, actor)
    return run


@transaction()
def approve(run: PaymentRun, actor: Person) -> PaymentRun:
    """Approve a run somebody else prepared, every account in it still being the verified one."""
    _hold_accounts(run)
    casework.advance(
        run,
        "approve",
        actor,
        facts=_run_facts(run) | {"parts": _parts(run)},
        recorded={"pence": sum(line.pence for line in run.lines)},
    )
    run.approved_by_id = actor.id
    return run


@transaction()
def reopen(run: PaymentRun, reason: str, actor: Person) -> PaymentRun:
    """Take an approved run back to be prepared again; it needs approving anew."""
    casework.advance(run, "reopen", actor, facts={"reason": reason}, personal={"reason": reason})
    run.approved_by_id = None
    return run


@transaction()
def discard(run: PaymentRun, reason: str, actor: Person) -> PaymentRun:
    """Give a run up before it is approved: it is closed, and each of its claims waits for another run."""
    casework.advance(run, "discard", actor, facts={"reason": reason}, personal={"reason": reason})
    for line in list(run.lines):
        _take_out(line, actor)
    return run


@transaction()
def export(run: PaymentRun, actor: Person) -> bytes:
    """Send a run to the bank.

    In order: the accounts are held and must still be the verified ones; the file is made and hashed;
    the run is with the bank and its money in transit.
    """
    _hold_accounts(run)
    content = bank_file(run)
    run.file_sha256 = hashlib.sha256(content).hexdigest()
    casework.advance(
        run,
        "export",
        actor,
        facts=_run_facts(run),
        recorded={"file_sha256": run.file_sha256, "lines": [_moved(line) for line in run.lines]},
    )
    return content


@transaction()
def confirm(run: PaymentRun, results: Mapping[str, str], on: date, actor: Person) -> PaymentRun:
    """Take the bank's answer for every line: paid, or refused and back to payable.

    `results` maps an end-to-end id to "paid" or "refused". A line without an answer stops the whole run.
    """
    for line in run.lines:
        _take_answer(line, results.get(line.end_to_end_id), on, actor)
    unanswered = sum(line.result is None for line in run.lines)
    casework.advance(run, "confirm", actor, facts={"lines_without_result": unanswered})
    return run


def exported_file(run: PaymentRun) -> bytes:
    """The file of a run again, to the byte as it was sent; `FileChangedError` where that cannot be made."""
    content = bank_file(run)
    if hashlib.sha256(content).hexdigest() != run.file_sha256:
        raise FileChangedError(f"the file of run {run.number} is not the one that was sent")
    return content


def bank_file(run: PaymentRun) -> bytes:
    """The run as a CSV a bank's upload page takes: pounds with two places, one line a payment."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(FILE_COLUMNS)
    for line in run.lines:
        account, reference = line.bank_account, line.claim.award.reference
        sort_code, number = bank_accounts.numbers(account)
        amount = f"{line.pence // 100}.{line.pence % 100:02}"
        rows.writerow((line.end_to_end_id, account.account_name, sort_code, number, amount, reference))
    return text.getvalue().encode()


def claim_facts(claim: Claim, run_state: str) -> dict[str, object]:
    """What the rulebook wants to know before a claim goes into a run."""
    award = claim.award
    return {
        "run_state": run_state,
        "bank_verified": bank_accounts.is_verified(award.application.organisation_id),
        "conditions_open": sum(
            each.before_payment and each.discharged_at is None for each in award.conditions
        ),
        "award_left_pence": claims.award_left(claim),
    }


def run_facts(run: PaymentRun) -> dict[str, object]:
    """What the rulebook wants to know of a run at this instant, who took which part included."""
    unanswered = sum(line.result is None for line in run.lines)
    return _run_facts(run) | {"parts": _parts(run), "lines_without_result": unanswered}


def _put_in(run: PaymentRun, claim: Claim, actor: Person) -> None:
    try:
        casework.advance(claim, "put_in_run", actor, facts=claim_facts(claim, run.state))
    except Blocked as blocked:
        raise Blocked(tuple(_named(claim, each) for each in blocked.blockers)) from blocked
    account = bank_accounts.in_force(claim.award.application.organisation_id)
    if account is None:
        raise LookupError("the rulebook let a payment go without bank details")
    db.session.add(
        PaymentLine(
            run_id=run.id,
            claim_id=claim.id,
            bank_account_id=account.id,
            end_to_end_id=f"R{run.number}-{claim.id}",
            pence=claim.payable_pence,
        )
    )


def _named(claim: Claim, blocker: Blocker) -> Blocker:
    """The same reason, saying which of the run's claims it is about."""
    where = f"{claim.award.reference}, claim {claim.number}"
    return Blocker(blocker.code, f"{where}: {blocker.reason}", blocker.remedy)


def _take_out(line: PaymentLine, actor: Person) -> None:
    casework.advance(line.claim, "take_out_of_run", actor, facts={"run_state": line.run.state})
    line.run.lines.remove(line)
    db.session.delete(line)


def _take_answer(line: PaymentLine, answer: str | None, on: date, actor: Person) -> None:
    if answer not in (PAID, REFUSED) or line.result is not None:
        return
    casework.advance(
        line.claim,
        "pay" if answer == PAID else "bank_refuse",
        actor,
        facts={"run_state": line.run.state},
        recorded=_moved(line),
    )
    line.result, line.result_on = answer, on


def _run_facts(run: PaymentRun) -> dict[str, object]:
    verified = all(bank_accounts.may_pay(line.bank_account) for line in run.lines)
    return {"lines": len(run.lines), "bank_verified": verified}


def _hold_accounts(run: PaymentRun) -> None:
    """Read the accounts of a run afresh and let nobody replace one until this is done."""
    wanted = sorted({line.bank_account_id for line in run.lines})
    held = select(BankAccount).where(BankAccount.id.in_(wanted)).order_by(BankAccount.id)
    db.session.scalars(held.with_for_update(read=True).execution_options(populate_existing=True)).all()


def _moved(line: PaymentLine) -> dict[str, Any]:
    award = line.claim.award
    return {
        "award_id": award.id,
        "round_id": award.application.round_id,
        "financial_year": award.financial_year,
        "pence": line.pence,
    }


def _parts(run: PaymentRun) -> Mapping[str, frozenset[int]]:
    merged: dict[str, frozenset[int]] = {}
    for line in run.lines:
        for duty, people in parts_of(line.claim.award.application_id).items():
            merged[duty] = merged.get(duty, frozenset()) | people
    return merged
