"""Drives pages over HTTP with a few connections, and gives what came back and how long it took."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import aiohttp

CONNECTIONS = 8
TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: where to, as whom, and what is sent with it."""

    path: str
    cookie: str = ""
    form: Mapping[str, str | list[str]] | None = None
    key: str = ""


@dataclass(slots=True)
class Outcome:
    """What a number of requests came to; `times` in seconds, `accepted` the keys of those answered well."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    size: int = 0
    accepted: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        """Half of the requests took no longer."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """Nineteen of twenty requests took no longer."""
        return no_longer(self.times, 0.95)


def no_longer(times: Sequence[float], share: float) -> float:
    """The time that this share of the requests stayed within."""
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def drive(
    base: str, calls: Iterator[Call], *, seconds: float, connections: int = CONNECTIONS, pace: float = 0.0
) -> Outcome:
    """Send one request after another on each connection until the time, or the calls, are used up.

    `pace` is the least time, in seconds, between two requests of a connection.
    """
    return asyncio.run(_drive(base, calls, seconds, connections, pace))


async def _drive(base: str, calls: Iterator[Call], seconds: float, connections: int, pace: float) -> Outcome:
    outcome = Outcome()
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(
        base, connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()
    ) as http:
        began = time.perf_counter()
        end = began + seconds

        def following() -> Call | None:
            return next(calls, None) if time.perf_counter() < end else None

        await asyncio.gather(*(_one_connection(http, following, outcome, pace) for _ in range(connections)))
        outcome.seconds = time.perf_counter() - began
    return outcome


async def _one_connection(
    http: aiohttp.ClientSession, following: Callable[[], Call | None], outcome: Outcome, pace: float
) -> None:
    while (call := following()) is not None:
        began = time.perf_counter()
        status, size = await _send(http, call)
        ended = time.perf_counter()
        outcome.times.append(ended - began)
        outcome.statuses[status] += 1
        outcome.size = size or outcome.size
        if status in (200, 302) and call.key:
            outcome.accepted.append(call.key)
        await asyncio.sleep(max(0.0, pace - (ended - began)))


async def _send(http: aiohttp.ClientSession, call: Call) -> tuple[int, int]:
    """The status and the size of the answer; 0 when the connection broke."""
    headers = {"Cookie": call.cookie, "Origin": str(http._base_url).rstrip("/")}
    method = "GET" if call.form is None else "POST"
    try:
        async with http.request(
            method, call.path, headers=headers, data=pairs(call), allow_redirects=False
        ) as answer:
            return answer.status, len(await answer.read())
    except (aiohttp.ClientError, TimeoutError):
        await asyncio.sleep(0.05)
        return 0, 0


def pairs(call: Call) -> list[tuple[str, str]] | None:
    """The fields of a call's form, one pair for each value; nothing for a call without a form."""
    if call.form is None:
        return None
    return [
        (name, each)
        for name, value in call.form.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
