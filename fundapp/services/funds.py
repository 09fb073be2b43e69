"""Funds and rounds: install a fund from its definition, set a round up, publish it with its rules fixed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.funds import Batch, Criterion, FormVersion, Fund, Round, RoundBudget
from fundapp.models.people import Person
from fundapp.services import casework
from fundapp.transaction import rehearsal, transaction
from workflows.funds.definition import FundDefinition, as_data
from workflows.funds.round_file import RoundPlan
from workflows.machine import Blocked, Blocker


@dataclass(frozen=True, slots=True)
class Dates:
    """When a round opens, closes and promises things. A rolling round has no close."""

    opens_at: datetime
    closes_at: datetime | None
    checked_by_on: date | None = None
    assessed_by_on: date | None = None
    board_on: date | None = None
    hear_by_on: date | None = None
    release_at: datetime | None = None


class FormUnknown(LookupError):
    """A fund has no form version to use."""


@transaction()
def install(definition: FundDefinition, actor: Person | None) -> Fund:
    """Install a fund, or bring one that is installed to a new definition.

    In order: the fund's row is made or updated; a new form version is filed when the questions
    changed; the change is recorded. Rounds already set up keep the version they pinned. Raises
    `Blocked` for a prefix another fund has, or another prefix than the fund's own.
    """
    fund = db.session.scalars(select(Fund).where(Fund.slug == definition.slug)).first()
    _insist_on_prefix(fund, definition.prefix)
    if fund is None:
        fund = Fund(slug=definition.slug, prefix=definition.prefix, created_at=clock.now())
        db.session.add(fund)
    fund.name, fund.instrument = definition.name, definition.instrument
    fund.definition = as_data(definition)
    db.session.flush()
    form = _form_version(fund, as_data(definition.sections))
    casework.note(
        "fund",
        fund.id,
        "install",
        actor,
        recorded={"form": form.number, "sha256": sha256_of(fund.definition)},
    )
    return fund


def announce(fund: Fund, plan: RoundPlan, actor: Person, *, dry_run: bool = False) -> Round:
    """Set up a round as a file describes it, with its cut-offs, and publish it: all of that or nothing.

    Raises `Blocked` with everything still missing. A dry run takes all of it back.
    """
    dates = Dates(**{name: getattr(plan, name) for name in Dates.__slots__})
    with rehearsal() if dry_run else transaction():
        call = _planned(fund, plan.number, plan.title, plan.summary, dates, plan.budgets, actor)
        for cut_off_at in plan.cut_offs:
            _batched(call, cut_off_at, actor)
        return _published(call, actor)


@transaction()
def plan_round(
    fund: Fund,
    *,
    number: int,
    title: str,
    summary: str,
    dates: Dates,
    budgets: Mapping[int, int],
    actor: Person,
) -> Round:
    """Set up a round of a fund, as a draft nobody outside sees.

    In order: the round takes the fund's current definition and form as its terms; its criteria and its
    budget in pence by financial year are filed; its first event is written.
    """
    return _planned(fund, number, title, summary, dates, budgets, actor)


@transaction()
def publish(call: Round, actor: Person) -> Round:
    """Publish a round: from now on its rules are fixed and everybody can read them.

    In order: terms, form, dates and budget are hashed; the round is published; its funding and printed form
    are promised; followers are told. Raises `Blocked` with everything still missing.
    """
    return _published(call, actor)


@transaction()
def plan_batch(call: Round, cut_off_at: datetime, actor: Person) -> Batch:
    """Set the next cut-off of a rolling round: bids sent in before it are judged together."""
    return _batched(call, cut_off_at, actor)


def pinned(call: Round) -> dict[str, Any]:
    """Everything a round fixes at publication: what its public hash is taken over."""
    instants = ("opens_at", "closes_at", "release_at")
    days = ("checked_by_on", "assessed_by_on", "board_on", "hear_by_on")
    dates = {name: getattr(call, name) for name in (*instants, *days)}
    return {
        "round": call.ref,
        "title": call.title,
        "pathway": [call.pathway, call.pathway_version],
        "form_sha256": call.form_version.sha256,
        "terms": call.terms,
        "budget": {str(each.financial_year): each.amount_pence for each in call.budgets},
        "dates": {name: moment and fixed(moment) for name, moment in dates.items()},
    }


def fixed(moment: date) -> str:
    """A day, or an instant in UTC, as the hash of a round's rules knows it: the same wherever it is read."""
    return (moment.astimezone(UTC) if isinstance(moment, datetime) else moment).isoformat()


