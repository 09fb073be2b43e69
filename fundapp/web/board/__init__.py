"""Pages for the board: its meetings, each bid on the list, interests, votes, outcomes, minutes."""

from fundapp.web.board import items, meetings, minutes
from fundapp.web.board.pages import pages

__all__ = ["items", "meetings", "minutes", "pages"]
