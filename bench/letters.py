"""How much a letter costs beyond printing its HTML, and whether two processes print twice as fast.

Three paths are timed by turns in one run, on the award letter: the bare render of its HTML with the same
style and typefaces; that in a limited child; and the making of the letter, from facts to stored bytes. By
turns every letter has a child of its own; the speed-up is taken as workers print, with a child for each job.
"""

import json
import os
import time
from collections.abc import Callable
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.facts import freeze
from fundapp.letters.press import print_here
from fundapp.letters.render import compose, render, warm
from fundapp.outbox.routes import ROUTES
from tests.factories import letters as sample

GRANT = CATALOGUE[Kind.OFFER_OF_GRANT]
WORKERS_LIMIT = 0.9
JOB = ROUTES["issue_letter"].together

Way = Callable[[ConfinedPress], int]


def measure(repeats: int = 30, rounds: int = 5, batch: int = 12) -> dict[str, float]:
    """Medians of each path in seconds, their ratios, and the speed-up of two processes over one."""
    warm()
    composed = compose(GRANT, freeze(sample.offer_of_grant()))
    with TemporaryDirectory() as folder:
        paths: dict[str, Way] = {
            "bare": lambda _: print_here(composed.html, composed.images).pages,
            "forked": lambda press: press.print(composed.html, composed.images).pages,
            "made": lambda press: _made(Path(folder), press),
        }
        times = _by_turns(paths, repeats)
        bare_speedup, made_speedup = _speedups([paths["bare"], paths["made"]], batch, rounds)
    return {
        "letter_pages": print_here(composed.html, composed.images).pages,
        "letter_bare_seconds": times["bare"],
        "letter_forked_seconds": times["forked"],
        "letter_made_seconds": times["made"],
        "letter_bare_speedup_of_two": bare_speedup,
        "letter_made_speedup_of_two": made_speedup,
        "letter_speedup_over_bare": made_speedup / bare_speedup,
    }


def _made(folder: Path, press: ConfinedPress) -> int:
    """What the letter's job does between reading its case and writing its row."""
    facts = freeze(sample.offer_of_grant())
    letter = render(GRANT, facts, press)
    with (folder / f"{os.getpid()}.pdf").open("wb") as file:
        file.write(letter.pdf)
        file.flush()
        os.fsync(file.fileno())
    assert sha256(letter.pdf).hexdigest() == letter.pdf_sha256
    return letter.pages


def _by_turns(paths: dict[str, Way], repeats: int) -> dict[str, float]:
    """The median of each path, all run in turn, so that a busy minute falls on all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(repeats + 1):
        for name, path in paths.items():
            began = time.perf_counter()
            with ConfinedPress() as press:
                path(press)
            if turn:
                times[name].append(time.perf_counter() - began)
    return {name: median(values) for name, values in times.items()}


def _speedups(paths: list[Way], batch: int, rounds: int) -> list[float]:
    """How many times faster two processes print a batch than one does: for each path, all run in turn."""
    times: dict[tuple[int, int], list[float]] = {}
    for _ in range(rounds):
        for place, path in enumerate(paths):
            for processes in (1, 2):
                times.setdefault((place, processes), []).append(_seconds(path, processes, batch))
    return [median(times[place, 1]) / median(times[place, 2]) for place in range(len(paths))]


def _seconds(path: Way, processes: int, batch: int) -> float:
    context = get_context("fork")
    workers = [context.Process(target=_print, args=(path, batch // processes)) for _ in range(processes)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return time.perf_counter() - began


def _print(path: Way, count: int) -> None:
    for first in range(0, count, JOB):
        with ConfinedPress() as press:
            for _ in range(min(JOB, count - first)):
                path(press)


def main() -> None:
    """Measure and print, with what is promised beside it; the whole job is measured by `bench.batching`."""
    figures = measure()
    print(json.dumps(figures, indent=2))
    print(f"promised: speed-up over bare >= {WORKERS_LIMIT}")


if __name__ == "__main__":
    main()
