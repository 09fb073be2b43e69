"""Cost sheets of the invented region: people, materials and what else a project spends."""

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

from fundapp.services import costs
from workflows.funds.pinned import Pinned
from workflows.rules.cost_sheets import Line, Match, Sheet
from workflows.rules.rd_spend import CITY_REGION

if TYPE_CHECKING:
    from fundapp.services.bids import Application
    from fundapp.services.personas import Person

# Who works on it, what they cost a year, and about the share of all costs that they take.
PEOPLE = (("Lead engineer", 46_400_00, 0.30), ("Firmware developer", 58_000_00, 0.25))
DAY = 232
# Where trials are bought: in the region, or not.
PLACES = (next(iter(CITY_REGION)), "uk")


def write(bid: "Application", asked_pence: int, random: Random, actor: "Person") -> None:
    """Give a bid costs that come to what it asks for, the rest paid by itself and an investor."""
    share = costs.share_of(bid, costs.LEAD)
    if share is None:
        raise LookupError(f"{bid.reference} has no share of the costs")
    costs.save(share, sheet_of(bid.round.rules, asked_pence, random), share.version, actor)


def sheet_of(rules: Pinned, asked_pence: int, random: Random) -> Sheet:
    """A sheet of the round's categories whose sums come out to the penny."""
    total = asked_pence * 10_000 // rules.award.rate_bp
    lines = list(_lines(rules, total, random))
    spent = sum(_pence(line) for line in lines)
    rest = next(each.key for each in rules.costs.categories if each.kind == "other")
    lines.append(Line(rest, "Certification and data", {"pence": total - spent}, 5_000))
    asks = None if rules.instrument == "grant" else asked_pence
    return Sheet(lines=tuple(lines), match=tuple(_match(total - asked_pence, random)), asks_pence=asks)


def _match(pence: int, random: Random) -> Iterator[Match]:
    own = pence * random.choice((2, 3, 4)) // 4
    for source, part in (("Our own money", own), ("Dockside Angels (invented)", pence - own)):
        if part:
            yield Match(source, part)


def _lines(rules: Pinned, total: int, random: Random) -> list[Line]:
    kinds = {each.kind: each.key for each in rules.costs.categories}
    lines = [
        Line(kinds["labour"], name, {"annual": annual, "days": _days(annual, part * total)}, 10_000)
        for name, annual, part in PEOPLE
    ]
    sets = random.randint(8, 40)
    lines.append(
        Line(
            kinds["materials"],
            "Sensor heads and housings",
            {"count": sets, "each": int(total * 0.15) // sets},
            9_000,
        )
    )
    worth = int(total * 0.2) // 100 * 100
    used = {"before": worth, "after": worth // 2, "use": 10_000}
    lines.append(Line(kinds["capital"], "Test cabinet", used, 10_000))
    if "subcontract" in kinds:
        bought = {"pence": int(total * 0.06)}
        lines.append(
            Line(kinds["subcontract"], "Salt spray trials", bought, 10_000, place=PLACES[total // 100 % 2])
        )
    if "travel" in kinds:
        lines.append(Line(kinds["travel"], "Visits to four docks", {"count": 8, "each": 180_00}, 0))
    return lines


def _days(annual_pence: int, pence: float) -> str:
    return str(max(1, int(pence / (annual_pence / DAY))))


def _pence(line: Line) -> int:
    figures = line.figures
    if "days" in figures:
        return int(figures["annual"]) // DAY * int(figures["days"])
    if "count" in figures:
        return int(figures["count"] * figures["each"])
    if "pence" in figures:
        return int(figures["pence"])
    return (int(figures["before"]) - int(figures["after"])) * int(figures["use"]) // 10_000
