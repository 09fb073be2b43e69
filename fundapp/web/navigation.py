"""The frame of every page: who is signed in, the places their role opens, and what has just happened."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import Flask, current_app, g, get_flashed_messages, request

from fundapp.access import held_by
from fundapp.models.people import Person
from fundapp.web import sessions
from fundapp.web.demo import bar
from fundapp.web.guards import held_here, permission_of
from workflows.actors import Permission, Role

ROLE_NAMES = {
    Role.ADMINISTRATOR: "Administrator",
    Role.OFFICER: "Programme team",
    Role.FINANCE: "Finance",
    Role.BOARD_CHAIR: "Panel chair",
    Role.BOARD_MEMBER: "Panel member",
    Role.DECIDER: "Decision maker",
    Role.ASSESSOR: "Assessor",
    Role.AUDITOR: "Auditor",
    Role.APPLICANT: "Applicant",
}
PUBLIC_PLACES = (
    ("Open rounds", "/"),
    ("Awards made", "/awards"),
    ("R&D total", "/rd-total"),
    ("Check a letter", "/check"),
)
BOARD_PLACES = (("Meetings", "/board"), ("Your interests", "/board/interests"), ("R&D total", "/rd-total"))
PLACES = {
    Role.ADMINISTRATOR: (
        ("People", "/admin/people"),
        ("Messages", "/admin/messages"),
        ("Parked work", "/admin/parked"),
    ),
    Role.OFFICER: (
        ("Rounds", "/office"),
        ("Bids", "/office/bids"),
        ("Awards", "/finance/awards"),
        ("Letters", "/office/letters"),
        ("Messages", "/admin/messages"),
        ("R&D total", "/rd-total"),
    ),
    Role.FINANCE: (
        ("Home", "/finance"),
        ("Claims", "/finance/claims"),
        ("Payment runs", "/finance/runs"),
        ("Awards", "/finance/awards"),
        ("R&D total", "/rd-total"),
    ),
    Role.BOARD_CHAIR: BOARD_PLACES,
    Role.BOARD_MEMBER: BOARD_PLACES,
    Role.DECIDER: (("Decisions", "/decisions"), ("Awards", "/finance/awards"), ("R&D total", "/rd-total")),
    Role.ASSESSOR: (("Your queue", "/assess"), ("Your interests", "/assess/interests")),
    Role.AUDITOR: (
        ("Bids", "/office/bids"),
        ("Meetings", "/board"),
        ("Letters", "/office/letters"),
        ("Money", "/finance"),
        ("Messages", "/admin/messages"),
        ("R&D total", "/rd-total"),
    ),
    Role.APPLICANT: (("Your bids", "/bids"), ("Open rounds", "/"), ("Your account", "/account")),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu."""

    text: str
    href: str
    active: bool
    count: int = 0


def register(app: Flask) -> None:
    """Give every template the frame, worked out once a request."""
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """What the layouts ask for: `person`, `nav_items`, `demo`, `messages`; `holds`, `may_here`."""
    if "frame" not in g:
        person = sessions.person()
        role = role_here(person) if person else None
        g.frame = {
            "person": person and {"id": person.id, "name": person.name, "role": chip(role)},
            "nav_items": places(person, role),
            "demo": bar.demo_bar(person),
            "messages": get_flashed_messages(with_categories=True),
            "holds": lambda permission: Permission[permission] in held_by(person),
            "may_here": lambda permission: Permission[permission] in held_here(),
        }
    return cast("dict[str, Any]", g.frame)


def chip(role: Role | None) -> str | None:
    """The word beside the name at the top; applicants need none."""
    return None if role in (None, Role.APPLICANT) else ROLE_NAMES[role]


def role_here(person: Person) -> Role | None:
    """The role a person acts in on this page: the one whose places hold it, else their first."""
    held = [role for role in ROLE_NAMES if role in person.roles]
    for role in held:
        if any(_is_within(href) for _, href in PLACES[role] if href not in ("/", "/rd-total")):
            return role
    return held[0] if held else None


def places(person: Person | None, role: Role | None) -> list[Place]:
    """The menu: only places that exist and that this person may open, the current one marked."""
    open_to_them = held_by(person)
    shown = [
        (text, href)
        for text, href in (PLACES[role] if role else PUBLIC_PLACES)
        if (endpoint := _endpoints().get(href)) and permission_of(endpoint) in open_to_them
    ]
    within = max((href for _, href in shown if _is_within(href)), key=len, default=None)
    return [Place(text, href, href == within) for text, href in shown]


def home_of(person: Person) -> str:
    """Where a person lands after signing in: the first of their role's places, else their account."""
    role = role_here(person)
    return next((place.href for place in places(person, role)), "/account") if role else "/account"


def _is_within(href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(f"{href}/"))


def _endpoints() -> dict[str, str]:
    return _endpoints_of(cast("Any", current_app)._get_current_object())


@cache
def _endpoints_of(app: Flask) -> dict[str, str]:
    return {
        rule.rule: rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    }
