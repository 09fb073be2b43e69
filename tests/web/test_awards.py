"""The register of awards: what is public and nothing else, walked page by page, the same as its file."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.organisations import Organisation
from fundapp.transaction import transaction
from tests.factories import awards as factory
from tests.stages import Stages
from workflows.machines import machine_for

Statements = Callable[[], AbstractContextManager[list[str]]]
COPIES = 120


@pytest.fixture
def register(app: Flask, client: FlaskClient, stages: Stages) -> FlaskClient:
    """One award that was offered and accepted, copied in every district and four financial years."""
    with app.app_context():
        factory.reached(stages, factory.one_accepted)
        with transaction():
            for statement in _copies():
                db.session.execute(text(statement), {"count": COPIES})
    return client


def _copies() -> list[str]:
    districts = "(ARRAY['E06000006','E08000011','E08000012','E08000013','E08000014','E08000015'])[1 + n % 6]"
    number = "900000 + n"
    organisation = {"id": number, "company_number": "'ZY' || lpad(n::text, 6, '0')", "authority": districts}
    bid = {
        "id": number,
        "organisation_id": number,
        "number": number,
        "reference": "'X-' || n",
        "title": "'=1+' || n",
    }
    award = {
        "id": number, "application_id": number, "reference": "'X-' || n || '-A'",
        "financial_year": "2026 + n % 4",
    }  # fmt: skip
    return [
        _copy("organisations", Organisation, organisation),
        _copy("applications", Application, bid),
        _copy("awards", Award, award),
    ]


def _copy(table: str, model: type, changed: dict[str, str]) -> str:
    columns = [column.name for column in model.__table__.columns]  # type: ignore[attr-defined]
    values = ", ".join(changed.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {values} FROM {table} t, generate_series(1, :count) n WHERE t.id = 1"
    )


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def walked(client: FlaskClient, address: str) -> list[str]:
    """The references on every page from the first to the last."""
    seen: list[str] = []
    while address:
        html = client.get(address).text
        rows = BeautifulSoup(html, "html.parser").select("tbody th .app-table__second")
        seen += [row.get_text() for row in rows]
        found = re.search(r'href="([^"]+)"[^>]*rel="next"', html)
        address = found[1].replace("&amp;", "&") if found else ""
    return seen


def in_file(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/awards.csv{query}").text)))


def test_it_is_walked_to_its_end_and_agrees_with_its_file(register: FlaskClient) -> None:
    seen = walked(register, "/awards")
    assert len(seen) == len(set(seen)) == COPIES + 1
    assert [row["Award"] for row in in_file(register)] == seen
    assert f"{COPIES + 1} awards come to £6,050,000" in said(register.get("/awards").text)
    assert {row["Project"][:2] for row in in_file(register)} == {"Id", "'="}


def test_it_is_narrowed_by_fund_district_and_year(register: FlaskClient) -> None:
    for query in ("?district=E08000012", "?year=2027", "?fund=future_innovation_fund&year=2028"):
        rows = in_file(register, query)
        assert 0 < len(rows) < COPIES
        assert walked(register, f"/awards{query}") == [row["Award"] for row in rows]
    assert {row["District"] for row in in_file(register, "?district=E08000012")} == {"Liverpool"}
    assert {row["Financial year"] for row in in_file(register, "?year=2027")} == {"2027-28"}


def test_what_is_no_filter_filters_nothing_and_what_fits_nothing_says_so(register: FlaskClient) -> None:
    for odd in ("?district=x", "?year=x", "?after=x", "?before=" + "9" * 40, "?year=99999"):
        assert register.get(f"/awards{odd}").status_code == 200
    assert len(in_file(register, "?district=nowhere")) == COPIES + 1
    assert "No award matches" in said(register.get("/awards?fund=none").text)


def test_few_statements_however_long_it_is(register: FlaskClient, count_statements: Statements) -> None:
    register.get("/awards")
    with count_statements() as statements:
        assert register.get("/awards?district=E08000012").status_code == 200
    assert len(statements) <= 6


def test_only_offers_that_came_to_something_are_listed(
    app: Flask, client: FlaskClient, stages: Stages
) -> None:
    with app.app_context():
        (award,) = factory.reached(stages, factory.one_accepted)[1]
        reference = award.reference
    listed = set()
    for state in machine_for("award").states:
        with app.app_context(), transaction():
            db.session.execute(text("UPDATE awards SET state = :state"), {"state": state.key})
        if reference in client.get("/awards").text:
            listed.add(state.key)
    assert listed == {"offered", "accepted", "live", "completed", "terminated", "withdrawn"}


def test_an_empty_register_says_when_the_first_award_comes(client: FlaskClient) -> None:
    shown = said(client.get("/awards").text)
    assert "No award has been announced yet" in shown
    assert "when its decision is released and its offer is made" in shown
