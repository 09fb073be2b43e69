"""Passwords are hashed slowly, only a few at once, and easy ones are refused with the reason."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from flask import Flask

from fundapp.services import passwords


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "elevenchars",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "qwertyuiopas",
        "tidaltidalti",
        "Password1234!",
        "P@ssw0rd2026!!",
        "liverpool-2026",
        "InnovationFund1",
        "marguerite 2026 osei",
        "wrackline-sensing",
    ],
)
def test_easy_ones_are_refused_in_words(weak: str) -> None:
    about = ("Marguerite Osei", "marguerite@wrackline.example", "Wrackline Sensing")
    assert passwords.weakness(weak, *about)


@pytest.mark.parametrize(
    "strong", ["tidal gantry pelican", "Ω≈ç√∫˜µ≤≥÷ dockside", "x7!Kq29#mTz4", "   spaces   matter   too   "]
)
def test_any_other_is_taken_as_it_is(strong: str) -> None:
    assert passwords.weakness(strong, "Marguerite Osei") is None


def test_a_hash_is_argon2id_and_tells_right_from_wrong(app_context: Flask) -> None:
    kept = passwords.hashed("tidal gantry pelican")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.is_right(kept, "tidal gantry pelican")
    assert not passwords.is_right(kept, "tidal gantry pelicans")
    assert not passwords.is_right(None, "nobody's password")
    assert not passwords.is_right("not a hash", "tidal gantry pelican")


def test_one_spelling_of_a_letter_is_as_good_as_another(app_context: Flask) -> None:
    kept = passwords.hashed("caf\u00e9 lantern ferry")
    assert passwords.is_right(kept, "cafe\u0301 lantern ferry")


def test_a_cheap_old_hash_is_due_for_renewal() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=1024).hash("x"))


def test_only_so_many_are_checked_at_once(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most = 0, 0
    lock = threading.Lock()

    class Slow:
        def hash(self, _: str) -> str:
            nonlocal busy, most
            with lock:
                busy += 1
                most = max(most, busy)
            time.sleep(0.02)
            with lock:
                busy -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())

    def one() -> None:
        with app_context.app_context():
            passwords.hashed("x")

    threads = [threading.Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
