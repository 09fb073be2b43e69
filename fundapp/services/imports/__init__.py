"""Bids and marks from files: read, every row checked, every mistake told, then all or nothing."""

from fundapp.services.imports.importing import Report, import_round
from fundapp.services.imports.mistakes import Mistake, MistakesError
from fundapp.services.imports.tables import Row, Table, table_of

__all__ = ["Mistake", "MistakesError", "Report", "Row", "Table", "import_round", "table_of"]
