"""Pages for administrators: who does what, the mail that was written, the work that is stuck."""

from fundapp.web.admin import mailbox, parked, people
from fundapp.web.admin.pages import pages

__all__ = ["mailbox", "pages", "parked", "people"]