def latest_form(fund: Fund) -> FormVersion:
    """The newest version of a fund's form."""
    found = _last_form(fund)
    if found is None:
        raise FormUnknown(f"{fund.name} has no application form yet")
    return found


def _planned(
    fund: Fund,
    number: int,
    title: str,
    summary: str,
    dates: Dates,
    budgets: Mapping[int, int],
    actor: Person,
) -> Round:
    form = latest_form(fund)
    call = Round(
        fund_id=fund.id,
        form_version_id=form.id,
        number=number,
        ref=f"{fund.prefix}{number}",
        title=title,
        summary=summary,
        pathway=fund.definition["pathway"],
        pathway_version=fund.definition["pathway_version"],
        terms=fund.definition,
        next_bid_number=1,
        created_at=clock.now(),
        **{name: getattr(dates, name) for name in Dates.__slots__},
    )
    casework.open_case(call, actor, recorded={"fund_id": fund.id, "form": form.number})
    db.session.add_all(_criteria(call))
    db.session.add_all(
        RoundBudget(
            round_id=call.id, financial_year=year, amount_pence=pence, held_pence=0, committed_pence=0
        )
        for year, pence in budgets.items()
    )
    db.session.flush()
    return call


def _published(call: Round, actor: Person) -> Round:
    budgets = {str(each.financial_year): each.amount_pence for each in call.budgets}
    call.terms_sha256 = sha256_of(pinned(call))
    call.published_at = clock.now()
    casework.advance(
        call,
        "publish",
        actor,
        facts={"gaps": _gaps(call)},
        recorded={"terms_sha256": call.terms_sha256, "budgets": budgets},
    )
    return call


def _batched(call: Round, cut_off_at: datetime, actor: Person) -> Batch:
    last = db.session.scalar(select(func.max(Batch.number)).where(Batch.round_id == call.id))
    batch = Batch(round_id=call.id, number=(last or 0) + 1, cut_off_at=cut_off_at)
    db.session.add(batch)
    db.session.flush()
    casework.note(
        "round",
        call.id,
        "plan_batch",
        actor,
        recorded={"batch": batch.number, "cut_off_at": cut_off_at.isoformat()},
    )
    return batch


def _insist_on_prefix(fund: Fund | None, prefix: str) -> None:
    """References begin with it, so it is one fund's for ever."""
    owner = db.session.scalars(select(Fund).where(Fund.prefix == prefix)).first()
    if owner is not None and owner is not fund:
        what = f"fund.prefix: {prefix} is the prefix of {owner.name} already."
        raise Blocked((Blocker("prefix_taken", what, "Choose another."),))
    if fund is not None and fund.prefix != prefix:
        what = f"fund.prefix: the prefix of {fund.name} is {fund.prefix}, and references were made with it."
        raise Blocked((Blocker("prefix_fixed", what, "Keep it."),))


def _last_form(fund: Fund) -> FormVersion | None:
    versions = select(FormVersion).where(FormVersion.fund_id == fund.id)
    return db.session.scalars(versions.order_by(FormVersion.number.desc()).limit(1)).first()


def _form_version(fund: Fund, sections: Any) -> FormVersion:
    definition = {"sections": sections}
    digest = sha256_of(definition)
    last = _last_form(fund)
    if last is not None and last.sha256 == digest:
        return last
    form = FormVersion(
        fund_id=fund.id,
        number=last.number + 1 if last else 1,
        definition=definition,
        sha256=digest,
        created_at=clock.now(),
    )
    db.session.add(form)
    db.session.flush()
    return form


def _criteria(call: Round) -> list[Criterion]:
    return [
        Criterion(
            round_id=call.id,
            position=position,
            key=each["key"],
            name=each["name"],
            short_name=each["name"].split(" ")[-1].capitalize(),
            prompt=each["prompt"],
            weight=each["weight"],
            max_score=each["max_score"],
            threshold=each["threshold"],
            guide={str(mark): words for mark, words in enumerate(each["guide"])},
        )
        for position, each in enumerate(call.terms["criteria"], start=1)
    ]


def _gaps(call: Round) -> tuple[str, ...]:
    silent = call.closes_at is not None and call.release_at is None
    found = {
        "The round has no budget for any financial year.": not call.budgets,
        "The round has no summary.": not call.summary.strip(),
        "The round does not say when everybody hears.": silent,
    }
    return tuple(gap for gap, is_there in found.items() if is_there)
