"""Several people who press at the same instant, each in a thread with a session of their own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Flask

Told = TypeVar("Told")


def at_once(app: Flask, *presses: Callable[[], Told]) -> list[Told]:
    """What each of them was told, in the order they were answered."""
    begin, answers = threading.Barrier(len(presses)), list[Told]()

    def run(press: Callable[[], Told]) -> None:
        with app.app_context():
            begin.wait()
            answers.append(press())

    people_at_work = [threading.Thread(target=run, args=(press,)) for press in presses]
    for each in people_at_work:
        each.start()
    for each in people_at_work:
        each.join()
    return answers
