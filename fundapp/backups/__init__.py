"""Takes the database and the files away together, and puts them back proved to be what was taken."""

from fundapp.backups.manifest import BackupError, is_sealed
from fundapp.backups.restoring import restore
from fundapp.backups.taking import take

__all__ = ["BackupError", "is_sealed", "restore", "take"]
