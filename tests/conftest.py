"""What every test may ask for: throw-away servers, a fresh migrated database, the app, a browser.

All processes of a run share one PostgreSQL and one Valkey; each has its own copy of the migrated database and
its own numbered queue. A test that asks for `database` (or `app_context`, `client`, `live_url`) starts with
nothing but what the migrations put there; one that asks for `stages` (or `world`, `staged`) starts at the one
it takes.
"""

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.serving import make_server

from fundapp.application import create_app
from fundapp.config import Settings, load_settings
from fundapp.config.loading import SECRETS_FILE
from fundapp.embedded import Servers, throw_away_home
from fundapp.extensions import db
from tests import databases
from tests.access.browsers import Browser, of_everybody
from tests.browsers import launch_arguments
from tests.factories import reading
from tests.factories import world as world_of_pages
from tests.factories.reading import Staged
from tests.factories.world import World
from tests.stages import Stages
from tests.undoing import Undone, undoing

CONFIGURED = [name for name in os.environ if name.startswith("FUNDAPP_")]
FORBIDDEN = ("DATABASE_URL", "DATABASE_URL_MIGRATOR", "DATABASE_URL_WORKER", "REDIS_URL")
HOME = "TEST_HOME_OF_SERVERS"
# Files that take longest, so that no process is left alone with one at the end.
FIRST = (
    "journeys/test_whole_road.py",
    "journeys/test_applicants_journey.py",
    "journeys/test_every_page.py",
    "journeys/test_never_lost.py",
    "access/test_looking.py",
    "access/test_sending.py",
    "access/test_hostile.py",
    "demo/test_headless.py",
    "jobs/test_killing.py",
    "letters/test_issued.py",
)
# A test of the database makes ten thousands of objects and leaves most of them to be forgotten together.
GARBAGE = 20_000
MISSING = pytest.StashKey[int]()
HELD = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Forget every configured server; the first process makes the home the others share.

    Until all tests are collected, nothing that is loaded is garbage.
    """
    gc.disable()
    for name in [*FORBIDDEN, *CONFIGURED]:
        os.environ.pop(name, None)
    config.stash[MISSING] = 0
    if not hasattr(config, "workerinput"):
        home = throw_away_home()
        os.environ[HOME] = str(home)
        config.stash[HELD] = Servers(home, durable=False, throw_away=True)
        config.stash[HELD].claim()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers and remove what they left."""
    held = config.stash.get(HELD, None)
    if held is not None:
        held.release()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest; mark what needs a browser, and leave it out where that is asked for."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(FIRST))
    needing = [item for item in items if "page" in getattr(item, "fixturenames", ())]
    for item in needing:
        item.add_marker(pytest.mark.browser)
    if os.environ.get("BROWSER") == "0":
        left_out = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
        config.stash[MISSING] = len(left_out)


def pytest_collection_finish() -> None:
    """Look for garbage again, though seldom, and not in what is there until the end anyway."""
    gc.freeze()
    gc.set_threshold(GARBAGE)
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the first process how many tests were left out here."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash[MISSING]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every process collects the same tests, so the last word on what was left out is anybody's."""
    node.config.stash[MISSING] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many tests were left out."""
    if config.stash[MISSING]:
        terminalreporter.write_line(f"{config.stash[MISSING]} browser tests left out (BROWSER=0)")


@pytest.fixture(scope="session")
def process_number() -> int:
    """The number of this process among those that share the run."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL and the Valkey of this run."""
    with Servers(Path(os.environ[HOME]), durable=False, throw_away=True) as running:
        yield running


@pytest.fixture(scope="session")
def settings(servers: Servers, process_number: int, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for this process: its own database, queue and files, and the keys of the run."""
    environment = servers.environment(databases.name_of(process_number), process_number)
    var = tmp_path_factory.mktemp("var")
    load_settings(environment, env="test", var=servers.home)  # makes the keys that all processes have
    shutil.copy(servers.home / SECRETS_FILE, var)
    return load_settings(environment, env="test", var=var)


@pytest.fixture(scope="session")
def environment(settings: Settings, servers: Servers, process_number: int) -> dict[str, str]:
    """The variables a program started by a test needs to see the same database, queue, files and keys."""
    inherited = {name: value for name, value in os.environ.items() if name != HOME}
    return (
        inherited
        | servers.environment(databases.name_of(process_number), process_number)
        | {
            "FUNDAPP_ENV": "test",
            "FUNDAPP_VAR": str(settings.var),
        }
    )


@pytest.fixture(scope="session")
def make_app(settings: Settings, servers: Servers) -> Callable[[], Flask]:
    """Make an application as the web serves it; templates are compiled once for all processes of the run."""
    compiled = servers.home / "templates"
    compiled.mkdir(exist_ok=True)

    def make() -> Flask:
        made = create_app(settings)
        made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
        return made

    return make


@pytest.fixture(scope="session")
def own(servers: Servers, process_number: int) -> databases.Own:
    """The database of this process."""
    return databases.Own(servers, process_number)


@pytest.fixture(scope="session")
def app(make_app: Callable[[], Flask], own: databases.Own) -> Flask:
    """The application, on the database of this process."""
    return make_app()


@pytest.fixture
def database(
    app: Flask, own: databases.Own, servers: Servers, process_number: int, request: pytest.FixtureRequest
) -> Iterator[None]:
    """A database and a queue as the migrations leave them; who asks for `stages` brings it to one first."""
    if "stages" not in request.fixturenames:
        own.empty()
    with redis.Redis.from_url(servers.valkey.url(process_number)) as queue:
        queue.flushdb()
    yield
    with app.app_context():
        db.session.remove()
        own.rest(db.engine)


@pytest.fixture
def stages(app: Flask, own: databases.Own, database: None, servers: Servers) -> Iterator[Stages]:
    """The stages of the road: the test starts at one of them, and until then finds what another left."""
    offered = Stages(app, own, servers.home / "stages")
    yield offered
    assert offered.taken, "this test asks for `stages` and starts at none"


@pytest.fixture
def world(stages: Stages) -> World:
    """A database in which everything exists that a page can be about."""
    return stages.copied("world", world_of_pages.build)


@pytest.fixture
def browsers(app: Flask, world: World) -> dict[str, Browser]:
    """The browser of each party in that world."""
    return of_everybody(app, world)


@pytest.fixture
def undone(app: Flask, world: World) -> Iterator[Undone]:
    """A block in which a test may do what it wants with that world: afterwards it never happened."""
    with undoing(app) as block:
        yield block


@pytest.fixture
def app_context(app: Flask, database: None) -> Iterator[Flask]:
    """The application with its context pushed, to call services and queries."""
    with app.app_context():
        yield app


@pytest.fixture
def staged(stages: Stages) -> Staged:
    """Brings the database to what a factory of readings makes."""
    return reading.staged(stages)


@pytest.fixture
def client(app: Flask, database: None) -> FlaskClient:
    """A browser without a screen: requests straight into the application."""
    return app.test_client()


@pytest.fixture
def count_statements(app: Flask, database: None) -> Callable[[], AbstractContextManager[list[str]]]:
    """A block that collects the SQL statements sent inside it, to hold a page to its number of them."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(*details: Any) -> None:
            seen.append(details[2])

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def live_url(app: Flask, database: None) -> Iterator[str]:
    """The application on a real port of this machine, for a real browser."""
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that the set-up found on this machine."""
    return browser_type_launch_args | launch_arguments()
