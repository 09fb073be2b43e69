"""What the scan of a file came to, and whether the file may be opened then."""

from enum import StrEnum


class Scan(StrEnum):
    """Where the scan of a file stands."""

    NOT_SCANNED = "not_scanned"
    PENDING = "pending"
    UNREACHABLE = "unreachable"
    CLEAN = "clean"
    INFECTED = "infected"


OPENED = frozenset({Scan.CLEAN, Scan.NOT_SCANNED})
WHY_NOT = {
    Scan.PENDING: "It is being scanned for viruses. It can be opened when that is done.",
    Scan.UNREACHABLE: "It could not be scanned for viruses yet. We go on trying, and it can be opened then.",
    Scan.INFECTED: "It was found to hold a virus, so nobody can open it.",
}
