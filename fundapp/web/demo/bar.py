"""The line under the menu of a demonstration: its clock, and who one may be."""

from typing import Any

from flask import request
from flask_wtf.csrf import generate_csrf

from fundapp.models.people import Person
from fundapp.queries.frame import time_and_kind
from fundapp.services.personas import PERSONAS
from fundapp.web.demo.moments import MOMENTS
from fundapp.web.filters import clock_time, uk_date
from fundapp.web.sessions import current


def demo_bar(person: Person | None) -> dict[str, Any] | None:
    """What the layouts' demo bar shows; nothing outside a demonstration."""
    if current().is_blind:
        return None
    use = current().use
    now, is_demo = (use.now, use.is_demo) if use else time_and_kind()
    if not is_demo:
        return None
    return {
        "clock": f"{clock_time(now)}, {uk_date(now)}",
        "csrf_token": generate_csrf(),
        "next": request.path,
        "personas": [
            {
                "value": persona.key,
                "text": f"{persona.name}, {persona.does}",
                "current": person is not None and person.email == persona.email,
            }
            for persona in PERSONAS
        ],
        "clocks": [{"value": key, "text": moment.text} for key, moment in MOMENTS.items()],
    }
