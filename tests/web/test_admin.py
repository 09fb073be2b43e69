"""Administrators bring people in and let them go, read the mailbox, and mend stuck work."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person, RoleGrant
from fundapp.transaction import transaction
from tests.web.browsing import enrol, send, signed_in, somebody
from workflows.actors import Role

PEOPLE = "/admin/people"


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    return signed_in(app, enrol(app, Role.ADMINISTRATOR, "admin@quay.example", "Sam Okonjo"))


def roles_of(app: Flask, person_id: int) -> frozenset[Role]:
    with app.app_context():
        return db.session.get_one(Person, person_id).roles


def test_only_administrators_see_these_pages(app: Flask, client: FlaskClient) -> None:
    for role in set(Role) - {Role.PUBLIC, Role.ADMINISTRATOR}:
        browser = somebody(app, role)
        for page in (PEOPLE, f"{PEOPLE}/1", "/admin/people/invite", "/admin/parked"):
            assert browser.get(page).status_code == 404, (role, page)


def test_an_invitation_from_form_to_a_second_factor(app: Flask, admin: FlaskClient) -> None:
    form = {"name": "Priya  Lund", "email": "Priya@Region.example", "role": "officer"}
    answer = send(admin, f"{PEOPLE}/invite", form)
    page = admin.get(answer.headers["Location"])
    assert "Priya Lund is invited as programme team." in page.text
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == "priya@region.example")).one()
        assert (person.name, person.roles) == ("Priya Lund", frozenset({Role.OFFICER}))
        mail = db.session.scalars(select(Message).where(Message.to_person_id == person.id)).one()
        link = mail.body_text.partition("http://localhost:8000")[2].split()[0]
        actions = db.session.scalars(
            select(Event.action).where(Event.case_kind == "person", Event.case_id == person.id)
        ).all()
    assert actions == ["invite", "grant_role"]
    browser = app.test_client()
    chosen = send(browser, link, {"password": "tidal gantry pelican"})
    assert chosen.headers["Location"] == "/account/set-up-phone"
    assert browser.get(PEOPLE).status_code == 302


def test_roles_are_given_and_taken_with_an_event_each(app: Flask, admin: FlaskClient) -> None:
    person_id = enrol(app, Role.OFFICER)
    page = f"{PEOPLE}/{person_id}"
    assert send(admin, f"{page}/grant", {"role": "finance"}, page=page).status_code == 302
    assert roles_of(app, person_id) == {Role.OFFICER, Role.FINANCE}
    again = send(admin, f"{page}/grant", {"role": "finance"}, page=page)
    assert (again.status_code, "They hold this role already." in again.text) == (409, True)
    assert send(admin, f"{page}/end-role", {"role": "officer"}, page=page).status_code == 302
    assert roles_of(app, person_id) == {Role.FINANCE}
    with app.app_context():
        kept = db.session.execute(
            select(Event.action, Event.facts, Event.actor_id)
            .where(Event.case_id == person_id)
            .order_by(Event.id)
        ).all()
    assert [(action, facts) for action, facts, _ in kept] == [
        ("grant_role", {"role": "finance"}),
        ("end_role", {"role": "officer"}),
    ]
    assert {actor for *_, actor in kept} == {1}


@pytest.mark.parametrize("role", ["", "public", "king", "administrator'--"])
def test_a_role_that_is_none_is_refused(app: Flask, admin: FlaskClient, role: str) -> None:
    person_id = enrol(app)
    page = f"{PEOPLE}/{person_id}"
    assert send(admin, f"{page}/grant", {"role": role}, page=page).status_code == 400
    assert roles_of(app, person_id) == {Role.APPLICANT}


def test_an_administrator_cannot_lock_the_last_door_behind_them(app: Flask, admin: FlaskClient) -> None:
    page = f"{PEOPLE}/1"
    for step, data in (("end-role", {"role": "administrator"}), ("deactivate", {}), ("forget-phone", {})):
        answer = send(admin, f"{page}/{step}", data, page=page)
        assert (answer.status_code, "Ask another" in answer.text or "yourself" in answer.text) == (409, True)
    assert admin.get(PEOPLE).status_code == 200


def test_an_account_is_switched_off_and_on(app: Flask, admin: FlaskClient) -> None:
    person_id = enrol(app, Role.OFFICER)
    page = f"{PEOPLE}/{person_id}"
    assert send(admin, f"{page}/deactivate", {}, page=page).status_code == 302
    assert send(admin, f"{page}/grant", {"role": "finance"}, page=page).status_code == 409
    assert send(admin, f"{page}/reactivate", {}, page=page).status_code == 302
    assert roles_of(app, person_id) == {Role.OFFICER}


def columns(model: Any) -> dict[str, str]:
    return dict.fromkeys(model.__table__.columns.keys(), "1")


def test_only_the_fields_of_a_form_change_anything(app: Flask, admin: FlaskClient) -> None:
    person_id = enrol(app, Role.OFFICER)

    def kept() -> dict[str, Any]:
        with app.app_context():
            person = db.session.get_one(Person, person_id)
            return {name: getattr(person, name) for name in Person.__table__.columns.keys()}  # noqa: SIM118

    before = kept()
    page = f"{PEOPLE}/{person_id}"
    everything = columns(Person) | columns(RoleGrant) | {"role": "finance"}
    assert send(admin, f"{page}/grant", everything, page=page).status_code == 302
    assert kept() == before
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).order_by(RoleGrant.id.desc())).first()
        assert grant is not None
        assert (grant.person_id, grant.role, grant.granted_by_id, grant.ended_at) == (
            person_id,
            "finance",
            1,
            None,
        )


def statements_of(app: Flask, browser: FlaskClient, page: str) -> int:
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(page).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def many(app: Flask, number: int) -> None:
    with app.app_context(), transaction():
        now = clock.now()
        people = [
            Person(
                name=f"Person {index:05}",
                name_key=f"person {index:05}",
                email=f"p{index}@many.example",
                created_at=now,
            )
            for index in range(number)
        ]
        db.session.add_all(people)
        db.session.flush()
        db.session.add_all(RoleGrant(person_id=each.id, role="assessor", granted_at=now) for each in people)


def test_the_lists_ask_few_questions_however_long_they_are(app: Flask, admin: FlaskClient) -> None:
    few = [
        statements_of(app, admin, page) for page in (PEOPLE, "/admin/messages", "/admin/parked", "/account")
    ]
    many(app, 300)
    assert [
        statements_of(app, admin, page) for page in (PEOPLE, "/admin/messages", "/admin/parked", "/account")
    ] == few
    assert max(few) <= 6


def test_the_list_of_people_is_walked_page_by_page_and_searched(app: Flask, admin: FlaskClient) -> None:
    many(app, 120)
    seen: list[str] = []
    page = PEOPLE
    while page:
        text = admin.get(page).text
        seen += [part.split("<")[0] for part in text.split('">Person ')[1:]]
        found = text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        page = found.replace("&amp;", "&") if 'rel="next"' in text else ""
    assert seen == [f"{index:05}" for index in range(120)]
    assert admin.get(f"{PEOPLE}?text=p7@MANY").text.count("Person 00007") == 1
    assert "Nobody fits" in admin.get(f"{PEOPLE}?text=%25%25_x").text
    assert "Person 00007" not in admin.get(f"{PEOPLE}?role=finance").text
    for odd in ("?role=king", "?after=x", "?after=999999", "?text=" + "x" * 500):
        assert admin.get(PEOPLE + odd).status_code == 200


def test_mail_that_signs_people_in_is_for_administrators_only(app: Flask, admin: FlaskClient) -> None:
    send(admin, f"{PEOPLE}/invite", {"name": "New", "email": "new@region.example", "role": "officer"})
    officer = somebody(app, Role.OFFICER)
    assert "new@region.example" in admin.get("/admin/messages").text
    assert "/account/link/" in admin.get("/admin/messages/1").text
    assert "new@region.example" not in officer.get("/admin/messages").text
    hidden, missing = officer.get("/admin/messages/1"), officer.get("/admin/messages/999")
    assert (hidden.status_code, hidden.data) == (404, missing.data)
    with app.app_context(), transaction():
        mail = db.session.get_one(Message, 1)
        mail.delivery = "smtp"
    assert "/account/link/" not in admin.get("/admin/messages/1").text


def test_parked_work_is_shown_and_tried_again(app: Flask, admin: FlaskClient) -> None:
    with app.app_context(), transaction():
        number = outbox.stage("send_message", "message-77", {"message_id": 77})
        row = db.session.get_one(OutboxRow, number)
        row.parked_at, row.last_error, row.attempts = clock.now(), "OSError: <b>no line</b>", 6
    page = admin.get("/admin/parked").text
    assert "OSError: &lt;b&gt;no line&lt;/b&gt;" in page
    assert send(admin, f"/admin/parked/{number}/retry", {}, page="/admin/parked").status_code == 302
    assert "Nothing is parked." in admin.get("/admin/parked").text
    with app.app_context():
        waiting = db.session.execute(
            select(func.count()).select_from(OutboxRow).where(OutboxRow.parked_at.is_(None))
        ).scalar_one()
    assert waiting == 1
