"""Files are kept once under their key, come back as they were, and never change."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.gateways.storage import (
    DamagedFile,
    DifferentContent,
    MissingFile,
    Storage,
    StorageError,
    checked_key,
    open_storage,
)

CONTENT = b"%PDF-1.7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the local store of a test keeps its files."""
    return tmp_path / "kept here" / "files"


@pytest.fixture
def storage(folder: Path) -> Storage:
    """A local store."""
    return open_storage(folder.as_uri())


def test_what_was_put_comes_back_with_its_hash(storage: Storage) -> None:
    stored = storage.put("letters/1.pdf", CONTENT)
    assert (stored.key, stored.size) == ("letters/1.pdf", 8)
    assert storage.get("letters/1.pdf", stored.sha256) == CONTENT
    assert [storage.exists("letters/1.pdf"), storage.exists("letters/2.pdf")] == [True, False]
    assert storage.every_key() == ["letters/1.pdf"]


def test_the_same_bytes_may_be_put_again_and_others_may_not(storage: Storage) -> None:
    assert storage.put("a", CONTENT) == storage.put("a", CONTENT)
    with pytest.raises(DifferentContent, match="a already holds other bytes"):
        storage.put("a", b"other")
    assert storage.read("a") == CONTENT


def test_a_changed_file_is_not_handed_out(storage: Storage, folder: Path) -> None:
    stored = storage.put("a", CONTENT)
    (folder / "a").write_bytes(b"%PDF-1.8")
    with pytest.raises(DamagedFile, match="a is not what was written"):
        storage.get("a", stored.sha256)


def test_a_missing_file_is_named(storage: Storage) -> None:
    with pytest.raises(MissingFile, match=r"nothing is kept under letters/9\.pdf"):
        storage.get("letters/9.pdf", "0" * 64)


def test_the_folder_is_made_for_its_owner_only(storage: Storage, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../out", "a/../b", "a//b", "./a", "a/", "a\\b", "a\nb", "a\x00b"]
)
def test_no_key_climbs_out_of_the_store(storage: Storage, key: str) -> None:
    with pytest.raises(StorageError, match="is not a key"):
        storage.put(key, CONTENT)
    assert storage.every_key() == []


@given(st.text(max_size=30))
def test_a_key_is_refused_or_stays_below_the_folder(key: str) -> None:
    folder = Path("/kept")
    try:
        inside = folder / checked_key(key)
    except StorageError:
        return
    assert Path(*inside.parts[:2]) == folder
    assert ".." not in inside.parts
