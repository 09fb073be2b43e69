"""Pages for everybody: the open rounds, the awards made, the R&D total, and how the site behaves."""

from fundapp.web.public import calendar, fitting, rd_total, receipts, register, views
from fundapp.web.public.pages import pages

__all__ = ["calendar", "fitting", "pages", "rd_total", "receipts", "register", "views"]
