"""The costs of a bid: a sheet for each organisation in it, and the sums of the bid worked out from them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.costs import CostShare
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import bids
from fundapp.services.answers import Saved
from fundapp.services.bids import Money
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.funds import costing
from workflows.funds.costing import funding_of
from workflows.rules.cost_sheets import Sheet, as_data, from_data
from workflows.rules.funding import Funding, Stated
from workflows.rules.sizes import EU_STYLE, Figures, Size, size

LEAD = 0
# The rates know one size for micro and small.
RATED = {Size.MICRO: "small", Size.SMALL: "small", Size.MEDIUM: "medium", Size.LARGE: "large"}
_SHARES = (
    select(CostShare)
    .where(CostShare.application_id == bindparam("bid"), CostShare.ended_at.is_(None))
    .order_by(CostShare.number)
)


class UnknownShareError(LookupError):
    """The bid has no partner of this number."""


@transaction()
def save(share: CostShare, sheet: Sheet, version: int, actor: Person) -> Saved:
    """Keep what one organisation of a bid says of its costs.

    In order: the bid is locked and must be open to writing for whoever keeps its money, or for this
    partner's own people; the same figures again change nothing; `version` must be the one last saved
    (nought before the first), or `StaleError` carries both sheets; the sheet is kept with the rate it was
    worked out at; the sums of the whole bid are worked out anew. Raises `UnknownShareError` for a partner
    who is no longer in the bid.
    """
    bid = share.application
    lock(bid)
    insist_open_to(share, actor)
    shares = {each.number: each for each in shares_of(bid)}
    kept = shares.get(share.number) or _first(bid, share.number)
    shares[share.number] = kept
    in_order = [shares[number] for number in sorted(shares)]
    said = as_data(_rated(bid, in_order, share.number, sheet))
    if kept.sheet == said:
        return _saved(kept)
    if kept.version != version:
        raise StaleError(said, kept.sheet or {}, kept.version, kept.saved_at, kept.saved_by)
    _keep(kept, said, actor)
    settle(bid, in_order)
    return _saved(kept)


def begin_with(bid: Application, sheet: Sheet, actor: Person) -> None:
    """Give a bid just begun its lead's first sheet, and the sums it comes to, in the caller's transaction."""
    share = _first(bid, LEAD)
    _keep(share, as_data(_rated(bid, [share], LEAD, sheet)), actor)
    settle(bid, [share])


def insist_open_to(share: CostShare, actor: Person) -> None:
    """Raise `Blocked` when this person may not write this share now; the caller holds the bid."""
    bids.insist_writable(share.application, actor, Permission.BID_COSTS, on=share)


def share_of(bid: Application, number: int) -> CostShare | None:
    """One share of a bid's costs; the lead's is there before its first save."""
    return share_in(bid, shares_of(bid), number)


def share_in(bid: Application, shares: Sequence[CostShare], number: int) -> CostShare | None:
    """The share of this number among those of a bid."""
    found = next((each for each in shares if each.number == number), None)
    return found or (_blank_share(bid) if number == LEAD else None)


def settle(bid: Application, shares: Sequence[CostShare]) -> None:
    """Give a bid the sums its sheets come to, in the caller's transaction."""
    found = funding_of(bid.round.rules, stated(bid, shares))
    bids.put_money(
        bid,
        Money(
            total_cost_pence=found.costs_pence,
            grant_requested_pence=found.grant_pence,
            match_funding_pence=found.match_pence,
            rd_share_bp=found.rd_share_bp,
            rd_type=found.rd_type,
        ),
    )


def shares_of(bid: Application) -> Sequence[CostShare]:
    """The shares of a bid's costs, the lead's first; none for a bid that has sums alone."""
    return db.session.scalars(_SHARES, {"bid": bid.id}).all()


def stated(bid: Application, shares: Sequence[CostShare]) -> list[Stated]:
    """The shares of a bid's costs as the rulebook reads them."""
    parts = [_stated(bid, share) for share in shares]
    return parts if not parts or parts[0].number == LEAD else [_blank(bid, LEAD), *parts]


def stated_of(bid: Application) -> list[Stated]:
    """The same, read anew."""
    return stated(bid, shares_of(bid))


