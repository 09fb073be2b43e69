"""The same facts give the same bytes: in one process, in another, after other letters, and in the child."""

import subprocess
import sys
from pathlib import Path

import pytest

from fundapp.letters.catalog import CATALOGUE
from fundapp.letters.contents import Contents
from fundapp.letters.facts import freeze
from fundapp.letters.press import print_here
from fundapp.letters.render import compose, template_version
from tests.factories import letters as sample
from tests.letters.reading import kind_of, printed

ANOTHER_PROCESS = """
from tests.factories import letters as sample
from tests.letters.reading import printed
for contents in reversed(sample.every_kind(sample.PLAIN)):
    print(printed(contents).pdf_sha256)
"""


@pytest.mark.parametrize("contents", sample.every_kind(sample.PLAIN), ids=lambda letter: kind_of(letter).key)
def test_two_prints_are_the_same(contents: Contents) -> None:
    composed = compose(kind_of(contents), freeze(contents))
    first = printed(contents)
    assert first == printed(contents)
    assert print_here(composed.html, composed.images).pdf == first.pdf


def test_another_process_prints_the_same_in_another_order() -> None:
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS], capture_output=True, text=True, check=True, cwd=root
    )
    here = [printed(contents).pdf_sha256 for contents in sample.every_kind(sample.PLAIN)]
    assert told.stdout.split() == here[::-1]


def test_the_version_names_the_template_and_what_shapes_it() -> None:
    versions = {template_version(kind_of(contents)) for contents in sample.every_kind(sample.PLAIN)}
    assert len(versions) == len(CATALOGUE)
    assert {version.split("-")[0] for version in versions} == {"1"}
