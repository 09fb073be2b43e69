"""Writes the mails that belong to an account, in the transaction that causes them; the outbox sends them."""

from dataclasses import dataclass

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.messages import Message
from fundapp.models.people import Person

CASE_KIND = "account"
GREETING = "Dear {name},\n\n"
CLOSING = "\n\nInnovation funds\nLiverpool City Region\n"


@dataclass(frozen=True, slots=True)
class Words:
    """The subject and body of one kind of mail; `{link}` and `{minutes}` are filled in."""

    subject: str
    body: str


REGISTER = Words(
    "Confirm your e-mail address",
    "Open this page within {minutes} minutes to confirm your address and choose a password:\n\n{link}\n\n"
    "If you did not ask for an account, do nothing: none is made until somebody opens that page.",
)
REGISTER_AGAIN = Words(
    "You already have an account",
    "Somebody, probably you, asked to register with this address. You have an account already. "
    "Open this page within {minutes} minutes to sign in:\n\n{link}\n\n"
    "If it was not you, do nothing: your account is as it was.",
)
INVITE = Words(
    "Your account for the innovation funds",
    "An account has been made for you. Open this page to choose a password and set up the app on your phone "
    "that proves it is you:\n\n{link}\n\n"
    "If the page says that the link is too old, ask for a fresh one there.",
)
SIGN_IN = Words(
    "Your link to sign in",
    "Open this page within {minutes} minutes to sign in. It works once:\n\n{link}\n\n"
    "If you did not ask for it, do nothing: nobody can sign in without this mail.",
)
RESET = Words(
    "Choose a new password",
    "Open this page within {minutes} minutes to choose a new password. It works once:\n\n{link}\n\n"
    "If you did not ask for it, do nothing: your password is as it was.",
)
PASSWORD_CHANGED = Words(
    "Your password was changed",
    "The password of your account has just been changed, and every other browser was signed out.\n\n"
    "If it was not you, choose a new one now at {site}/forgotten-password and tell the programme team.",
)
SECOND_FACTOR_CHANGED = Words(
    "The app that proves it is you was changed",
    "A new authenticator app has just been set up for your account.\n\n"
    "If it was not you, tell the programme team at once.",
)


def write(words: Words, email: str, name: str, person: Person | None, *, link: str = "") -> None:
    """File one mail and promise its sending, in the caller's transaction."""
    filled = words.body.format(link=link, minutes=settings().link_minutes, site=settings().base_url)
    message = Message(
        key=f"account-{clock.now().isoformat()}-{email}-{words.subject}",
        to_address=email,
        to_person_id=person.id if person else None,
        subject=words.subject,
        body_text=GREETING.format(name=name) + filled + CLOSING,
        body_html=None,
        case_kind=CASE_KIND,
        case_id=person.id if person else 0,
        created_at=clock.now(),
        sent_at=None,
        delivery="smtp" if settings().smtp_host else "local",
        state="waiting",
    )
    db.session.add(message)
    db.session.flush()
    outbox.stage("send_message", f"message-{message.id}", {"message_id": message.id})
