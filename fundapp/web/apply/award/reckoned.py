"""An award with its claims as plain values: what its pages show, no sooner and to nobody else."""

from collections.abc import Iterator
from typing import Any

from fundapp.access import Held
from fundapp.models.awards import Award
from fundapp.models.claims import ClaimLine
from fundapp.queries import finance, keeping
from fundapp.reports import payments
from fundapp.services import bank_accounts, claims
from fundapp.web.apply import told
from workflows.actors import Permission
from workflows.machines import machine_for

Values = dict[str, Any]
AWARD = (
    "reference", "instrument", "amount_pence", "eligible_cost_pence", "rate_bp", "starts_on", "ends_on",
    "earlier_assistance", "earlier_assistance_pence", "subsidy_confirmed_at", "offered_at", "accept_by",
    "accepted_at",
)  # fmt: skip
LINE = (
    "supplier", "invoice_number", "invoiced_on", "paid_on", "net_pence", "vat_pence", "vat_recoverable",
    "category", "rd_type", "rd_share_bp",
)  # fmt: skip


def award(award: Award, held: Held) -> Values:
    """An award that its people may know of; with claims and payments for those who may make claims.

    Its conditions are told by the offer. Amounts are pence and shares basis points, as their names say.
    """
    offered = award.conditions if award.offered_at else ()
    found = {name: getattr(award, name) for name in AWARD} | {
        "state": told.KINDS[award.state][1],
        "conditions": [{"moment": each.moment, "text": each.text, "due_on": each.due_on} for each in offered],
    }
    return found | (_money(award) if Permission.CLAIM_SUBMIT in held else {})


def _money(award: Award) -> Values:
    spent = finance.money_of([award.id]).get(award.id, finance.AwardMoney())
    bar = payments.bar(award.amount_pence, award.rate_bp, spent)
    account = bank_accounts.in_force(award.application.organisation_id)
    return {
        "retention_bp": award.retention_bp,
        "paid_pence": bar.paid,
        "approved_pence": bar.approved,
        "being_checked_pence": bar.checking,
        "left_pence": bar.left,
        "account": account
        and {
            "name": account.account_name,
            "last_digits": account.last_digits[-2:],
            "verified_at": account.verified_at,
        },
        "claims": list(_claims(award)),
    }


def _claims(award: Award) -> Iterator[Values]:
    asked = keeping.asked_on_claims(award.id)
    for each in keeping.claims(award.id):
        counts = each.state in claims.COUNTING
        yield {
            "number": each.number,
            "state": machine_for("claim").state(each.state).public_name,
            "period_ends_on": each.period_ends_on,
            "sent_in_at": each.submitted_at,
            "asked": asked.get(each.id) if each.state == "queried" else None,
            "payable_pence": each.payable_pence if counts else None,
            "retained_pence": each.retained_pence if counts else None,
            "lines": [_line(line, counts=counts) for line in each.lines],
        }


def _line(line: ClaimLine, *, counts: bool) -> Values:
    """A cost as it was claimed; what is approved of it only once the claim is."""
    return {name: getattr(line, name) for name in LINE} | {
        "claimed_pence": claims.eligible(line),
        "approved_pence": line.approved_pence if counts else None,
        "why_less": line.reduction_reason if counts else "",
    }
