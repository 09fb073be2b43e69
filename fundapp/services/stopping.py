"""The link at the foot of a mail to a follower: nobody can make one for another, and none is stored."""

from fundapp.gateways import vault
from fundapp.installed import settings

PURPOSE = "stop following"


def link_of(follower_id: int) -> str:
    """Where this follower stops the mails with one press."""
    return f"{settings().base_url}/follow/stop/{token_of(follower_id)}"


def token_of(follower_id: int) -> str:
    """What the link carries."""
    return f"{follower_id}.{vault.digest(PURPOSE, str(follower_id))}"


def follower_of(token: str) -> int | None:
    """Whom a link is for; nothing for one that was never ours."""
    number = token.partition(".")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return int(number) if vault.is_same(token, token_of(int(number))) else None
