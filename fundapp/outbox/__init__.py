"""Promised work: staged with the decision, relayed to the queue, carried out exactly once."""

from fundapp.outbox.handling import CannotSucceed, Outcome, handle, handle_asking, handle_together
from fundapp.outbox.routes import QUEUES, ROUTES, Route
from fundapp.outbox.staging import Contradiction, Promise, UnknownEffect, nudge, stage, stage_all

__all__ = [
    "QUEUES",
    "ROUTES",
    "CannotSucceed",
    "Contradiction",
    "Outcome",
    "Promise",
    "Route",
    "UnknownEffect",
    "handle",
    "handle_asking",
    "handle_together",
    "nudge",
    "stage",
    "stage_all",
]
