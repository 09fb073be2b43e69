"""Bids and marks from files: read, every row checked, every mistake told, then all or nothing."""

from fundapp.services.imports.files import Book, open_bids, open_scores
from fundapp.services.imports.importing import Report, import_round
from fundapp.services.imports.mistakes import Mistake, MistakesError
from fundapp.services.imports.tables import Row, Table, Unreadable, table_of
from fundapp.services.imports.templates import files_of

__all__ = [
    "Book",
    "Mistake",
    "MistakesError",
    "Report",
    "Row",
    "Table",
    "Unreadable",
    "files_of",
    "import_round",
    "open_bids",
    "open_scores",
    "table_of",
]
