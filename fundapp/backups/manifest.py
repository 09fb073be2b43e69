"""What a backup consists of: every file with its length and SHA-256, every table with its rows.

The list has a SHA-256 of its own beside it, in the form `sha256sum --check` reads.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Self

MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
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
        """Write the manifest, whole or not at all; its own SHA-256 first."""
        draft = folder / f"{MANIFEST}.new"
        draft.write_text(json.dumps(asdict(self), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (folder / SEAL).write_text(_seal_of(draft), encoding="ascii")
        draft.rename(folder / MANIFEST)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of a backup; refused when there is none, it was changed or it is not one of ours."""
        try:
            if is_sealed(folder) and (folder / SEAL).read_bytes() != _seal_of(folder / MANIFEST).encode():
                raise BackupError(f"the backup is damaged: {MANIFEST} is not what was written")
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


def is_sealed(folder: Path) -> bool:
    """Whether the manifest has its SHA-256 beside it; older backups have none."""
    return (folder / SEAL).exists()


def _seal_of(manifest: Path) -> str:
    with manifest.open("rb") as file:
        return f"{file_digest(file, 'sha256').hexdigest()}  {MANIFEST}\n"


def part_of(path: Path, key: str) -> Part:
    """A file as the manifest lists it."""
    with path.open("rb") as file:
        return Part(key, path.stat().st_size, file_digest(file, "sha256").hexdigest())
