"""Pages for assessors: the queue, the declaration that comes first, and the split screen."""

from fundapp.web.assess import interests, views
from fundapp.web.assess.pages import pages

__all__ = ["interests", "pages", "views"]
