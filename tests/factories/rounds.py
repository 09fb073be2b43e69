"""Funds and rounds for tests: installed, set up and published through the service verbs."""

from datetime import UTC, date, datetime, timedelta

from fundapp import clock
from fundapp.models.funds import Batch, Fund, Round
from fundapp.models.people import Person
from fundapp.services import demo_clock, funds
from workflows.funds import ready_made
from workflows.funds.definition import FundDefinition

BEGIN = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
OPENS = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 18, 12, 0, tzinfo=UTC)
DATES = funds.Dates(
    opens_at=OPENS,
    closes_at=CLOSES,
    checked_by_on=date(2027, 1, 8),
    assessed_by_on=date(2027, 1, 29),
    board_on=date(2027, 2, 11),
    hear_by_on=date(2027, 2, 17),
    release_at=datetime(2027, 2, 17, 9, 0, tzinfo=UTC),
)
BUDGETS = {2026: 30_000_000, 2027: 50_000_000}


def begin_demo(at: datetime = BEGIN) -> None:
    """Mark the empty database as a demonstration, so that its clock may be moved."""
    demo_clock.mark_as_demo(at)


def move_to(instant: datetime) -> None:
    """Move the demonstration's clock forward to an instant."""
    demo_clock.move_clock(instant)


def planned_round(actor: Person, *, number: int = 7, dates: funds.Dates = DATES) -> Round:
    """A round of the Future Innovation Fund that is still being set up."""
    fund = funds.install(ready_made("future_innovation_fund"), actor)
    return _planned(fund, actor, number, dates)


def published_round(
    actor: Person, *, number: int = 7, dates: funds.Dates = DATES, fund: FundDefinition | None = None
) -> Round:
    """A published round of the Future Innovation Fund, or of another fund, not yet open."""
    installed = funds.install(fund or ready_made("future_innovation_fund"), actor)
    return _published(installed, actor, number, dates)


def open_round(
    actor: Person, *, number: int = 7, dates: funds.Dates = DATES, fund: FundDefinition | None = None
) -> Round:
    """The same round an hour after it opened."""
    call = published_round(actor, number=number, dates=dates, fund=fund)
    move_to(dates.opens_at + timedelta(hours=1))
    return call


def open_rolling_round(
    actor: Person, cut_offs: tuple[datetime, ...], *, fund: FundDefinition | None = None
) -> tuple[Round, list[Batch]]:
    """An open rolling round of LCR Ventures, or of another fund, with these cut-offs."""
    installed = funds.install(fund or ready_made("lcr_ventures"), actor)
    opens = clock.now() + timedelta(hours=1)
    call = _published(installed, actor, 1, funds.Dates(opens_at=opens, closes_at=None))
    batches = [funds.plan_batch(call, cut_off, actor) for cut_off in cut_offs]
    move_to(opens + timedelta(hours=1))
    return call, batches


def _published(fund: Fund, actor: Person, number: int, dates: funds.Dates) -> Round:
    return funds.publish(_planned(fund, actor, number, dates), actor)


def _planned(fund: Fund, actor: Person, number: int, dates: funds.Dates) -> Round:
    return funds.plan_round(
        fund,
        number=number,
        title=f"Round {number}: from prototype to first use",
        summary="Grants for small businesses that have something working.",
        dates=dates,
        budgets=BUDGETS,
        actor=actor,
    )
