"""Another e-mail address for an account: asked for with the password, confirmed from the address itself."""

from sqlalchemy import select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.people import LoginSession, OneTimeLink, Person
from fundapp.queries.recipients import Recipient
from fundapp.services import account_mail, accounts, casework, links, sessions, tries
from fundapp.services.accounts import KIND, SignedIn
from fundapp.services.links import SpentLink
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count
from fundapp.transaction import transaction


def ask(session: LoginSession, email: str, password: str, browser: Browser) -> None:
    """Send a link to the address somebody wants their account to have from now on.

    In order: the password is checked where there is one; the mail is counted; a link that works once goes
    to the new address. The answer is the same for an address that has an account already: its holder is
    told by mail, and nothing changes. Raises `WrongPassword` and `TooManyTries`.
    """
    if session.person.password_hash is not None:
        accounts.insist_on_password(session.person_id, password)
    with transaction():
        limit = settings().registrations_per_address
        tries.spend([Count("mail-from", browser.address, limit), Count("mail-to", email, limit)])
        person = accounts.locked(session.person_id)
        holder = db.session.scalar(select(Person).where(Person.email == email))
        if holder is not None:
            account_mail.tell(holder, "address_taken", "/sign-in")
            return
        recipient = Recipient(person.id, person.name, email)
        account_mail.write("new_address", recipient, links.make("new_address", email, person))


@transaction()
def confirm(token: str, browser: Browser) -> SignedIn:
    """Give an account the address its link was sent to; everything else about it stays.

    In order: the link is spent; the address changes, unless somebody took it meanwhile; invitations that
    wait for the person follow them; every session ends and one begins here, which still owes the second
    factor where one is due; the old address is told. Raises `SpentLink`.
    """
    link = links.use(token, "new_address")
    person = accounts.locked(link.person_id or 0)
    taken = db.session.scalar(select(Person.id).where(Person.email == link.email))
    if not person.is_active or taken is not None:
        raise SpentLink
    account_mail.tell(person, "address_changed", "/sign-in")
    former, person.email = person.email, link.email
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.purpose == "team", OneTimeLink.email == former, OneTimeLink.expires_at > clock.now()
        )
        .values(email=link.email)
    )
    sessions.end_all(person.id)
    casework.note(KIND, person.id, "change_address", person, personal={"before": former, "after": link.email})
    return accounts.begin(person, browser)
