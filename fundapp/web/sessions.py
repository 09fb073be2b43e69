"""Ties a browser to its session: the cookie holds a random secret, the database everything else.

A visitor who has not signed in costs no row: their cookie is only the number their form tokens are
bound to. Signing in always gives a new secret, so one that was planted can never become signed in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, g, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager
from werkzeug.local import LocalProxy

from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.people import LoginSession, Person
from fundapp.queries import sessions as queries
from fundapp.services import sessions as services
from fundapp.web.limits import is_https

VISITOR = re.compile(r"v[0-9a-f]{40,64}", re.ASCII)
SIGNED_IN = re.compile(r"s[A-Za-z0-9_-]{43}", re.ASCII)
SECURE_NAME = "__Host-fundapp"
LOCAL_NAME = "fundapp"
NOTED_EVERY = timedelta(minutes=1)
CSRF = "csrf_token"
NOTICES = "_flashes"


@dataclass(frozen=True, slots=True)
class Use:
    """What is known of a live session without asking again: whose it is, and when it was used."""

    session_id: int
    person_id: int
    last_seen_at: datetime
    now: datetime
    is_demo: bool


class BrowserSession(SessionMixin):
    """What Flask calls the session: a form token and the notices for the next page, nothing more.

    Nothing is read from the database before somebody asks, and then once.
    """

    modified = False

    def __init__(self, cookie: str) -> None:
        self.cookie = cookie
        self.send: str | None = None
        self.forget = False
        self.is_blind = False
        self.use: Use | None = None
        self._record: LoginSession | None = None
        self._values: dict[str, Any] | None = None

    @property
    def record(self) -> LoginSession | None:
        """The live session row behind the cookie, with its person."""
        self._read()
        return self._record

    def become(self, cookie: str) -> None:
        """Go on as another session; the old values are left behind."""
        self.cookie = cookie
        self.send = cookie
        self.forget = False
        self.modified = False
        self.use = None
        self._record = None
        self._values = None
        for name in ("_login_user", CSRF, "frame"):
            g.pop(name, None)

    def be_nobody(self) -> None:
        """Go on as a visitor without asking the database, which may be what has failed."""
        self.is_blind = True
        self.use = None
        self._record = None
        self._values = {}
        for name in ("_login_user", "frame"):
            g.pop(name, None)

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            self._values = {}
            if VISITOR.fullmatch(self.cookie):
                self._values[CSRF] = self.cookie[1:]
            elif SIGNED_IN.fullmatch(self.cookie):
                self._look_up()
            elif self.cookie:
                self.forget = True
        return self._values

    def _look_up(self) -> None:
        found = queries.behind(self.cookie[1:])
        if found is None or not alive(found.record, found.now):
            self.forget = True
            return
        self._record = record = found.record
        self.use = Use(record.id, record.person_id, record.last_seen_at, found.now, found.is_demo)
        self._values = dict(record.kept) | {CSRF: record.csrf}

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        values = self._read()
        if key not in (CSRF, NOTICES):
            raise KeyError(f"the session keeps no {key!r}")
        values[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._read()[key]
        self.modified = True

    def __contains__(self, key: object) -> bool:
        return key in (CSRF, NOTICES) and key in self._read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class StoredSessions(SessionInterface):
    """Reads the cookie at the start of a request and writes what changed at its end."""

    def __init__(self, cookie_name: str, secure: bool) -> None:
        self.cookie_name = cookie_name
        self.secure = secure

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002
        """A session that has not yet asked the database anything."""
        return BrowserSession(request.cookies.get(self.cookie_name, ""))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Send a new cookie where there is one, drop a dead one, note that a live one was used."""
        browser = cast("BrowserSession", session)
        if browser.accessed:
            response.vary.add("Cookie")
        if browser.use is not None:
            _note_use(browser, browser.use)
        elif browser.send is None and browser.modified and CSRF in browser:
            browser.send = "v" + browser[CSRF]
        if browser.send is not None:
            self._send(response, browser.send)
        elif browser.forget:
            response.delete_cookie(
                self.cookie_name, path="/", secure=self.secure, httponly=True, samesite="Lax"
            )

    def _send(self, response: Response, cookie: str) -> None:
        response.set_cookie(
            self.cookie_name, cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )


def register(app: Flask, settings: Settings, login_manager: LoginManager) -> None:
    """Make these the sessions of the application, and the person behind one Flask-Login's user.

    A form token lives as long as its session: a bid may be written for hours.
    """
    secure = is_https(settings)
    app.secret_key = settings.secret_key.get_secret_value()
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.session_interface = StoredSessions(SECURE_NAME if secure else LOCAL_NAME, secure)
    login_manager.session_protection = None
    login_manager.init_app(app)
    login_manager.request_loader(lambda _: person())


def alive(record: LoginSession, now: datetime) -> bool:
    """Whether a session may still be used: its person active, not idle too long, not too old."""
    limits = settings()
    minutes = (
        limits.session_idle_minutes_staff if record.person.is_staff else limits.session_idle_minutes_applicant
    )
    return (
        record.person.is_active
        and now < record.expires_at
        and now < record.last_seen_at + timedelta(minutes=minutes)
    )


def current() -> BrowserSession:
    """This request's session."""
    proxy = cast("LocalProxy[BrowserSession]", session)
    return proxy._get_current_object()


def person() -> Person | None:
    """Who is signed in, with everything asked of them given; nobody while a code is still owed."""
    record = current().record
    return None if record is None or owes_second_factor(record) else record.person


def live() -> LoginSession:
    """The session of a page behind a guard, which has made sure that there is one."""
    record = current().record
    if record is None:
        raise LookupError("nobody is signed in: a guard is missing")
    return record


def begun() -> LoginSession | None:
    """The session of somebody who still owes the second factor."""
    record = current().record
    return record if record is not None and owes_second_factor(record) else None


def owes_second_factor(record: LoginSession) -> bool:
    """Whether this session must still show a one-time code: every member of staff, and whoever set one up."""
    return record.second_factor_at is None and (record.person.is_staff or record.person.has_second_factor)


def carry(token: str) -> None:
    """Make this browser the holder of a session that has just been opened."""
    current().become("s" + token)


def stored_in(app: Flask) -> StoredSessions:
    """How this application names and secures its cookies."""
    return cast("StoredSessions", app.session_interface)


def drop() -> None:
    """Make this browser a stranger again."""
    browser = current()
    browser.become("")
    browser.send = None
    browser.forget = True


def _note_use(browser: BrowserSession, use: Use) -> None:
    """Write at most once a minute that the session is in use, or at once what it must keep."""
    if not browser.modified and use.now - use.last_seen_at < NOTED_EVERY:
        return
    kept = {NOTICES: browser[NOTICES]} if NOTICES in browser else {}
    db.session.rollback()
    services.remember(use.session_id, kept)
