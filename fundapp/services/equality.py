"""Equality monitoring: the link a round's applicants are given, and the taking in of a form."""

import json
from collections.abc import Mapping
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.applications import Application
from fundapp.models.equality import EqualityAnswers
from fundapp.models.funds import Round
from fundapp.queries import rounds as queries
from fundapp.transaction import transaction
from workflows import equality as rulebook

PURPOSE = "equality monitoring"


class NoMoreForms(Exception):
    """A round takes no more forms: its time for them is over, or it has as many as its bids explain."""


def token_of(ref: str) -> str:
    """What the link of a round carries: the same for all of its bids, so it tells nobody whose form it is."""
    return f"{ref}.{vault.digest(PURPOSE, ref)}"


def link_of(ref: str) -> str:
    """Where the people who lead the bids of a round may answer."""
    return f"{settings().base_url}/equality/{token_of(ref)}"


def round_of(token: str) -> Round | None:
    """The round a link is for; nothing for one that was never ours."""
    ref = token.rpartition(".")[0]
    return queries.public_round(ref) if vault.is_same(token, token_of(ref)) else None


def takes_forms(call: Round) -> bool:
    """Whether a round still takes forms at this instant."""
    until = rulebook.taken_until(call.closes_at)
    return until is None or clock.now() < until


@transaction()
def answer(call: Round, press: UUID, answers: Mapping[str, str]) -> None:
    """Keep one form, apart from everything else that is known.

    One row is written, and no event, message or count beside it: whatever came with it in the same
    transaction would lead back to it. It is kept by its press and what it says, so that the same press
    arriving twice is one form; the press itself is kept nowhere. Raises `NoMoreForms`.
    """
    if not takes_forms(call) or not rulebook.takes_another(*_forms_and_bids(call)):
        raise NoMoreForms
    said = {key: answers[key] for key in sorted(answers)}
    db.session.execute(
        insert(EqualityAnswers)
        .values(
            id=uuid5(press, json.dumps(said)),
            round_id=call.id,
            answered_in=clock.in_london(clock.now()).date().replace(day=1),
            questions=rulebook.CURRENT,
            answers=said,
        )
        .on_conflict_do_nothing()
    )


def _forms_and_bids(call: Round) -> tuple[int, int]:
    forms = select(func.count(EqualityAnswers.round_id)).where(EqualityAnswers.round_id == call.id)
    bids = select(func.count()).where(Application.round_id == call.id, Application.submitted_at.is_not(None))
    found = db.session.execute(select(forms.scalar_subquery(), bids.scalar_subquery())).one()
    return found[0], found[1]
