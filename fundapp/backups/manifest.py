"""What a backup consists of: every file with its length and SHA-256, every table with its rows."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Self

MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
FORMAT = 1


class BackupError(Exception):
    """A backup cannot be taken or restored; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the backup: the dump, or a kept file by its key."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The table of contents, written last: a folder without it is no backup."""

    made_at: str
    migration: str
    server: int
    dump: Part
    files: tuple[Part, ...]
    rows: dict[str, int]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the manifest, whole or not at all."""
        draft = folder / f"{MANIFEST}.new"
        draft.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        draft.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of a backup; refused when there is none or it is not one of ours."""
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            made = cls(
                **said
                | {
                    "dump": Part(**said["dump"]),
                    "files": tuple(Part(**each) for each in said["files"]),
                }
            )
        except FileNotFoundError:
            raise BackupError(f"{folder} holds no whole backup: there is no {MANIFEST}") from None
        except (OSError, ValueError, TypeError, KeyError) as problem:
            raise BackupError(f"{folder / MANIFEST} cannot be read: {problem}") from None
        if made.format != FORMAT:
            raise BackupError(f"{folder} is a backup of format {made.format}; this version reads {FORMAT}")
        return made

    def damaged(self, folder: Path) -> Iterator[str]:
        """Each part that is missing or no longer what was written."""
        parts = [(folder / DUMP, self.dump), *((folder / FILES / part.key, part) for part in self.files)]
        for path, part in parts:
            if not path.is_file():
                yield f"{part.key} is missing"
            elif part_of(path, part.key) != part:
                yield f"{part.key} is not what was written"


def part_of(path: Path, key: str) -> Part:
    """A file as the manifest lists it."""
    with path.open("rb") as file:
        return Part(key, path.stat().st_size, file_digest(file, "sha256").hexdigest())
