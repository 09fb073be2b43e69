"""Rounds as anybody may see them: which are open, which are coming, and everything one of them fixed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, undefer, with_expression

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.funds import Batch, Fund, Round
from fundapp.models.round_pages import PrintedForm
from workflows.rules.schedule import is_open

ON_THE_HOME_PAGE = 30
FUNDS_SHOWN = 20


_EARLIER = aliased(Round)
_FORMER = with_expression(
    Round.former_number,
    select(func.max(_EARLIER.number))
    .where(
        _EARLIER.fund_id == Round.fund_id,
        _EARLIER.number < Round.number,
        _EARLIER.terms_sha256.is_not(None),
    )
    .correlate(Round)
    .scalar_subquery(),
)

_PUBLIC = (
    select(Round)
    .where(Round.ref == bindparam("ref"), Round.state != "draft", Round.terms_sha256.is_not(None))
    .options(
        joinedload(Round.fund),
        joinedload(Round.form_version),
        joinedload(Round.budgets),
        undefer(Round.terms),
        _FORMER,
    )
)


def recent() -> Sequence[Round]:
    """The rounds the home page speaks of, each with its fund: open, coming, or being decided."""
    return db.session.scalars(
        select(Round)
        .where(Round.state.in_(("published", "assessed")))
        .options(joinedload(Round.fund), joinedload(Round.form_version))
        .order_by(Round.closes_at.asc().nulls_last(), Round.opens_at, Round.id)
        .limit(ON_THE_HOME_PAGE)
    ).all()


def taking_bids(besides: Round) -> Sequence[Round]:
    """The rounds that are open at this instant, each with its fund, but for one."""
    now = clock.now()
    return [call for call in recent() if call.id != besides.id and is_open(call, now)]


def every_fund() -> Sequence[Fund]:
    """The funds there are, with the definition each new round starts from."""
    return db.session.scalars(
        select(Fund).options(undefer(Fund.definition)).order_by(Fund.id).limit(FUNDS_SHOWN)
    ).all()


def fund_of(slug: str) -> Fund | None:
    """The installed fund of this slug."""
    return db.session.scalars(select(Fund).where(Fund.slug == slug)).one_or_none()


def next_cut_offs(round_ids: Sequence[int]) -> Mapping[int, datetime]:
    """By round, the next instant at which its bids are gathered; rounds without one are absent."""
    if not round_ids:
        return {}
    found = db.session.execute(
        select(Batch.round_id, func.min(Batch.cut_off_at))
        .where(Batch.round_id.in_(round_ids), Batch.cut_off_at > clock.now())
        .group_by(Batch.round_id)
    )
    return dict(iter(found))


def past_cut_offs(call: Round) -> Sequence[datetime]:
    """The instants at which a rolling round's bids have been gathered so far, in order."""
    passed = (Batch.round_id == call.id, Batch.cut_off_at <= clock.now())
    return db.session.scalars(select(Batch.cut_off_at).where(*passed).order_by(Batch.cut_off_at)).all()


def next_cut_off(call: Round) -> datetime | None:
    """The next instant at which a rolling round's bids are gathered; nothing where the round closes."""
    return None if call.closes_at else next_cut_offs([call.id]).get(call.id)


def by_ref(ref: str) -> Round | None:
    """The round of this reference, drafts included: for people of the office."""
    return db.session.scalars(
        select(Round).where(Round.ref == ref).options(joinedload(Round.fund), joinedload(Round.form_version))
    ).one_or_none()


def public_round(ref: str) -> Round | None:
    """A published round with its fund, form and budget, in one statement; a draft is nobody's to see.

    `former_number` is the number of the fund's round before it, where there is one.
    """
    if not ref.isalnum():
        return None
    return db.session.scalars(_PUBLIC, {"ref": ref}).unique().one_or_none()


def former(call: Round) -> Round | None:
    """The published round of the same fund before this public one, with its form and its terms."""
    return db.session.scalars(
        select(Round)
        .where(Round.fund_id == call.fund_id, Round.number == call.former_number)
        .options(joinedload(Round.form_version), undefer(Round.terms))
    ).one_or_none()


def printed_form(call: Round) -> PrintedForm | None:
    """The round's blank form as a file, once it is printed."""
    return db.session.get(PrintedForm, call.id)
