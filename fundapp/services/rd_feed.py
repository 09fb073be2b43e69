"""Feeds the R&D spend total: the entries each event adds, derived from the event's own facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.claims import Claim
from fundapp.models.events import Event
from fundapp.models.rd_entries import RdEntry
from fundapp.services import replay
from workflows.effects import FeedRdTotal, Measure
from workflows.rules import money, rd_spend
from workflows.rules.rd_spend import Cost, Entry, Nature, Place, RdType
from workflows.rules.schedule import quarter
from workflows.rules.work_places import OWN

OUR_MONEY = "combined_authority"
OTHER_MONEY = "match"

# Targets after which an award plans nothing beyond the R&D that was done.
ENDED = frozenset({"lapsed", "declined_by_applicant", "withdrawn", "terminated", "completed"})


def fulfil(payload: Mapping[str, Any]) -> None:
    """Enter what an outbox row promises, in whatever order rows are worked off.

    Entries made before are left as they are.
    """
    event = db.session.get_one(Event, payload["event_id"])
    measure = payload["measure"]
    for entry in entries_of(measure, event, _before(measure, event)):
        db.session.execute(
            insert(RdEntry)
            .values(**_row(measure, event, entry))
            .on_conflict_do_nothing(index_elements=["key"])
        )


def entries_of(measure: Measure, event: Event, before: Event | None) -> tuple[Entry, ...]:
    """The entries one event adds to a measure; `before` is the award's last event to feed the same one.

    A claim adds what was paid in its own quarters. Any other event adds the difference between the
    award's plan as it now is and as it was before: the whole project cost with its R&D share, by
    quarter and source of funds; once the award has ended, what was defrayed until then.
    """
    if measure == "defrayed":
        return _defrayed(event.facts)
    return rd_spend.corrections(_planned(event), _planned(before) if before else ())


def key_of(measure: str, event_id: int, place: Place) -> str:
    """The key under which an entry is made once: event, measure, source, site, type, quarter."""
    estimated = "-estimated" if place.is_estimated else ""
    return (
        f"{event_id}-{measure}-{place.source_of_funds}-{place.authority}-{place.rd_type}"
        f"-{place.quarter}{estimated}"
    )


def defrayed_on(award_id: int) -> list[dict[str, Any]]:
    """The R&D that the approved claims of an award come to, as the event of its end keeps it."""
    approvals = db.session.scalars(
        select(Event)
        .join(Claim, Claim.id == Event.case_id)
        .where(Event.case_kind == Claim.case_kind, Event.action == "approve", Claim.award_id == award_id)
    )
    paid = (entry for event in approvals for entry in _defrayed(event.facts))
    return [_kept(entry) for entry in rd_spend.corrections(paid, ())]


def _planned(event: Event) -> tuple[Entry, ...]:
    facts = event.facts
    if event.target in ENDED:
        return tuple(_as_kept(each) for each in facts.get("defrayed", ()))
    costs = _placed(facts, facts["cost_pence"], facts, facts.get("rd_places"))
    return rd_spend.planned(
        costs, _sources(facts), date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"])
    )


def _defrayed(facts: Mapping[str, Any]) -> tuple[Entry, ...]:
    paid: list[Entry] = []
    for line in facts["lines"]:
        costs = _placed(facts, line["pence"], line, line.get("places"), Nature(line["nature"]))
        paid.extend(rd_spend.paid(costs, _sources(facts), date.fromisoformat(line["paid_on"])))
    return rd_spend.corrections(paid, ())


def _placed(
    facts: Mapping[str, Any],
    pence: int,
    stated: Mapping[str, Any],
    places: Mapping[str, int] | None,
    nature: Nature = Nature.CASH,
) -> list[Cost]:
    """The R&D of a cost where it is done, divided by weight; without places where the organisation works."""
    weights = sorted((places or {OWN: 1}).items())
    parts = money.split(money.share(pence, stated["rd_share_bp"]), [weight for _, weight in weights])
    return [
        Cost(
            part,
            money.WHOLE,
            RdType(stated["rd_type"]),
            facts["authority"] if place == OWN else place,
            nature,
        )
        for (place, _), part in zip(weights, parts, strict=True)
    ]


def _sources(facts: Mapping[str, Any]) -> dict[str, int]:
    ours = facts["amount_pence"]
    return {OUR_MONEY: ours, OTHER_MONEY: max(0, facts["cost_pence"] - ours)}


def _kept(entry: Entry) -> dict[str, Any]:
    place = entry.place
    return {
        "source_of_funds": place.source_of_funds,
        "authority": place.authority,
        "rd_type": place.rd_type.value,
        "quarter_starts_on": place.quarter.first_day.isoformat(),
        "is_estimated": place.is_estimated,
        "pence": entry.pence,
    }


def _as_kept(kept: Mapping[str, Any]) -> Entry:
    place = Place(
        kept["source_of_funds"],
        kept["authority"],
        RdType(kept["rd_type"]),
        quarter(date.fromisoformat(kept["quarter_starts_on"])),
        kept["is_estimated"],
    )
    return Entry(place, kept["pence"])


def _before(measure: Measure, event: Event) -> Event | None:
    wanted = FeedRdTotal(measure)
    return next((told.event for told in replay.fed_before(event) if wanted in told.effects), None)


def as_entry(row: RdEntry) -> Entry:
    """A stored row as the rulebook's entry."""
    place = Place(
        row.source_of_funds,
        row.authority,
        RdType(row.rd_type),
        quarter(row.quarter_starts_on),
        row.is_estimated,
    )
    return Entry(place, row.pence)


def _row(measure: str, event: Event, entry: Entry) -> dict[str, Any]:
    place = entry.place
    return {
        "key": key_of(measure, event.id, place),
        "event_id": event.id,
        "measure": measure,
        "award_id": event.facts["award_id"],
        "source_of_funds": place.source_of_funds,
        "authority": place.authority,
        "rd_type": place.rd_type.value,
        "quarter_starts_on": place.quarter.first_day,
        "pence": entry.pence,
        "is_estimated": place.is_estimated,
        "recorded_at": clock.now(),
    }
