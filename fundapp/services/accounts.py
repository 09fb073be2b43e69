"""Lets people make an account, sign in, and choose a new password, and tells nobody whose accounts exist."""

from dataclasses import dataclass

import structlog
from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.people import LoginSession, OneTimeLink, Person, Purpose, RoleGrant
from fundapp.queries.recipients import Recipient
from fundapp.services import account_mail, casework, links, passwords, sessions, tries
from fundapp.services.links import SpentLink, leading
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count
from fundapp.transaction import transaction
from workflows.actors import Role
from workflows.rules.identifiers import name_key

KIND = "person"
RENEWED: frozenset[Purpose] = frozenset({"register", "invite", "reset", "sign_in"})

log = structlog.get_logger(__name__)


class WrongPassword(Exception):
    """The address and password do not belong together; which of them is wrong is nobody's business."""


class WeakPassword(ValueError):
    """The password is too easy to guess; the message says why."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The secrets of a new session and of the browser it belongs to."""

    token: str
    device: str


@transaction()
def register(name: str, organisation_name: str, email: str, browser: Browser, onward: str = "") -> None:
    """Ask for an account: the answer is the same whether or not the address has one.

    In order: the try is counted against the network address; a new address is sent a link to confirm
    it, a known one a link to sign in, either leading on to the page `onward`; nothing else is kept until
    the link is opened.
    """
    limit = settings().registrations_per_address
    tries.spend([Count("mail-from", browser.address, limit), Count("mail-to", email, limit)])
    person = _active(email)
    if person is not None:
        account_mail.write(
            "register_again", _addressed(person), links.make("sign_in", email, person, leading(onward))
        )
    elif _known(email):
        _pretend(email)
    else:
        about = {"name": name, "organisation_name": organisation_name, **leading(onward)}
        link = links.make("register", email, None, about)
        account_mail.write("register", Recipient(None, name, email), link)


@transaction()
def send_link(purpose: Purpose, email: str, browser: Browser, onward: str = "") -> None:
    """Send a link to sign in or to choose a new password, if the address has an account.

    It leads on to the page `onward`. The answer and the work done are the same either way.
    """
    limit = settings().registrations_per_address
    tries.spend([Count("mail-from", browser.address, limit), Count("mail-to", email, limit)])
    person = _active(email)
    if person is not None:
        account_mail.write(purpose, _addressed(person), links.make(purpose, email, person, leading(onward)))
    else:
        _pretend(email)


@transaction()
def send_again(token: str, browser: Browser) -> None:
    """Send a fresh link to the address an old one was sent to, for the same purpose; say nothing else.

    An invitation to a team is renewed by whoever sent it, a change of address by whoever wants it.
    """
    limit = settings().registrations_per_address
    old = links.any_of(token)
    tries.spend(
        [Count("mail-from", browser.address, limit), Count("mail-to", old.email if old else "", limit)]
    )
    if old is None or old.purpose not in RENEWED or (old.person is None and _known(old.email)):
        return
    if old.person is None or old.person.is_active:
        recipient = _addressed(old.person) if old.person else Recipient(None, old.payload["name"], old.email)
        account_mail.write(
            old.purpose, recipient, links.make(old.purpose, old.email, old.person, old.payload)
        )


@transaction()
def choose_password(token: str, password: str, browser: Browser) -> SignedIn:
    """Spend a link to register, to accept an invitation or to reset, and set the password with it.

    In order: the link is spent; a registration makes the person an applicant and writes an event; the
    password is set and every session of theirs ends; a new session begins, which still owes the second
    factor where one is asked for. Raises `SpentLink` and `WeakPassword`.
    """
    link = links.use(token, "register", "invite", "reset")
    person = _owner(link)
    _set_password(person, password)
    sessions.end_all(person.id)
    if link.purpose != "register":
        casework.note(KIND, person.id, "set_password", person)
    log.info("password_chosen", person=person.id, purpose=link.purpose)
    return begin(person, browser)


@transaction()
def sign_in_by_link(token: str, browser: Browser) -> SignedIn:
    """Spend a link to sign in and begin a session, which still owes the second factor where one is due."""
    link = links.use(token, "sign_in")
    return begin(_owner(link), browser)


def sign_in(email: str, password: str, browser: Browser, device: str = "") -> SignedIn:
    """Begin a session for the right address and password.

    In order, each in a transaction of its own so that a try counts even when it fails: the try is
    counted, against the known device or else against the account and the network address; the password
    is checked, in the same time for an address nobody has; the session begins and the count is forgiven.
    Raises `TooManyTries` and `WrongPassword`.
    """
    with transaction():
        person = _active(email)
        counts = _counts(email, browser, person, device)
        tries.spend(counts)
        person_id, kept = (person.id, person.password_hash) if person else (0, None)
    if not passwords.is_right(kept, password):
        log.warning("sign_in_refused", person=person_id or None)
        raise WrongPassword
    renewed = passwords.hashed(password) if kept and passwords.is_outdated(kept) else None
    return _admit(person_id, renewed, counts, browser)


