"""Brings the name a person's machine gave a file to one that any other machine can show and keep."""

import re
import unicodedata

from workflows.rules.file_types import FileType

LONGEST = 120
_FOLDERS = re.compile(r"[/\\]")
_UNKEPT = re.compile(r'[<>:"|?*]')


def shown_name(given: str) -> str:
    """The name alone, without folders, hidden signs or signs that no file system takes; never empty."""
    last = _FOLDERS.split(unicodedata.normalize("NFC", given))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    return " ".join(_UNKEPT.sub("", plain).split()).lstrip(".~ ")[-LONGEST:] or "file"


def kept_name(given: str, kind: FileType) -> str:
    """The name to keep a file under: it ends as files of its type do, whatever it ended with before."""
    name = shown_name(given)
    return name if name.lower().endswith(kind.endings) else f"{name}{kind.endings[0]}"
