"""How long to wait and how often to try before a person is asked to look."""

from dataclasses import dataclass
from datetime import timedelta

from fundapp import installed
from fundapp.config import Settings

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 45, 120, 240))


@dataclass(frozen=True, slots=True)
class Policy:
    """`lease`: how long a ring is trusted; `attempts`: runs before a row is parked.

    The lease is no time limit: a row that a worker holds is locked, and is passed over however long
    the work takes. It only bounds how soon a lost ring is noticed.
    """

    lease: timedelta
    attempts: int

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """The policy an installation is set to."""
        return cls(timedelta(seconds=settings.outbox_lease_seconds), settings.outbox_attempts)

    def back_off(self, attempts: int) -> timedelta:
        """The pause after this many failed runs."""
        return BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def in_force() -> Policy:
    """The policy of the running application."""
    return Policy.of(installed.settings())
