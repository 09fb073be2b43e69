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
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import bank_accounts, casework, claims
from fundapp.transaction import transaction

PAID, REFUSED = "paid", "refused"
FILE_COLUMNS = ("end_to_end_id", "name", "sort_code", "account_number", "amount", "reference")


@transaction()
def prepare(payable: Sequence[Claim], actor: Person) -> PaymentRun:
    """Prepare a run that pays these approved claims, each exactly once.

    In order: the run is opened; each claim is put in it, if its bank details are verified, its
    conditions met and its award not exceeded. One claim that cannot go stops the whole run.
    """
    last = db.session.scalar(select(func.max(PaymentRun.number)))
    run = PaymentRun(number=(last or 0) + 1, prepared_by_id=actor.id, created_at=clock.now())
    casework.open_case(run, actor, recorded={"claims": [claim.id for claim in payable]})
    for claim in payable:
        casework.advance(claim, "put_in_run", actor, facts=_claim_facts(claim, run))
        db.session.add(
            PaymentLine(
                run_id=run.id,
                claim_id=claim.id,
                end_to_end_id=f"R{run.number}-{claim.id}",
                pence=claim.payable_pence,
            )
        )
    db.session.flush()
    return run


@transaction()
def approve(run: PaymentRun, actor: Person) -> PaymentRun:
    """Approve a run somebody else prepared."""
    parts = _parts(run)
    casework.advance(
        run,
        "approve",
        actor,
        facts={"lines": len(run.lines), "parts": parts},
        recorded={"pence": sum(line.pence for line in run.lines)},
    )
    run.approved_by_id = actor.id
    return run


@transaction()
def export(run: PaymentRun, actor: Person) -> bytes:
    """Send a run to the bank: the file is made and hashed, and its money is in transit."""
    content = bank_file(run)
    run.file_sha256 = hashlib.sha256(content).hexdigest()
    casework.advance(
        run,
        "export",
        actor,
        facts={"lines": len(run.lines)},
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


def bank_file(run: PaymentRun) -> bytes:
    """The run as a CSV a bank's upload page takes: pounds with two places, one line a payment."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(FILE_COLUMNS)
    for line in run.lines:
        award = line.claim.award
        account = bank_accounts.in_force(award.application.organisation_id)
        if account is None:
            raise LookupError(f"no bank details for {award.reference}")
        sort_code, number = bank_accounts.numbers(account)
        amount = f"{line.pence // 100}.{line.pence % 100:02}"
        rows.writerow((line.end_to_end_id, account.account_name, sort_code, number, amount, award.reference))
    return text.getvalue().encode()


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


def _claim_facts(claim: Claim, run: PaymentRun) -> dict[str, object]:
    award = claim.award
    return {
        "run_state": run.state,
        "bank_verified": bank_accounts.is_verified(award.application.organisation_id),
        "conditions_open": sum(
            each.before_payment and each.discharged_at is None for each in award.conditions
        ),
        "award_left_pence": claims.award_left(claim),
    }


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
