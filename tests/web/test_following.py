"""Following a round by mail: the address confirms itself, hears what the rulebook sends, and stops."""

import re
from datetime import timedelta
from email import message_from_string
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.gateways.email import BadHeader, Mail, compose
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.models.round_pages import Follower
from fundapp.services import extending, stopping
from fundapp.services.funds import Dates
from tests.factories import outbox, people, rounds
from tests.web.browsing import token_in
from workflows.rules import schedule

READER = "reader@people.example"


@pytest.fixture(autouse=True)
def open_call(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
        outbox.work_off()


def ask(client: FlaskClient, email: str = READER) -> tuple[int, str]:
    token = token_in(client.get("/rounds/FIF7/follow").text)
    answer = client.post("/rounds/FIF7/follow", data={"csrf_token": token, "email": email})
    return answer.status_code, main_of(answer.text)


def main_of(page: str) -> str:
    """What a page says of its own: the demonstration's clock is above it."""
    return page.partition("<main")[2].partition("</main>")[0]


def mails(app: Flask, address: str = READER) -> list[Message]:
    with app.app_context():
        return db.session.query(Message).filter_by(to_address=address).order_by(Message.id).all()


def link_in(mail: Message) -> str:
    found = re.search(r"https?://[^/]+(/follow/\S+)", mail.body_text)
    assert found is not None
    return found[1]


def press(client: FlaskClient, address: str) -> tuple[int, str]:
    page = client.get(address)
    answer = client.post(address, data={"csrf_token": token_in(page.text)})
    return answer.status_code, answer.text


def follow(app: Flask, client: FlaskClient, email: str = READER) -> None:
    ask(client, email)
    status, page = press(client, link_in(mails(app, email)[-1]))
    assert (status, "You follow this round now" in page) == (200, True)


def followers(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context():
        return [(each.email, each.confirmed_at is not None) for each in db.session.query(Follower)]


def test_nobody_is_written_to_before_the_address_is_confirmed(app: Flask, client: FlaskClient) -> None:
    status, page = ask(client)
    assert (status, "Look in your mail" in page) == (200, True)
    assert followers(app) == [(READER, False)]
    publish_the_next(app)
    assert [mail.subject for mail in mails(app)] == [
        "Confirm that you want to follow Round 7: from prototype to first use"
    ]


def test_the_link_works_once(app: Flask, client: FlaskClient) -> None:
    follow(app, client)
    assert followers(app) == [(READER, True)]
    address = link_in(mails(app)[0])
    assert client.get(address).status_code == 410
    token = token_in(client.get("/rounds/FIF7/follow").text)
    assert client.post(address, data={"csrf_token": token}).status_code == 410


def test_opening_the_link_changes_nothing_for_scanners_open_links_too(
    app: Flask, client: FlaskClient
) -> None:
    ask(client)
    assert client.get(link_in(mails(app)[0])).status_code == 200
    assert followers(app) == [(READER, False)]


def test_an_old_link_is_refused_and_its_address_is_forgotten_with_the_next_try(
    app: Flask, client: FlaskClient
) -> None:
    ask(client)
    address = link_in(mails(app)[0])
    with app.app_context():
        rounds.move_to(rounds.OPENS + timedelta(hours=5))
    assert client.get(address).status_code == 410
    ask(client, "another@people.example")
    assert followers(app) == [("another@people.example", False)]


def test_the_answer_is_the_same_whatever_the_address(app: Flask, client: FlaskClient) -> None:
    first = ask(client)
    follow(app, client, "another@people.example")
    again = ask(client, "another@people.example")
    assert again == (first[0], first[1].replace(READER, "another@people.example"))
    assert mails(app, "another@people.example")[-1].subject.startswith("You follow Round 7")


def test_tries_are_limited(client: FlaskClient) -> None:
    statuses = [ask(client)[0] for _ in range(12)]
    assert 429 in statuses
    assert statuses[0] == 200


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@d.example", "x" * 400 + "@people.example"])
def test_what_is_no_address_is_refused_beside_the_box(app: Flask, client: FlaskClient, email: str) -> None:
    status, page = ask(client, email)
    assert (status, "There is a problem" in page) == (400, True)
    assert followers(app) == []


def publish_the_next(app: Flask) -> None:
    with app.app_context():
        later = timedelta(days=200)
        dates = Dates(rounds.OPENS + later, rounds.CLOSES + later, release_at=rounds.CLOSES + later + later)
        rounds.published_round(people.officer("Second Officer"), number=8, dates=dates)
        outbox.work_off()


def test_followers_hear_of_the_funds_next_round_once_and_can_stop_with_one_press(
    app: Flask, client: FlaskClient
) -> None:
    follow(app, client)
    publish_the_next(app)
    _, told = mails(app)
    assert told.subject == "Round 8: from prototype to first use is published"
    assert "/rounds/FIF8" in told.body_text
    assert told.stop_link is not None
    assert told.stop_link in told.body_text
    address = re.sub(r"^https?://[^/]+", "", told.stop_link)
    assert client.get(address).status_code == 200
    assert followers(app) == [(READER, True)]
    stopped = app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
    assert (stopped.status_code, "Stopped: your address is deleted" in stopped.text) == (200, True)
    assert followers(app) == []
    assert app.test_client().post(address).status_code == 200


def test_a_close_that_moves_for_all_is_told_to_who_follows_now_and_to_nobody_else(
    app: Flask, client: FlaskClient
) -> None:
    never_confirmed, stopped = "waits@people.example", "stopped@people.example"
    follow(app, client)
    ask(client, never_confirmed)
    follow(app, client, stopped)
    with app.app_context():
        token = stopping.token_of(db.session.query(Follower.id).filter_by(email=stopped).scalar())
    assert client.post(f"/follow/stop/{token}").status_code == 200
    later = rounds.CLOSES + timedelta(hours=5)
    with app.app_context():
        call = db.session.query(Round).one()
        extending.for_all(call, later, "The service was down.", people.officer("Second Officer"))
        outbox.work_off()
    told = {address: mails(app, address)[1:] for address in (READER, never_confirmed, stopped)}
    (mail,) = told[READER]
    assert mail.subject == f"Round 7: from prototype to first use closes later: {schedule.in_words(later)}"
    assert "/rounds/FIF7" in mail.body_text
    assert "/follow/stop/" in str(mail.stop_link)
    assert (told[never_confirmed], told[stopped]) == ([], [])


@pytest.mark.parametrize("forged", ["1.abc", "1", "x", "9" * 40, "1.", "%00"])
def test_a_forged_link_stops_nobody(app: Flask, client: FlaskClient, forged: str) -> None:
    follow(app, client)
    assert client.post(f"/follow/stop/{forged}").status_code == 404
    assert followers(app) == [(READER, True)]


def test_the_link_of_one_follower_stops_no_other(app: Flask, client: FlaskClient) -> None:
    follow(app, client)
    with app.app_context():
        token = stopping.token_of(1)
    assert client.post(f"/follow/stop/{token.replace('1.', '2.', 1)}").status_code == 404
    assert followers(app) == [(READER, True)]


def test_the_mail_carries_the_headers_of_one_click_stopping(app: Flask) -> None:
    with app.app_context():
        mail = Mail("k", READER, "s", "b", rounds.OPENS, stop_link="https://funds.example/follow/stop/1.a")
        headers = message_from_string(compose(mail, "funds@funds.example").as_string(), policy=default)
    assert headers["List-Unsubscribe"] == "<https://funds.example/follow/stop/1.a>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with pytest.raises(BadHeader):
        compose(Mail("k", READER, "s", "b", rounds.OPENS, stop_link="https://x\r\nBcc: y"), "a@b.example")


def test_a_round_nobody_published_cannot_be_followed(client: FlaskClient) -> None:
    assert client.get("/rounds/FIF9/follow").status_code == 404
