"""An applicant's browser before an open round, for tests of the pages of a bid."""

from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.stages import Stages
from tests.web.browsing import signed_in


@dataclass(frozen=True)
class Scene:
    app: Flask
    client: FlaskClient
    lead_id: int

    def later(self, instant: datetime) -> FlaskClient:
        """The lead's browser after the clock has moved on; they have signed in again."""
        with self.app.app_context():
            rounds.move_to(instant)
        return signed_in(self.app, self.lead_id)

    def person(self, name: str, email: str) -> FlaskClient:
        with self.app.app_context():
            number = people.applicant(name, email).id
        return signed_in(self.app, number)

    def colleague(self, name: str, email: str) -> FlaskClient:
        """Somebody else who acts for the organisation of the bid."""
        with self.app.app_context():
            who = people.applicant(name, email)
            people.join(db.session.query(Organisation).one(), who)
            db.session.commit()
            number = who.id
        return signed_in(self.app, number)

    def bid(self, *, complete: bool = False, sent: bool = False, title: str = "Tide sensors") -> str:
        with self.app.app_context():
            lead = db.session.get_one(Person, self.lead_id)
            call = db.session.query(Round).one()
            firm = factory.firm(lead)
            bid = factory.draft(call, lead, firm, title)
            if complete or sent:
                factory.complete(bid, lead, replace(factory.PROJECT, title=title))
            if sent:
                factory.send_in(bid, lead)
            return f"/bids/{bid.reference}"


@pytest.fixture
def scene(app: Flask, stages: Stages) -> Scene:
    def lead_of_an_open_round() -> int:
        rounds.begin_demo()
        rounds.open_round(people.officer())
        return people.applicant().id

    lead_id = stages.copied("open_round", lead_of_an_open_round)
    return Scene(app, signed_in(app, lead_id), lead_id)
