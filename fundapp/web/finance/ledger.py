"""The ledger: the postings behind a number, on a page or as a file."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import ledger as book
from fundapp.models.awards import Award
from fundapp.queries import awards, postings
from fundapp.queries.postings import EntryRow
from fundapp.web.finance.pages import number_in, pages
from fundapp.web.finance.words import ACCOUNTS, POSTINGS
from fundapp.web.guards import requires
from fundapp.web.spreadsheets import Cell, attachment, pounds
from workflows.actors import Permission
from workflows.rules.schedule import financial_year_name

HEAD = (
    "Entry", "Recorded", "Posting", "Key", "Event", "Account", "Round", "Financial year", "Award", "£",
)  # fmt: skip


@pages.get("/ledger")
@requires(Permission.LEDGER_READ)
def ledger() -> ResponseReturnValue:
    """The newest entries of an award, an account, or all."""
    award, account = _award(), _account()
    rows, older = postings.entries(award.id if award else None, account, number_in(request.args.get("after")))
    return render_template(
        "finance/ledger.html", rows=rows, award=award, account=account, accounts=ACCOUNTS, words=POSTINGS,
        balances=book.balances(award_id=award.id) if award else {}, sought=_sought(award, account),
        older=_older(_sought(award, account), older),
        year=financial_year_name,
    )  # fmt: skip


@pages.get("/ledger.csv")
@requires(Permission.LEDGER_READ)
def ledger_csv() -> ResponseReturnValue:
    """Every entry of the same filter as a file."""
    award, account = _award(), _account()
    rows = postings.every(award.id if award else None, account)
    return attachment("ledger.csv", HEAD, (_cells(row) for row in rows))


def _older(sought: dict[str, str], after: int | None) -> str:
    values: dict[str, Any] = sought | {"after": after}
    return url_for("finance.ledger", **values) if after else ""


def _award() -> Award | None:
    reference = request.args.get("award", "")
    return awards.by_reference(reference) if reference else None


def _account() -> str | None:
    account = request.args.get("account", "")
    return account if account in ACCOUNTS else None


def _sought(award: Award | None, account: str | None) -> dict[str, str]:
    """The filter as it stands in the address, for links that keep it."""
    values = {"award": award.reference if award else None, "account": account}
    return {name: value for name, value in values.items() if value}


def _cells(row: EntryRow) -> tuple[Cell, ...]:
    return (
        row.id, row.recorded_at, row.posting, row.key, row.event_id, row.account, row.round_ref,
        financial_year_name(row.financial_year), row.award, pounds(row.pence),
    )  # fmt: skip
