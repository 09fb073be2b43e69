"""Where the money of each round and financial year is, from the ledger's own sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.funds import Fund, Round
from fundapp.models.sums import LedgerSum

MOST_ROUNDS = 2_000


@dataclass(frozen=True, slots=True)
class Money:
    """The budget and the places its money can be; the places add up to the budget."""

    accounts: Mapping[str, int]

    @property
    def budget(self) -> int:
        """What was put in."""
        return -self.of("funding")

    @property
    def left(self) -> int:
        """What nobody has been promised."""
        return self.of("available") + self.of("recovered")

    @property
    def awarded(self) -> int:
        """What has been promised, however far it has come since."""
        return self.budget - self.left

    def of(self, account: str) -> int:
        """Pence in one account of the ledger."""
        return self.accounts.get(account, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One round in one financial year."""

    round_ref: str
    fund: str
    number: int
    financial_year: int
    money: Money


def by_round_and_year() -> tuple[Line, ...]:
    """Every round and financial year that had money, the newest round first, in one statement."""
    wanted = (
        select(
            Round.ref, Fund.name, Round.number, LedgerSum.financial_year, LedgerSum.account, LedgerSum.pence
        )
        .join(Round, Round.id == LedgerSum.round_id)
        .join(Fund, Fund.id == Round.fund_id)
        .order_by(Round.id.desc(), LedgerSum.financial_year, LedgerSum.account)
        .limit(MOST_ROUNDS * 10)
    )
    found: dict[tuple[str, str, int, int], dict[str, int]] = {}
    for ref, fund, number, year, account, pence in db.session.execute(wanted):
        found.setdefault((ref, fund, number, year), {})[account] = pence
    return tuple(Line(*place, Money(accounts)) for place, accounts in found.items())


def added_up(lines: Iterable[Line]) -> Money:
    """All of them together."""
    sums: dict[str, int] = {}
    for line in lines:
        for account, pence in line.money.accounts.items():
            sums[account] = sums.get(account, 0) + pence
    return Money(sums)
