"""The public R&D total: nothing before its release, the same on the page and in the file, few statements."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from fundapp.extensions import db
from fundapp.services import demo_clock
from fundapp.transaction import transaction
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories.awards import At
from tests.stages import Stages
from tests.web.browsing import somebody
from workflows.actors import Role

Statements = Callable[[], AbstractContextManager[list[str]]]
PAGE = "/rd-total"


@pytest.fixture
def at(app: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def sums_in(browser: FlaskClient) -> dict[str, Decimal]:
    rows = csv.DictReader(io.StringIO(browser.get("/rd-total.csv").text))
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["Measure"]] += Decimal(row["£"])  # type: ignore[assignment]
    return dict(sums)  # type: ignore[arg-type]


def test_with_nothing_approved_it_says_so_and_still_shows_the_aim(client: FlaskClient) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    shown = said(page.text)
    assert "No R&D has been approved through these funds yet" in shown
    assert "The region’s aim for 2030 is £2.57bn to £2.85bn of R&D a year." in shown
    assert "No official R&D total exists for the city region, so none is drawn." in shown
    assert "Assumption." in shown
    assert sums_in(client) == {}
    target = list(csv.reader(io.StringIO(client.get("/rd-total/target.csv").text)))
    assert target[1][:3] == ["2023", "2165000000.00", "2165000000.00"]
    assert [row[0] for row in target[1:]] == [str(year) for year in range(2023, 2031)]


def test_the_public_learns_of_a_decision_at_its_release_and_staff_at_once(
    app: Flask, client: FlaskClient, at: At
) -> None:
    with app.app_context():
        (award,) = at(factory.one_approved)[1]
        release_at = award.application.decision_release_at
        reference = award.reference
        assert release_at is not None
    officer = somebody(app, Role.OFFICER)
    before, inside = said(client.get(PAGE).text), said(officer.get(PAGE).text)
    assert "No R&D has been approved through these funds yet" in before
    assert "80,000" not in before
    assert "Not released yet" not in before
    assert "Committed £0.00 £80,000.00 £80,000.00" in inside
    assert sums_in(client) == sums_in(officer) == {}
    assert client.get("/awards.csv").text.count("\n") == 1
    assert reference not in client.get("/awards").text

    with app.app_context():
        demo_clock.move_clock(release_at + timedelta(seconds=1))
    after = said(client.get(PAGE).text)
    assert "Spent by these funds’ projects" not in after
    assert "£80,000 of R&D is approved, and none of it is paid for yet" in after
    assert sums_in(client) == {"committed": Decimal("80000.00")}


def test_what_was_paid_for_is_held_against_one_year_of_the_aim(
    app: Flask, client: FlaskClient, at: At
) -> None:
    with app.app_context():
        region, (award,) = at(factory.one_live)
        factory.approved_claim(region, award, region.applicants[0], 1, 1_000_001)
        outbox.work_off()
    shown = said(client.get(PAGE).text)
    assert "These funds’ projects have paid for £8,000 of R&D so far" in shown
    assert "That is less than 0.1% of one year of the region’s aim for 2030" in shown
    assert "Of £80,000 approved, £8,000 has really been spent" in shown
    assert "Spent by these funds’ projects, to the same scale: £8,000 in" in shown
    assert "£80,000 in" not in shown
    assert "All £80,000.00 £80,000.00 £8,000.01" in shown
    assert "Wirral £80,000.00 £80,000.00 £8,000.01" in shown
    assert sums_in(client) == {
        "committed": Decimal("80000.00"),
        "contracted": Decimal("80000.00"),
        "defrayed": Decimal("8000.01"),
    }


def test_the_page_asks_few_questions_and_costs_the_same_with_many_entries(
    app: Flask, client: FlaskClient, at: At, count_statements: Statements
) -> None:
    with app.app_context():
        at(factory.one_live)
    client.get(PAGE)
    with count_statements() as few:
        client.get(PAGE)
    with app.app_context(), transaction():
        db.session.execute(
            text(
                "INSERT INTO rd_entries (key, event_id, measure, award_id, source_of_funds, authority,"
                " rd_type, quarter_starts_on, pence, is_estimated, recorded_at)"
                " SELECT 'copy ' || t.id || ' ' || n,"
                " event_id, measure, award_id, source_of_funds, authority, rd_type, quarter_starts_on, 100,"
                " is_estimated, recorded_at FROM rd_entries t, generate_series(1, 500) n"
            )
        )
    before = "£80,000 of R&D is approved"
    with count_statements() as many:
        shown = said(client.get(PAGE).text)
    assert len(many) == len(few) <= 6
    assert before not in shown
