"""Looks at every page as every party: those in the access table, and those found linked there."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.access.browsers import Browser
from tests.access.table import address, lines, rules_of
from tests.factories.world import World

MOST_OF_A_KIND = 5
LINK = re.compile(r'<a\b[^>]*?href="([^"#?]+)')


@dataclass
class Found:
    """How every party was answered at every address, and where the links it was shown led."""

    answers: dict[tuple[str, str], TestResponse] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)

    def pages(self) -> Iterator[tuple[str, str, TestResponse]]:
        """What was shown: to whom, where, and the answer."""
        for (party, where), answer in self.answers.items():
            if answer.status_code == 200:
                yield party, where, answer


def crawl(app: Flask, world: World, browsers: dict[str, Browser]) -> Found:
    """Ask for every page as every party, and follow their links, a few of each kind."""
    found = Found()
    waiting = list(dict.fromkeys(_known(app, world)))
    seen = set(waiting)
    kinds = Counter(_kind(app, where) for where in waiting)
    while waiting:
        where = waiting.pop(0)
        for party, browser in browsers.items():
            answer = found.answers[party, where] = browser.ask("GET", where)
            for link in _links(answer, where):
                found.links.append((party, where, link))
                if link not in seen and kinds[_kind(app, link)] < MOST_OF_A_KIND:
                    seen.add(link)
                    kinds[_kind(app, link)] += 1
                    waiting.append(link)
    return found


def _known(app: Flask, world: World) -> list[str]:
    """The address of everything the access table names."""
    return [
        address(rule, world, line)
        for line in lines()
        for rule in rules_of(app, line)
        if "GET" in (rule.methods or ())
    ]


def _links(answer: TestResponse, where: str) -> Iterator[str]:
    """The pages an answer shows links to, each without its questions."""
    if answer.status_code == 200 and answer.mimetype == "text/html":
        for href in LINK.findall(answer.text):
            to = urlsplit(urljoin(f"http://localhost{where}", href))
            if to.hostname == "localhost":
                yield to.path


def _kind(app: Flask, where: str) -> str:
    """The route an address belongs to; where there is none, only the address itself."""
    try:
        return str(app.url_map.bind("localhost").match(where)[0])
    except HTTPException:
        return where
