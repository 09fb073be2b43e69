"""Every effect of the rulebook has a job, and every job that is routed exists."""

import inspect
import typing
from pkgutil import resolve_name

import pytest

from fundapp.outbox import QUEUES, ROUTES
from workflows.effects import Effect


@pytest.mark.parametrize("effect", typing.get_args(Effect))
def test_every_effect_has_a_route(effect: type) -> None:
    assert effect.kind in ROUTES  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "route"), ROUTES.items())
def test_every_route_leads_to_a_job_that_takes_a_row_id(kind: str, route: typing.Any) -> None:
    assert route.queue in QUEUES
    assert list(inspect.signature(resolve_name(route.job)).parameters) == ["row_id"]
    assert not route.ready or list(inspect.signature(resolve_name(route.ready)).parameters) == []
