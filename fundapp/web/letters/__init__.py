"""Letters as files and codes: for whoever may read one, and for whoever was shown one."""

from fundapp.web.letters import checking, reading
from fundapp.web.letters.pages import pages

__all__ = ["checking", "pages", "reading"]
