"""Pages about oneself: register, sign in, prove it with a phone, see and end one's own sessions."""

from fundapp.web.account import entering, links, own, phone
from fundapp.web.account.pages import pages

__all__ = ["entering", "links", "own", "pages", "phone"]
