"""A letter that would eat the machine is stopped in time, by a failure that says which limit it met."""

import mmap
import os
import time
from pathlib import Path

import pytest

from fundapp.letters import confined
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.fetcher import FontsMissing, font_files
from fundapp.letters.press import (
    PAGES,
    TEMPLATES,
    RenderFailure,
    RenderRefused,
    RenderTimeout,
    RenderTooLarge,
)
from tests.letters.reading import print_apart

SVG = "http://www.w3.org/2000/svg"
TENFOLD = "".join(f'<g id="a{level}">{f"<use href=#a{level - 1} />" * 10}</g>' for level in range(1, 9))
USES = f'<svg xmlns="{SVG}"><path id="a0" d="M0 0h1"/>{TENFOLD}<use href="#a8"/></svg>'
BOMBS: dict[str, tuple[str, type[RenderFailure]]] = {
    "wide cell": ("<table><tr><td colspan=100000000>x</table>", RenderTooLarge),
    "sixty tables deep": ("<table><tr><td>" * 60 + "x", RenderTooLarge),
    "three hundred tables deep": ("<table><tr><td>" * 300 + "x", RenderTooLarge),
    "five thousand boxes deep": ("<div>" * 5000 + "x", RenderTooLarge),
    "giant font": ('<p style="font-size:99999999px">x', RenderRefused),
    "three thousand pages": ('<p style="break-after:page">x</p>' * 3000, RenderTooLarge),
    "one character too many": ("x" * (confined.HTML_CHARACTERS + 1), RenderTooLarge),
}
SLOW_BOMBS = {
    "nested flex": '<div style="display:flex">' * 14 + "x",
    "one long word": "x" * 200_000,
    "a thousand million uses": USES,
}
HARMLESS = {
    "tall cell": "<table>" + "<tr><td rowspan=65534>x" * 50 + "</table>",
    "tall box": '<div style="height:99999999mm;border:1px solid">x</div>',
    "many columns": '<div style="columns:10000000">x</div>',
    "boundless number": '<ol start="999999999999999999999"><li>x</ol>',
}
LETTER = "<p>A short letter."
HEAVY = "<p>Words, and more of them.</p>" * 400


def children() -> list[str]:
    """The processes this one has begun."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_limit(name: str) -> None:
    html, failure = BOMBS[name]
    began = time.monotonic()
    with pytest.raises(failure):
        print_apart(html, {})
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("name", SLOW_BOMBS)
def test_a_bomb_that_only_burns_time_is_stopped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)
    with pytest.raises(RenderTimeout):
        print_apart(SLOW_BOMBS[name], {})


def test_a_child_that_gets_no_processor_is_stopped_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "WALL_SECONDS", 0.2)
    with pytest.raises(RenderTimeout, match=r"longer than 0\.2 seconds"):
        print_apart(SLOW_BOMBS["nested flex"], {})


@pytest.mark.parametrize("name", HARMLESS)
def test_a_strange_letter_that_does_no_harm_is_printed(name: str) -> None:
    assert print_apart(HARMLESS[name], {}).pages <= PAGES


@pytest.mark.parametrize(
    ("html", "failure"),
    [('<p style="font-size:99999999px">x', RenderRefused), (SLOW_BOMBS["nested flex"], RenderTimeout)],
    ids=["refused", "stopped"],
)
def test_after_a_bomb_the_next_letter_of_the_job_gets_a_new_child(
    html: str, failure: type[RenderFailure], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)
    with ConfinedPress() as press:
        first = press.print(LETTER, {})
        with pytest.raises(failure):
            press.print(html, {})
        assert press.print(LETTER, {}) == first


def test_each_letter_of_a_job_has_its_own_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six letters of half a second each, where one may take a second."""
    monkeypatch.setattr(confined, "CPU_SECONDS", 1)
    with ConfinedPress() as press:
        for _ in range(6):
            assert press.print(HEAVY, {}).pages > 1


def test_a_press_leaves_no_process_behind() -> None:
    before = children()
    with ConfinedPress() as press:
        press.print(LETTER, {})
        assert len(children()) == len(before) + 1
    assert children() == before


def test_the_limits_are_those_promised() -> None:
    assert confined.CPU_SECONDS == 20
    assert confined.WALL_SECONDS <= 25
    assert confined.MEMORY_BYTES == 1_000_000_000


def test_what_the_parent_has_reserved_is_not_held_against_a_letter() -> None:
    with mmap.mmap(-1, 3 * confined.MEMORY_BYTES):
        assert print_apart(LETTER, {}).pages == 1


def test_missing_typefaces_are_named() -> None:
    with pytest.raises(FontsMissing, match=r"fundapp-sans-400\.ttf.*npm run build"):
        font_files(TEMPLATES)
