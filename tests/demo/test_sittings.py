"""What the demonstration's meeting leaves to whoever looks around can be decided by them."""

import pytest
from flask import Flask

from fundapp.demo import sittings
from fundapp.extensions import db
from fundapp.models.applications import Application
from tests.factories import meetings, region
from tests.stages import Stages, with_everybody


@pytest.mark.parametrize(("budget", "place"), [(12_000_000, 1), (15_000_000, 2), (5_000_000, 0)])
def test_there_is_money_for_the_first_bid_that_is_left(
    app_context: Flask, stages: Stages, budget: int, place: int
) -> None:
    def build() -> region.Region:
        here = region.invent_region()
        call = region.open_round(here, region.install(here), budget=budget)
        meetings.assessed(here, call, [5, 5, 4, 4])
        return here

    here = with_everybody(stages.at(f"four_bids_{budget}", build))
    bids = list(db.session.query(Application).order_by(Application.id))
    assert sittings.last_that_fits(meetings.plan(here, bids[0].round, bids)) == place
