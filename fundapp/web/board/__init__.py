"""Pages for the board: meetings, the bids on their lists, interests, votes, outcomes, minutes, reserve."""

from fundapp.web.board import items, meetings, minutes, reserve
from fundapp.web.board.pages import pages

__all__ = ["items", "meetings", "minutes", "pages", "reserve"]
