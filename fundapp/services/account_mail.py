"""Writes the mails that belong to an account, in the transaction that causes them; the outbox sends them."""

from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.messages import ACCOUNT_MAIL
from fundapp.models.people import Person
from fundapp.queries.recipients import Recipient
from fundapp.services import links, notices


def tell(person: Person, message: str, page: str) -> None:
    """Tell somebody what has changed about their account, with the page to go to if it was not them."""
    write(message, Recipient(person.id, person.name, person.email), f"{settings().base_url}{page}")


def write(message: str, recipient: Recipient, link: str, **words: str) -> None:
    """File one mail with its link and what else its template names, in the caller's transaction."""
    periods = {"minutes": str(settings().link_minutes), "days": str(links.TEAM_DAYS)}
    notices.write(
        f"account:{message}:{vault.fresh_text()}",
        recipient,
        notices.render(f"account/{message}", words | periods | {"name": recipient.name, "link": link}),
        case=(ACCOUNT_MAIL, recipient.person_id or 0),
    )
