"""The assistance a bid's organisation received, beside its question: over the limit it is told at once."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import bids as factory
from tests.stages import Stages
from tests.web.browsing import send, signed_in, token_in

BID = "/bids/FIF7-0001"
PAGE = f"{BID}/questions/assistance"
OVER = "£15,000 is left under the limit, and it asks for £59,200. Ask for less, or correct what was received."


@pytest.fixture
def client(app: Flask, stages: Stages) -> FlaskClient:
    return signed_in(app, stages.copied("complete_draft", factory.lead_of_complete_draft))


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_over_the_limit_is_told_beside_the_question_and_on_the_check_with_the_way_back(
    client: FlaskClient,
) -> None:
    send(client, PAGE, {"version": "1", "answer": "300,000", "stay": "1"}, page=PAGE)
    assert f"You can save it like this, but not submit it. {OVER}" in said(client.get(PAGE).text)
    check = BeautifulSoup(client.get(f"{BID}/check").text, "html.parser")
    (link,) = [each for each in check.select("main a") if OVER in each.get_text()]
    assert link["href"] == f"{PAGE}#answer"
    send(client, PAGE, {"version": "2", "answer": "255,800", "stay": "1"}, page=PAGE)
    assert "not submit it" not in said(client.get(PAGE).text)
    assert "Nothing is missing" in said(client.get(f"{BID}/check").text)


@pytest.mark.parametrize(("received", "told"), [("300,000", OVER), ("255,800", "")])
def test_a_script_is_told_so_as_it_saves(client: FlaskClient, received: str, told: str) -> None:
    token = token_in(client.get(PAGE).text)
    sent = {"csrf_token": token, "version": "1", "answer": received}
    saved = client.post(f"{PAGE}/autosave", data=sent).get_json()
    standing = said(saved["parts"]["standing"])
    assert standing == (f"You can save it like this, but not submit it. {told}" if told else "")
