"""Keeps how each minute was answered, for a week, by the machine's clock, which no demo moves."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from fundapp.extensions import db
from fundapp.models.health import ServiceMinute
from fundapp.transaction import transaction

KEPT = timedelta(days=7)


@transaction()
def add(answers: int, slow: int, failed: int) -> None:
    """Add what one web process answered to the minute it is now; nothing answered is a sign of life too."""
    entry = insert(ServiceMinute).values(
        at=func.date_trunc("minute", func.now()), answers=answers, slow=slow, failed=failed
    )
    summed = {
        name: ServiceMinute.__table__.c[name] + entry.excluded[name] for name in ("answers", "slow", "failed")
    }
    db.session.execute(entry.on_conflict_do_update(index_elements=["at"], set_=summed))


def forget_by_clock(_period: datetime) -> None:
    """Delete the minutes of more than a week ago; run by the clock."""
    db.session.execute(delete(ServiceMinute).where(ServiceMinute.at < func.now() - KEPT))
