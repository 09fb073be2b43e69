"""The set-up: done once, done again when its inputs change, one plain line when it cannot go on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fundapp.config import PROJECT
from fundapp.embedded import far_home
from setup import __main__ as verbs
from setup import browser, cleaning, entry, pango, steps


def test_a_step_is_done_once_and_again_when_its_inputs_change(tmp_path: Path) -> None:
    stamp = tmp_path / "made" / "stamp"
    done = []
    for inputs in ("first", "first", "second"):
        with steps.step("packages", stamp, inputs) as needed:
            done.append(needed)
    assert done == [True, False, True]


def test_a_step_that_failed_is_done_again(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    with pytest.raises(steps.SetupError), steps.step("packages", stamp, "same"):
        raise steps.SetupError("the index is away")
    with steps.step("packages", stamp, "same") as needed:
        assert needed is True


def test_the_fingerprint_follows_the_content_and_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PROJECT", tmp_path)
    (tmp_path / "a").write_text("one", encoding="utf-8")
    first = steps.fingerprint([tmp_path])
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = steps.fingerprint([tmp_path])
    (tmp_path / "b").write_text("two", encoding="utf-8")
    assert len({first, renamed, steps.fingerprint([tmp_path])}) == 3


@pytest.mark.parametrize("command", [["/nowhere/npm"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_program_that_fails_ends_in_one_line(command: list[str]) -> None:
    with pytest.raises(steps.SetupError, match=r"^is the npm registry reachable"):
        steps.run(command, "is the npm registry reachable?")


def test_an_unknown_verb_is_told_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "setup", "everything"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"usage: python3 -m setup {'|'.join(verbs.VERBS)}\n"


def test_the_command_starts_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = tmp_path / "it's" / "environment"
    environment.parent.mkdir()
    monkeypatch.setattr(entry, "ENVIRONMENT", environment)
    monkeypatch.setattr(entry, "PARTS", tmp_path / "parts.json")
    entry.settle("pango", {"FUNDAPP_PROBE": "a b"})
    entry.settle("other", {})
    monkeypatch.setattr(entry, "VENV", tmp_path / "my venv")
    (tmp_path / "my venv" / "bin").mkdir(parents=True)
    (tmp_path / "my venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    python = tmp_path / "my venv" / "bin" / "python"
    python.write_text('#!/bin/sh\necho "$FUNDAPP_PROBE|$*"\n', encoding="utf-8")
    python.chmod(0o755)
    entry.write()
    said = subprocess.run(
        [tmp_path / "my venv" / "bin" / "fundapp", "doctor", "two words"],
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "a b|-P -m fundapp doctor two words\n"


def test_missing_pango_without_debian_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pango, "missing", lambda: ["libpango-1.0.so.0"])
    monkeypatch.setattr("setup.debian.here", lambda: False)
    with pytest.raises(steps.SetupError, match=r"^letters need Pango: install libpango-1.0-0, "):
        pango.provide()


def test_no_browser_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(browser, "FOUND", tmp_path / "browser.json")
    for way in ("_installed", "_debian", "_from_npm"):
        monkeypatch.setattr(browser, way, lambda: None)
    with pytest.raises(
        steps.SetupError, match=r"^no browser for the tests: install chromium, or leave those tests"
    ):
        browser.provide()


def test_a_program_that_is_no_browser_is_not_taken_for_one() -> None:
    assert browser._starts(browser._description("/bin/true")) is False
    assert browser._starts(browser._description("/nowhere/chromium")) is False


def test_cleaning_finds_the_folder_the_servers_use_as_root() -> None:
    assert cleaning.far_home() == far_home()
