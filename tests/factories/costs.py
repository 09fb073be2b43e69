"""Cost sheets for tests: as few lines as give the sums that are wanted."""

from collections.abc import Sequence

from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.services import costs
from fundapp.services.bids import Money
from workflows.rules.cost_sheets import CostTerms, Line, Match, Sheet

MONEY = Money(
    total_cost_pence=11_840_000,
    grant_requested_pence=5_920_000,
    match_funding_pence=5_920_000,
    rd_share_bp=9_000,
)


def sheet(terms: CostTerms, money: Money = MONEY, bought_in: Sequence[Line] = ()) -> Sheet:
    """One plain cost beside what is bought in, one source of match, and what is asked for."""
    category = next(each.key for each in terms.categories if each.kind == "other")
    rest = money.total_cost_pence - sum(line.figures["pence"] for line in bought_in)
    return Sheet(
        lines=(Line(category, "Everything", {"pence": rest}, money.rd_share_bp), *bought_in),
        match=(Match("Our own money", money.match_funding_pence),) if money.match_funding_pence else (),
        asks_pence=money.grant_requested_pence,
    )


def write(
    bid: Application, actor: Person, money: Money = MONEY, bought_in: Sequence[Line] = ()
) -> Application:
    """Give a bid the costs that come to these sums, whatever it said of them before."""
    share = costs.share_of(bid, costs.LEAD)
    assert share is not None
    costs.save(share, sheet(bid.round.rules.costs, money, bought_in), share.version, actor)
    return bid
