"""Tests of letters print as workers do: from a process that has made ready."""

import pytest

from fundapp.letters import render


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Open typefaces and templates once; every letter is printed in a fork of this process."""
    render.warm()
