"""Real titles, organisations and amounts of public research awards, turned into a round and imported."""

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp import chain
from fundapp.config import PROJECT
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.organisations import Organisation
from fundapp.services.imports import Table, import_round
from tests.factories import imports as made
from tests.factories import people, rounds
from workflows.funds.completeness import LONGEST_TITLE

REAL = PROJECT.parent / "shared" / "data" / "gtr"
MAIL = {"University of Liverpool": "liverpool", "Liverpool John Moores University": "ljmu"}


def as_round(path: Path) -> Table:
    """Each award as a bid: its own title, organisation and pounds, brought within the fund's range."""
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, award in enumerate(csv.DictReader(file), start=1):
            firm = award["LeadROName"].strip()
            domain = MAIL.get(firm, "".join(sign for sign in firm.lower() if sign.isalnum()))
            asked = min(75_000, max(25_000, float(award["AwardPounds"])))
            rows.append(
                made.bid(
                    number,
                    bid_ref=award["ProjectReference"],
                    organisation=firm,
                    company_number="",
                    contact_name=f"Lead of {award['ProjectReference']}",
                    contact_email=f"lead{number}@{domain}.example",
                    title=award["Title"][:LONGEST_TITLE],
                    summary=f"{award['Title']} ({award['Department']}).",
                    total_cost=f"{2 * asked:.2f}",
                    grant_requested=f"{asked:.2f}",
                    match_funding=f"{asked:.2f}",
                    rd_share="100",
                )
            )
    return made.bids(*rows)


if REAL.is_dir():

    @pytest.mark.parametrize("path", sorted(REAL.glob("*.csv")), ids=lambda path: path.stem)
    def test_real_awards_make_a_round(path: Path, app_context: Flask) -> None:
        rounds.begin_demo()
        officer = people.officer()
        call = rounds.open_round(officer)
        table = as_round(path)
        assert import_round(call, table, officer).filed == len(table.rows) > 100
        assert import_round(call, table, officer).skipped == len(table.rows)
        kept = db.session.execute(
            select(Application.bid_ref, Application.title, Organisation.name)
            .join(Organisation)
            .order_by(Application.id)
        ).all()
        assert [tuple(row) for row in kept] == [
            (str(row.cells[0]), " ".join(str(row.cells[6]).split()), str(row.cells[1])) for row in table.rows
        ]
        names = {str(row.cells[1]) for row in table.rows}
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == len(names)
        assert list(chain.verify()) == []
