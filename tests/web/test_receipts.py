"""A receipt is confirmed to whoever holds both its reference and its fingerprint, and to nobody else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import bids as factory
from tests.factories import people, rounds

CHECK = "/receipts/check"


@pytest.fixture
def sha256(app: Flask, database: None) -> str:
    """The fingerprint of a bid that was sent in."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant()
        bid = factory.complete(factory.draft(call, lead, factory.firm(lead)), lead)
        return factory.send_in(bid, lead).sha256


def test_both_halves_confirm_the_instant_and_say_no_more(client: FlaskClient, sha256: str) -> None:
    page = client.get(CHECK, query_string={"reference": " fif7-0001 ", "sha256": f" {sha256.upper()} "})
    assert page.status_code == 200
    assert "This receipt is ours" in page.text
    assert re.search(r"10:00 \(UK time\), 2 November 2026, at 10:00:\d\d", page.text)
    assert "Wrackline" not in page.text
    assert "tide sensors" not in page.text


@pytest.mark.parametrize("reference", ["FIF7-0002", "FIF8-0001", "FIF7-0001 OR 1=1"])
def test_a_wrong_half_is_no_receipt(client: FlaskClient, sha256: str, reference: str) -> None:
    page = client.get(CHECK, query_string={"reference": reference, "sha256": sha256})
    assert (page.status_code, "We gave no such receipt" in page.text) == (404, True)


def test_a_wrong_fingerprint_is_no_receipt(client: FlaskClient, sha256: str) -> None:
    other = sha256[::-1]
    page = client.get(CHECK, query_string={"reference": "FIF7-0001", "sha256": other})
    assert (page.status_code, other == sha256) == (404, False)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"reference": "", "sha256": "a" * 64}, "Enter the reference of the bid"),
        ({"reference": "FIF7-0001", "sha256": ""}, "Enter the fingerprint"),
        ({"reference": "FIF7-0001", "sha256": "g" * 64}, "Enter the fingerprint"),
        ({"reference": "FIF7-0001", "sha256": "٣" * 64}, "Enter the fingerprint"),
        ({"reference": "FIF7-0001", "sha256": "a" * 5_000}, "4,800 characters too long"),
        ({"reference": "x" * 5_000, "sha256": "a" * 64}, "4,900 characters too long"),
    ],
)
def test_what_is_no_fingerprint_says_so(client: FlaskClient, sent: dict[str, str], says: str) -> None:
    page = client.get(CHECK, query_string=sent)
    assert (page.status_code, says in page.text) == (400, True)


def test_the_page_alone_asks_for_both(client: FlaskClient) -> None:
    page = client.get(CHECK)
    assert (page.status_code, page.text.count("<input"), "There is a problem" in page.text) == (200, 2, False)
