"""Begins a bid to another round with what a former one says, so that nobody writes the same words twice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services import bids, costs
from fundapp.services.answers import answers_of
from fundapp.services.bids import Project
from fundapp.services.costs import LEAD
from fundapp.transaction import transaction
from workflows.actors import Permission
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.funds.kinds import Value
from workflows.machine import Blocked, Blocker
from workflows.rules import cost_reuse
from workflows.rules.cost_sheets import from_data

NOT_YOURS = Blocker("not_permitted", "Only somebody who may write a bid uses it again.")
SAME_ROUND = Blocker("same_round", "This bid is to that round already.", "Choose another round.")


@transaction()
def use_again(bid: Application, call: Round, actor: Person) -> Application:
    """Begin a draft to another round from a bid, whatever became of it.

    In order: the person must be one who may write the bid, and act for its organisation; the round must be
    open and another one; a draft begun so before is found rather than made twice; the project is taken over
    without its start, and without a theme the round does not know; so is every answer to a question that
    stands in both forms as the same kind, as far as the new one can hold it and it lasts; so are the lead's
    costs, as far as the round knows such costs, worked out by its own terms. Partners and files are asked
    for anew. The former bid is not touched.
    """
    if Permission.BID_EDIT not in held_by(actor, bid):
        raise Blocked((NOT_YOURS,))
    if call.id == bid.round_id:
        raise Blocked((SAME_ROUND,))
    draft, is_new = bids.begin(call, bid.organisation, _project(bid, call), actor)
    if is_new:
        _copy_answers(bid, draft, actor)
        _copy_costs(bid, draft, actor)
    return draft


def left_behind(bid: Application, calls: Sequence[Round]) -> Mapping[int, Sequence[str]]:
    """By round, what of the bid's costs would not go over to it, in words."""
    former = costs.stated_of(bid)
    partners = [
        f"The costs of {each.name}: ask it in again, and it enters them anew"
        for each in former
        if each.number != LEAD
    ]
    terms = bid.round.rules.costs
    return {
        call.id: [*cost_reuse.left_behind(former[0].sheet, terms, call.rules.costs), *partners]
        for call in calls
        if former
    }


def _project(bid: Application, call: Round) -> Project:
    former = bids.project_of(bid)
    knows_it = call.rules.theme_name(former.theme) is not None
    return replace(former, starts_on=None, theme=former.theme if knows_it else None)


def _copy_answers(bid: Application, draft: Application, actor: Person) -> None:
    """The answers to what both forms ask, by key; the new ones begin their own history."""
    for key, former in answers_of(bid).items():
        value = _fitting(bid.round.rules.question(key), draft.round.rules.question(key), former.value)
        if value:
            db.session.add(
                Answer(
                    application_id=draft.id,
                    question=key,
                    value=value,
                    version=1,
                    begun_at=clock.now(),
                    saved_at=clock.now(),
                    saved_by_id=actor.id,
                )
            )


def _copy_costs(bid: Application, draft: Application, actor: Person) -> None:
    """The lead's sheet, as the round of the new draft keeps it; a partner's needs its own consent."""
    former = costs.share_of(bid, LEAD)
    if former is not None and former.sheet is not None:
        sheet = cost_reuse.taken_over(from_data(former.sheet), bid.round.rules.costs, draft.round.rules.costs)
        costs.begin_with(draft, sheet, actor)


def _fitting(before: Question | None, now: Question | None, value: Value) -> Value | None:
    """A former answer as another form's question keeps it; nothing where that has no place for it, or where
    what was true of its day need not be today.
    """
    if before is None or now is None or before.kind != now.kind or now.kind not in kinds.ANSWERED:
        return None
    if not kinds.ANSWERED[now.kind].lasts:
        return None
    try:
        return kinds.kept(now, kinds.boxes(before, value))
    except ValueError:
        return None  # an option chosen then is none today: the question is answered anew
