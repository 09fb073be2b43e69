"""Keeps files by key, written once and never changed: a local folder, or any store obstore knows."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url


class StorageError(Exception):
    """A file cannot be kept or read as asked."""


class DifferentContent(StorageError):
    """The key already holds other bytes; kept files never change."""


class MissingFile(StorageError):
    """Nothing is kept under this key."""


class DamagedFile(StorageError):
    """The kept bytes are no longer the ones that were written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a file is kept, how long it is, and the SHA-256 of its bytes."""

    key: str
    size: int
    sha256: str


class Storage:
    """Files by key. There is no way to overwrite or delete one."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: str, content: bytes) -> Stored:
        """Keep these bytes. Keeping the same bytes again changes nothing; other bytes are refused."""
        stored = Stored(checked_key(key), len(content), sha256(content).hexdigest())
        try:
            obstore.put(self._store, key, content, mode="create")
        except AlreadyExistsError:
            if sha256(self._read(key)).hexdigest() != stored.sha256:
                raise DifferentContent(f"{key} already holds other bytes") from None
        return stored

    def get(self, key: str, expected_sha256: str) -> bytes:
        """The kept bytes, proved to be the ones that were written."""
        content = self._read(checked_key(key))
        if sha256(content).hexdigest() != expected_sha256:
            raise DamagedFile(f"{key} is not what was written")
        return content

    def exists(self, key: str) -> bool:
        """Whether something is kept under this key."""
        try:
            obstore.head(self._store, checked_key(key))
        except FileNotFoundError:
            return False
        return True

    def every_key(self) -> list[str]:
        """Every key, in order; for a backup."""
        return sorted(entry["path"] for batch in obstore.list(self._store) for entry in batch)

    def read(self, key: str) -> bytes:
        """The kept bytes as they are, for a backup that hashes them itself."""
        return self._read(checked_key(key))

    def _read(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError:
            raise MissingFile(f"nothing is kept under {key}") from None


def open_storage(url: str) -> Storage:
    """The store at this address: `file:///folder` is made when missing, readable by its owner only."""
    folder = _local_folder(url)
    if folder is None:
        return Storage(from_url(url))
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
    return Storage(LocalStore(folder))


def insist_on_writing(url: str) -> None:
    """Raise `StorageError` when the store is a local folder that cannot be made or written."""
    folder = _local_folder(url)
    if folder is None:
        return
    try:
        open_storage(url)
        TemporaryFile(dir=folder).close()
    except OSError as problem:
        raise StorageError(f"{folder} cannot be written: {problem.strerror}") from None


def _local_folder(url: str) -> Path | None:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def checked_key(key: str) -> str:
    """A plain relative path, or `StorageError`: no key can climb out of the store."""
    parts = PurePosixPath(key).parts
    plain = key.isprintable() and "\\" not in key and not {"..", ".", "/"} & set(parts)
    if not key or not plain or key != "/".join(parts):
        raise StorageError(f"{key!r} is not a key")
    return key
