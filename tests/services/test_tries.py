"""Guessing is slow, for every process and however many at once, and never locks an owner out."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from fundapp.extensions import db
from fundapp.models.people import LoginAttempt, Person
from fundapp.services import accounts, passwords, tries
from fundapp.services.accounts import SignedIn, WrongPassword
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count, TooManyTries
from fundapp.transaction import transaction
from tests.factories import people

PASSWORD = "tidal gantry pelican"
EMAIL = "marguerite@wrackline.example"
HERE, THERE = Browser("192.0.2.7", "Firefox on Linux"), Browser("198.51.100.9", "A browser")


@pytest.fixture
def owner(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Somebody with a password, whose checks cost next to nothing in these tests."""
    monkeypatch.setattr(passwords, "is_right", lambda kept, given: kept is not None and given == PASSWORD)
    person = people.applicant(email=EMAIL)
    with transaction():
        person.password_hash = passwords.hashed(PASSWORD)
    return person


def guess(times: int, browser: Browser = THERE, email: str = EMAIL, device: str = "") -> int:
    """How many wrong passwords were looked at before the wait began."""
    for tried in range(times):
        try:
            accounts.sign_in(email, "wrong", browser, device)
        except WrongPassword:
            continue
        except TooManyTries:
            return tried
    return times


def later(by: timedelta) -> None:
    with transaction():
        db.session.execute(
            update(LoginAttempt).values(
                last_at=LoginAttempt.last_at - by, wait_until=LoginAttempt.wait_until - by
            )
        )


def signed_in(browser: Browser = HERE, device: str = "") -> SignedIn:
    return accounts.sign_in(EMAIL, PASSWORD, browser, device)


def test_the_wait_grows_and_an_hour_allows_few_guesses(owner: Person) -> None:
    looked_at = 0
    for seconds in [5] * 24 + [60] * 58:
        looked_at += guess(50)
        later(timedelta(seconds=seconds))
    assert 10 <= looked_at <= 20


def test_a_right_password_must_wait_too_where_the_browser_is_unknown(owner: Person) -> None:
    guess(50)
    with pytest.raises(TooManyTries):
        signed_in(HERE)


def test_the_owner_gets_in_from_a_known_browser_while_others_guess(owner: Person) -> None:
    device = signed_in().device
    guess(50)
    assert signed_in(HERE, device).token
    with pytest.raises(TooManyTries):
        signed_in(HERE, "made.up")
    with pytest.raises(TooManyTries):
        signed_in(HERE, device[:-1] + ("0" if device[-1] != "0" else "1"))


def test_a_known_browser_of_one_person_is_unknown_for_another(owner: Person) -> None:
    device = signed_in().device
    other = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    assert other.id != owner.id
    guess(50, email="tomasz@wrackline.example")
    with pytest.raises(TooManyTries):
        accounts.sign_in("tomasz@wrackline.example", "wrong", HERE, device)


def test_a_known_browser_has_few_guesses_of_its_own(owner: Person) -> None:
    device = signed_in().device
    assert guess(50, HERE, device=device) == 5


def test_one_address_guessing_at_many_accounts_is_slowed(owner: Person) -> None:
    looked_at = sum(guess(1, email=f"nobody{number}@quay.example") for number in range(60))
    assert looked_at == 25


def test_success_forgives_the_account_and_gives_the_office_its_try_back(owner: Person) -> None:
    assert guess(4, HERE) == 4
    signed_in()
    assert guess(4, HERE) == 4
    with transaction():
        left = {row.key.partition(":")[0]: row.tries for row in db.session.scalars(select(LoginAttempt))}
    assert left == {"account": 4, "address": 8}


def test_everything_is_forgotten_after_a_quiet_hour(owner: Person) -> None:
    guess(50)
    later(timedelta(hours=1, seconds=1))
    assert guess(50) == 5


def test_the_count_names_nobody(owner: Person) -> None:
    guess(1)
    with transaction():
        keys = list(db.session.scalars(select(LoginAttempt.key)))
    assert not [key for key in keys if EMAIL in key or THERE.address in key]


def test_many_at_once_are_as_many_tries(app_context: Flask) -> None:
    count = Count("account", EMAIL, 20)
    begun, let_through = threading.Barrier(8), []

    def one() -> None:
        with app_context.app_context():
            begun.wait()
            for _ in range(4):
                try:
                    with transaction():
                        tries.spend([count])
                    let_through.append(1)
                except TooManyTries:
                    pass

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == 5
