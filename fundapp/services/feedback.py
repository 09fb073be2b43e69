"""What assessors made of a bid, criterion by criterion, beside the average of its round."""

from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from fundapp.extensions import db
from fundapp.letters.contents import CriterionResult
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.awards import Award
from fundapp.models.funds import Criterion
from workflows.rules import money

# Marks that count: submitted, and not set aside.
COUNTS = (Assessment.state == "submitted", Assessment.set_aside_at.is_(None))


def results(bid: Application) -> tuple[CriterionResult, ...]:
    """Each criterion with the mean of the bid and of its round, and the comments."""
    criteria = db.session.scalars(
        select(Criterion).where(Criterion.round_id == bid.round_id).order_by(Criterion.position)
    ).all()
    mine = _marks_by_criterion(Assessment.application_id == bid.id)
    everybody = _marks_by_criterion(Application.round_id == bid.round_id)
    comments = _comments(bid)
    if not mine:
        return ()
    return tuple(
        CriterionResult(
            name=each.name,
            weight=int(each.weight * 100),
            score=mine.get(each.id),
            average=everybody.get(each.id),
            highest=each.max_score * 100,
            comment="\n".join(comments.get(each.id, ())),
        )
        for each in criteria
    )


def _marks_by_criterion(which: ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(
        select(Mark.criterion_id, func.avg(Mark.score))
        .join(Assessment, Assessment.id == Mark.assessment_id)
        .join(Application, Application.id == Assessment.application_id)
        .where(which, *COUNTS, Mark.score.is_not(None))
        .group_by(Mark.criterion_id)
    )
    return {criterion: _as_hundredths(average) for criterion, average in rows}


def _comments(bid: Application) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Mark.criterion_id, Mark.comment)
        .join(Assessment, Assessment.id == Mark.assessment_id)
        .where(Assessment.application_id == bid.id, *COUNTS, Mark.comment != "")
        .order_by(Assessment.id)
    )
    found: dict[int, list[str]] = {}
    for criterion, comment in rows:
        found.setdefault(criterion, []).append(comment)
    return found


def round_totals(round_id: int) -> tuple[int | None, int | None]:
    """The average score of a round and the lowest that was funded, in hundredths."""
    average = db.session.scalar(select(func.avg(Application.score)).where(Application.round_id == round_id))
    lowest = db.session.scalar(
        select(func.min(Application.score)).join(Award).where(Application.round_id == round_id)
    )
    return hundredths(average), hundredths(lowest)


def assessors(bid: Application) -> int:
    """How many assessors the score of a bid rests on."""
    return db.session.scalar(select(func.count()).where(Assessment.application_id == bid.id, *COUNTS)) or 0


def hundredths(score: Decimal | None) -> int | None:
    """A score as letters keep it."""
    return None if score is None else _as_hundredths(score)


def _as_hundredths(value: Decimal) -> int:
    return money.rounded(value * 100)
