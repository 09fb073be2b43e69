"""Every kind of letter can be read by everybody: tagged, titled, in a named language, whoever it goes to."""

import subprocess
import sys
from pathlib import Path

import pytest

from fundapp.letters.contents import Contents
from tests.factories import letters as sample
from tests.letters.reading import kind_of, printed
from tests.letters.structure import findings, tags

CHECKER = Path(__file__).resolve().parents[3] / "shared" / "tools" / "uacheck.py"
LETTERS = [
    pytest.param(contents, id=f"{kind_of(contents).key}-{reader.key}")
    for reader in sample.READERS
    for contents in sample.every_kind(reader)
]


@pytest.mark.parametrize("contents", LETTERS)
def test_nothing_is_found(contents: Contents, tmp_path: Path) -> None:
    pdf = printed(contents).pdf
    assert findings(pdf) == []
    if CHECKER.exists():
        file = tmp_path / "letter.pdf"
        file.write_bytes(pdf)
        command = [sys.executable, str(CHECKER), str(file)]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_code_is_a_figure_and_the_mark_is_not() -> None:
    assert tags(printed(sample.offer_of_grant()).pdf).count("Figure") == 1
