"""Proves with a phone that it is really them: codes that work once, and codes on paper for a lost phone."""

import base64
import hmac
import secrets
from dataclasses import dataclass

import pyotp
import structlog
from sqlalchemy import func, select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.people import LoginSession, Person, RecoveryCode
from fundapp.services import account_mail, accounts, casework, sessions, tries
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count
from fundapp.transaction import transaction

PURPOSE = "second factor"
STEP_SECONDS = 30
STEPS_EITHER_SIDE = (0, -1, 1)
SECRET_BYTES = 20
RECOVERY_CODES = 8
RECOVERY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RECOVERY_LENGTH = 12
ISSUER = "Innovation funds, Liverpool City Region"

log = structlog.get_logger(__name__)


class WrongCode(Exception):
    """The code is wrong, too old, or was used before."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A new session with everything proven, and the recovery codes when a phone was just set up."""

    token: str
    recovery_codes: tuple[str, ...] = ()


def proposed_secret(session: LoginSession) -> str:
    """The secret a phone is offered during this session: always the same, kept nowhere until it is proven."""
    return base64.b32encode(vault.derive(PURPOSE, session.token_hash, SECRET_BYTES)).decode()


def phone_address(session: LoginSession) -> str:
    """What the picture on the set-up page says to the phone."""
    phone = pyotp.TOTP(proposed_secret(session), name=session.person.email, issuer=ISSUER)
    return phone.provisioning_uri()


def set_up(session: LoginSession, code: str, browser: Browser) -> Proven:
    """Keep the secret a phone has shown it knows.

    In order: the try is counted; the code is checked; the secret is sealed, old recovery codes go and
    new ones are made; an event and a mail tell of it; every session ends and a proven one begins.
    The caller has made sure that whoever already has a phone set up gave their password.
    """
    count = _spend_a_try(session.person_id)
    secret, person_id = proposed_secret(session), session.person_id
    with transaction():
        person = accounts.locked(person_id)
        step = _step_of(secret, code)
        if step is None:
            raise WrongCode
        person.totp_secret_encrypted = vault.seal(PURPOSE, secret)
        person.totp_last_step = step
        codes = _renew_recovery_codes(person)
        casework.note(accounts.KIND, person.id, "set_up_second_factor", person)
        account_mail.tell(person, "second_factor_changed", "/account")
        return Proven(_begin(person, count, browser), codes)


def check(session: LoginSession, code: str, browser: Browser) -> Proven:
    """Take a code from the phone or from paper, once.

    In order: the try is counted; the code is checked and can never be used again; this session ends
    and a proven one with a new secret begins. Raises `TooManyTries` and `WrongCode`.
    """
    count = _spend_a_try(session.person_id)
    session_id, person_id = session.id, session.person_id
    with transaction():
        person = accounts.locked(person_id)
        if not (_spend_step(person, code) or _spend_recovery_code(person, code)):
            log.warning("second_factor_refused", person=person.id)
            raise WrongCode
        db.session.execute(
            update(LoginSession).where(LoginSession.id == session_id).values(ended_at=clock.now())
        )
        tries.forgive(count)
        return Proven(sessions.begin(person, browser, second_factor=True))


def _spend_a_try(person_id: int) -> Count:
    count = Count("code", str(person_id), settings().sign_in_tries_per_account)
    with transaction():
        tries.spend([count])
    return count


def _begin(person: Person, count: Count, browser: Browser) -> str:
    sessions.end_all(person.id)
    tries.forgive(count)
    return sessions.begin(person, browser, second_factor=True)


def _spend_step(person: Person, code: str) -> bool:
    """Whether this is a code of the phone, newer than any taken before; if so it is the newest now."""
    if person.totp_secret_encrypted is None:
        return False
    step = _step_of(vault.unseal(PURPOSE, person.totp_secret_encrypted), code)
    if step is None or step <= (person.totp_last_step or 0):
        return False
    person.totp_last_step = step
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The time step a code belongs to, now or one step either side."""
    generator = pyotp.TOTP(secret)
    now = _steps_gone_by()
    fits = [
        now + side
        for side in STEPS_EITHER_SIDE
        if hmac.compare_digest(generator.generate_otp(now + side).encode(), code.encode())
    ]
    return fits[0] if fits else None


def _steps_gone_by() -> int:
    """By the database's own clock: a phone knows nothing of the offset a demonstration adds."""
    instant = db.session.execute(select(func.transaction_timestamp())).scalar_one()
    return int(instant.timestamp()) // STEP_SECONDS


def _spend_recovery_code(person: Person, code: str) -> bool:
    found = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == _code_hash(person, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return found.scalar_one_or_none() is not None


def _renew_recovery_codes(person: Person) -> tuple[str, ...]:
    now = clock.now()
    db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
    )
    codes = tuple(
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    )
    db.session.add_all(
        RecoveryCode(person_id=person.id, code_hash=_code_hash(person, code), created_at=now)
        for code in codes
    )
    return codes


def _code_hash(person: Person, code: str) -> str:
    return vault.digest("recovery code", f"{person.id}:{code}")