def change_password(session: LoginSession, current: str, new: str, browser: Browser) -> SignedIn:
    """Set a new password for somebody who knows the current one.

    In order: the try is counted; the current password is checked; the new one is set, every session
    ends and one new one begins, the person is told by mail. Raises as `sign_in` and `choose_password` do.
    """
    person_id, proven = session.person_id, session.second_factor_at is not None
    insist_on_password(person_id, current)
    with transaction():
        person = locked(person_id)
        _set_password(person, new)
        sessions.end_all(person.id)
        casework.note(KIND, person.id, "change_password", person)
        account_mail.tell(person, "password_changed", "/forgotten-password")
        return begin(person, browser, second_factor=proven)


def insist_on_password(person_id: int, password: str) -> None:
    """Raise `WrongPassword` unless this is the person's password; a try is counted, forgiven when right."""
    count = Count("confirm", str(person_id), settings().sign_in_tries_per_account)
    with transaction():
        tries.spend([count])
        kept = db.session.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not passwords.is_right(kept, password):
        raise WrongPassword
    with transaction():
        tries.forgive(count)


@transaction()
def sign_out(session: LoginSession) -> None:
    """End a session for every process at once."""
    session.ended_at = clock.now()


def owner_of_invitation(link: OneTimeLink, name: str, password: str) -> Person:
    """Whoever has the address an invitation was sent to; an address without an account gets one.

    In the caller's transaction. Raises `SpentLink` for an account that is switched off, `WeakPassword`.
    """
    person = db.session.scalar(select(Person).where(Person.email == link.email).with_for_update())
    if person is None:
        person = _new_applicant(link.email, name, None)
        _set_password(person, password)
    elif not person.is_active:
        raise SpentLink
    elif not person.roles:
        db.session.add(RoleGrant(person_id=person.id, role=Role.APPLICANT, granted_at=clock.now()))
        db.session.flush()
        db.session.expire(person)
    return person


def locked(person_id: int) -> Person:
    """A person's row, held against changes by others until the caller's transaction ends."""
    return db.session.get_one(Person, person_id, with_for_update=True, populate_existing=True)


def _addressed(person: Person) -> Recipient:
    return Recipient(person.id, person.name, person.email)


def _active(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email, Person.is_active))


def _known(email: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.email == email)) is not None


def _pretend(email: str) -> None:
    """Do the work of writing to an address and undo it, so that the time taken tells nothing."""
    undone = db.session.begin_nested()
    account_mail.write("sign_in", Recipient(None, "", email), links.make("register", email, None))
    undone.rollback()


def _owner(link: OneTimeLink) -> Person:
    """The person a link is for; a registration makes them."""
    if link.purpose != "register":
        person = locked(link.person_id or 0)
        if not person.is_active:
            raise SpentLink
        return person
    if _known(link.email):
        raise SpentLink
    return _new_applicant(link.email, str(link.payload["name"]), link.payload["organisation_name"] or None)


def _new_applicant(email: str, name: str, organisation_name: str | None) -> Person:
    person = Person(
        name=name,
        name_key=name_key(name),
        email=email,
        organisation_name=organisation_name,
        created_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(RoleGrant(person_id=person.id, role=Role.APPLICANT, granted_at=clock.now()))
    casework.note(KIND, person.id, "register", person, recorded={"role": Role.APPLICANT.value})
    return person


def _set_password(person: Person, password: str) -> None:
    weakness = passwords.weakness(password, person.name, person.email, person.organisation_name or "")
    if weakness:
        raise WeakPassword(weakness)
    person.password_hash = passwords.hashed(password)


def _counts(email: str, browser: Browser, person: Person | None, device: str) -> tuple[Count, ...]:
    limits = settings()
    if person is not None and vault.is_same(device, device_of(person, device.partition(".")[0])):
        return (Count("device", device, limits.sign_in_tries_per_account),)
    return (
        Count("account", email, limits.sign_in_tries_per_account),
        Count("address", browser.address, limits.sign_in_tries_per_address),
    )


@transaction()
def _admit(person_id: int, renewed: str | None, counts: tuple[Count, ...], browser: Browser) -> SignedIn:
    person = locked(person_id)
    if not person.is_active:
        raise WrongPassword
    for count in counts:
        (tries.give_back if count.kind == "address" else tries.forgive)(count)
    if renewed:
        person.password_hash = renewed
    return begin(person, browser)


def begin(person: Person, browser: Browser, *, second_factor: bool = False) -> SignedIn:
    """Begin a session in the caller's transaction, which owes the second factor unless it is proven."""
    log.info("signed_in", person=person.id, second_factor=second_factor)
    nonce = vault.fresh_text()
    return SignedIn(sessions.begin(person, browser, second_factor=second_factor), device_of(person, nonce))


def device_of(person: Person, nonce: str) -> str:
    """What a browser keeps to be known again: it gives a guesser nothing but a few tries of its own."""
    return f"{nonce}.{vault.digest('device', f'{person.id}:{nonce}')}"
