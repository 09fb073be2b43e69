"""Looks at the list of what an Office file packs, without unpacking any of it."""

import io
import zipfile
from collections.abc import Sequence

from fundapp.services.uploads.refusals import RefusedFile
from workflows.rules.file_types import MEGABYTE, size_in_words

MOST_MEMBERS = 2_000
LARGEST_UNPACKED = 200 * MEGABYTE
BOMB_RATIO = 200
BOMB_SIZE = 10 * MEGABYTE
CONTENTS = "[content_types].xml"
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MACROS = "vbaproject.bin"
SAVE_ANEW = "Save it anew and choose it again."


def packed_type(content: bytes) -> str:
    """`docx` or `xlsx`, or `RefusedFile`: another archive, macros, a password, or far more than it seems."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise RefusedFile(f"is damaged. {SAVE_ANEW}") from None
    names = [member.filename.lower() for member in members]
    found = [kind for part, kind in MAIN_PARTS.items() if part in names]
    if CONTENTS not in names or len(found) != 1:
        raise RefusedFile("is an archive. Take the files out of it and add each one.")
    if any(name.endswith(MACROS) for name in names):
        raise RefusedFile("holds macros. Save it without them.")
    if any(member.flag_bits & 1 for member in members):
        raise RefusedFile("has a password. Save it without one.")
    _insist_on_size(members, names)
    return found[0]


def _insist_on_size(members: Sequence[zipfile.ZipInfo], names: Sequence[str]) -> None:
    if len(members) > MOST_MEMBERS or len(set(names)) < len(names):
        raise RefusedFile(f"is packed as no Office program does it. {SAVE_ANEW}")
    swollen = any(
        each.file_size > BOMB_SIZE and each.file_size > BOMB_RATIO * max(each.compress_size, 1)
        for each in members
    )
    total = sum(each.file_size for each in members)
    if swollen or total > LARGEST_UNPACKED:
        raise RefusedFile(f"would unpack to {size_in_words(total)}, so it is not taken. {SAVE_ANEW}")
