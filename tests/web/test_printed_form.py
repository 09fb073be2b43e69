"""The blank form as a file: promised with the publication, printed by a worker, served as it was kept."""

from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.models.round_pages import PrintedForm
from fundapp.outbox import staging
from fundapp.transaction import transaction
from tests.factories import outbox, people, rounds

ADDRESS = "/rounds/FIF7/form.pdf"


@pytest.fixture
def published(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.published_round(people.officer())


def test_before_it_is_printed_the_page_says_so_and_nothing_has_failed(
    app: Flask, client: FlaskClient, published: None
) -> None:
    app.extensions["pulse"].take()
    answer = client.get(ADDRESS)
    assert app.extensions["pulse"].take() == (1, 0, 0)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "The PDF is being made" in answer.text
    assert 'href="/rounds/FIF7/form"' in answer.text


def test_publishing_has_it_printed_once_and_kept(app: Flask, client: FlaskClient, published: None) -> None:
    with app.app_context():
        outbox.work_off(leaving="")
        form = db.session.query(PrintedForm).one()
        assert db.session.query(OutboxRow).filter_by(kind="print_form", done_at=None).count() == 0
        known = (form.pdf_sha256, form.pdf_size, form.storage_key)
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="FIF7-blank-form.pdf"'
    assert known == (
        sha256(answer.data).hexdigest(), len(answer.data), f"forms/{known[0]}.pdf",
    )  # fmt: skip
    assert answer.data.startswith(b"%PDF-")


def test_a_second_promise_prints_nothing(app: Flask, published: None) -> None:
    with app.app_context():
        outbox.work_off(leaving="")
        form = db.session.query(PrintedForm).one()
        made_at = form.made_at
        with transaction():
            staging.stage("print_form", "again", {"case_kind": "round", "case_id": form.round_id})
        outbox.work_off(leaving="")
        assert db.session.query(OutboxRow).filter_by(business_key="again", done_at=None).count() == 0
        assert db.session.query(PrintedForm).one().made_at == made_at


def test_a_round_nobody_published_has_no_form(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.planned_round(people.officer())
    assert client.get(ADDRESS).status_code == 404
