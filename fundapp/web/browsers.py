"""Puts the browser of this request in words a person recognises in a list of their own."""

from flask import request

from fundapp.services.sessions import Browser

BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def browser() -> Browser:
    """Where this request comes from."""
    return Browser(request.remote_addr or "", browser_name(request.user_agent.string))


def browser_name(user_agent: str) -> str:
    """`Firefox on Windows`, or as much of it as can be told."""
    program = next((name for sign, name in BROWSERS if sign in user_agent), "A browser")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{program} on {system}" if system else program