def funding_now(bid: Application, shares: Sequence[CostShare], number: int, sheet: Sheet) -> Funding:
    """What the costs of a bid would come to with this sheet in place of one of them; nothing is kept."""
    parts = stated(bid, shares)
    mine = next((each for each in parts if each.number == number), _blank(bid, number))
    others = [each for each in parts if each.number != number]
    rated = mine.size if number == LEAD else sheet.size
    changed = replace(mine, sheet=_of_its_own(sheet, number), size=rated)
    together = sorted([changed, *others], key=lambda each: each.number)
    return funding_of(bid.round.rules, together)


def funding_once_saved(bid: Application, shares: Sequence[CostShare], number: int, sheet: Sheet) -> Funding:
    """The same for a sheet that is still being written: it is saved at the rate of today."""
    return funding_now(bid, shares, number, _rated(bid, shares, number, sheet))


def is_paid_anew(bid: Application) -> bool:
    """Whether the lead's costs were saved at another share than is paid now, so must be seen again."""
    parts = stated_of(bid)
    return bool(parts) and costing.is_paid_anew(funding_of(bid.round.rules, parts).parts[0])


def stated_in(content: Mapping[str, Any]) -> list[Stated]:
    """The sheets of a version that was sent in; none for one that came with its sums alone."""
    return [
        Stated(each["number"], each["name"], each["size"], from_data(each["sheet"]))
        for each in content.get("costs", ())
    ]


def put_back(bid: Application, kept: Sequence[Mapping[str, Any]]) -> None:
    """Make the sheets of a version that was sent in those of the bid again, in the caller's transaction."""
    shares = {
        share.number: share
        for share in db.session.scalars(select(CostShare).where(CostShare.application_id == bid.id))
    }
    sheets = {each["number"]: each["sheet"] for each in kept}
    for number, share in shares.items():
        if number in sheets:
            share.ended_at = None
            share.version += share.sheet != sheets[number]
            share.sheet = sheets[number]
        elif number != LEAD:
            share.ended_at = share.ended_at or clock.now()


def size_of(firm: Organisation) -> str | None:
    """The size the rates go by, by the test UK grant calls use; nothing while it is not known."""
    figures = Figures(firm.staff_count, firm.turnover_pence, firm.gross_assets_pence)
    found = size(figures, EU_STYLE, firm.year_ended_on)
    return None if found is None else RATED[found]


def _stated(bid: Application, share: CostShare) -> Stated:
    sheet = from_data(share.sheet) if share.sheet else Sheet()
    blank = _blank(bid, share.number)
    if share.number == LEAD:
        return replace(blank, sheet=sheet)
    return replace(blank, name=share.name or "", size=sheet.size, sheet=sheet)


def _blank(bid: Application, number: int) -> Stated:
    firm = bid.organisation
    return Stated(number, firm.name, size_of(firm), Sheet())


def _rated(bid: Application, shares: Sequence[CostShare], number: int, sheet: Sheet) -> Sheet:
    """A sheet as it is kept: with the rate it is worked out at."""
    found = funding_now(bid, shares, number, sheet)
    rate = next(part.rate_bp for part in found.parts if part.stated.number == number)
    return replace(_of_its_own(sheet, number), rate_bp=rate)


def _of_its_own(sheet: Sheet, number: int) -> Sheet:
    """A sheet without what only a partner says: the lead works where its organisation does."""
    return replace(sheet, place=None) if number == LEAD else sheet


def _keep(share: CostShare, said: dict[str, Any], actor: Person) -> None:
    share.sheet = said
    share.version += 1
    share.saved_at, share.saved_by_id = clock.now(), actor.id


def _first(bid: Application, number: int) -> CostShare:
    if number != LEAD:
        raise UnknownShareError(number)
    share = _blank_share(bid)
    db.session.add(share)
    return share


def _blank_share(bid: Application) -> CostShare:
    return CostShare(application_id=bid.id, application=bid, number=LEAD, version=0, created_at=clock.now())


def _saved(share: CostShare) -> Saved:
    return Saved(share.version, share.saved_at or share.created_at)
