"""A phone's code works once; codes on paper stand in for a lost phone; nothing of them is kept readable."""

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.models.events import Event
from fundapp.models.people import LoginSession, RecoveryCode
from fundapp.queries import sessions as queries
from fundapp.services import second_factor, sessions
from fundapp.services.second_factor import Proven, WrongCode
from fundapp.services.sessions import Browser
from fundapp.services.tries import TooManyTries
from fundapp.transaction import transaction
from tests.factories import people

HERE = Browser("192.0.2.7", "Firefox on Linux")


@pytest.fixture
def session(app_context: Flask) -> LoginSession:
    """An officer with a right password and no phone yet."""
    officer = people.officer()
    with transaction():
        token = sessions.begin(officer, HERE)
    return live(token)


def live(token: str) -> LoginSession:
    found = queries.behind(token)
    assert found is not None
    return found.record


def now_steps() -> int:
    steps = second_factor._steps_gone_by()
    db.session.rollback()
    return steps


def code(secret: str, steps_from_now: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(now_steps() + steps_from_now)


def with_phone(session: LoginSession) -> tuple[str, Proven]:
    secret = second_factor.proposed_secret(session)
    return secret, second_factor.set_up(session, code(secret, -1), HERE)


def test_the_offered_secret_stays_the_same_during_a_session_and_is_kept_nowhere(
    session: LoginSession,
) -> None:
    assert second_factor.proposed_secret(session) == second_factor.proposed_secret(session)
    assert session.person.totp_secret_encrypted is None


def test_setting_up_a_phone_ends_every_session_and_begins_a_proven_one(session: LoginSession) -> None:
    token_hash = session.token_hash
    secret, proven = with_phone(session)
    now = live(proven.token)
    assert now.second_factor_at is not None
    assert db.session.scalars(
        select(LoginSession.ended_at).where(LoginSession.token_hash == token_hash)
    ).one()
    person = now.person
    assert person.totp_secret_encrypted is not None
    assert secret.encode() not in person.totp_secret_encrypted
    assert vault.unseal(second_factor.PURPOSE, person.totp_secret_encrypted) == secret
    assert len(set(proven.recovery_codes)) == 8
    kept = set(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not kept & set(proven.recovery_codes)
    assert "set_up_second_factor" in db.session.scalars(select(Event.action)).all()


def test_a_wrong_first_code_sets_nothing_up(session: LoginSession) -> None:
    with pytest.raises(WrongCode):
        second_factor.set_up(session, "000000", HERE)
    assert session.person.totp_secret_encrypted is None


@pytest.mark.parametrize(("steps", "fits"), [(-2, False), (0, True), (1, True), (2, False)])
def test_a_code_fits_one_step_either_side(session: LoginSession, steps: int, fits: bool) -> None:
    secret, proven = with_phone(session)
    if fits:
        assert second_factor.check(live(proven.token), code(secret, steps), HERE).token
    else:
        with pytest.raises(WrongCode):
            second_factor.check(live(proven.token), code(secret, steps), HERE)


def test_no_code_works_twice_nor_an_older_one_after_it(session: LoginSession) -> None:
    secret, proven = with_phone(session)
    newest, older = code(secret, 1), code(secret)
    again = second_factor.check(live(proven.token), newest, HERE)
    for used in (newest, older):
        with pytest.raises(WrongCode):
            second_factor.check(live(again.token), used, HERE)


def test_a_code_on_paper_works_once_and_for_its_owner_only(session: LoginSession) -> None:
    _, proven = with_phone(session)
    paper = proven.recovery_codes[0]
    second = second_factor.check(live(proven.token), paper, HERE)
    with pytest.raises(WrongCode):
        second_factor.check(live(second.token), paper, HERE)
    stranger = people.officer("Callum Reyes")
    with transaction():
        token = sessions.begin(stranger, HERE)
    with pytest.raises(WrongCode):
        second_factor.check(live(token), proven.recovery_codes[1], HERE)


def test_setting_up_another_phone_makes_old_paper_worthless(session: LoginSession) -> None:
    _, first = with_phone(session)
    next_session = live(first.token)
    second = second_factor.set_up(next_session, code(second_factor.proposed_secret(next_session)), HERE)
    with pytest.raises(WrongCode):
        second_factor.check(live(second.token), first.recovery_codes[0], HERE)


def test_codes_are_guessed_a_few_times_and_then_slowly(session: LoginSession) -> None:
    _, proven = with_phone(session)
    refused = 0
    for _ in range(20):
        try:
            second_factor.check(live(proven.token), "123456", HERE)
        except WrongCode:
            refused += 1
        except TooManyTries:
            break
    assert refused == 5


def test_a_sealed_secret_opens_only_for_its_purpose(app_context: Flask) -> None:
    sealed = vault.seal("one purpose", "a secret")
    assert vault.unseal("one purpose", sealed) == "a secret"
    with pytest.raises(vault.Sealed):
        vault.unseal("another purpose", sealed)
    with pytest.raises(vault.Sealed):
        vault.unseal("one purpose", sealed[:-1] + bytes([sealed[-1] ^ 1]))
