"""`python3 -m setup app|test|lint|lock|clean`: bring this checkout to where that work can begin."""

import sys
from collections.abc import Callable

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python must get this sentence, not a traceback)
    sys.exit(
        f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}; try PYTHON=python3.12"
    )

from setup import browser, cleaning, entry, frontend, locking, packages, pango
from setup.steps import SetupError, alone


def app() -> None:
    """Everything the application needs to run."""
    packages.install("app")
    frontend.build()
    pango.provide()
    entry.write()


def test() -> None:
    """Everything the tests need, a browser included unless it is left out."""
    packages.install("app", "test")
    frontend.build()
    pango.provide()
    entry.write()
    browser.provide()


def lint() -> None:
    """Everything the checks need."""
    packages.install("app", "test", "lint")


VERBS: dict[str, Callable[[], None]] = {
    "app": app,
    "test": test,
    "lint": lint,
    "lock": locking.lock,
    "clean": cleaning.clean,
}


def main() -> None:
    """Do one verb, alone on this checkout, and end with one line when it cannot be done."""
    verb = VERBS.get(sys.argv[1]) if len(sys.argv) == 2 else None
    if verb is None:
        sys.exit(f"usage: python3 -m setup {'|'.join(VERBS)}")
    try:
        with alone():
            verb()
    except SetupError as problem:
        sys.exit(f"setup: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
