"""Sends saves and presses at the instants they are due, however long the answers take."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import aiohttp

from bench.measuring import Call, pairs
from fundapp.demo.answers import answer_to

# Shorter than the server's own, so that no connection is used that it is about to close.
KEPT_SECONDS = 3.0
PATIENCE = aiohttp.ClientTimeout(total=120)
RECEIVED, REFUSED, UNANSWERED = 302, 409, 0


@dataclass(slots=True)
class Press:
    """One press of Submit, in seconds of the wall clock; `left` is when its last byte was written."""

    call: Call
    due: float
    left: float = 0.0
    answered: float = 0.0
    status: int = UNANSWERED

    @property
    def seconds(self) -> float:
        """How long whoever pressed waited."""
        return self.answered - self.due

    @property
    def is_received(self) -> bool:
        """Whether it was answered with the way to its receipt."""
        return self.status == RECEIVED


@dataclass(slots=True)
class Pen:
    """One answer as the script of its page knows it: what was last said to be saved, and what was not."""

    call: Call
    reference: str
    question: str
    text: str
    version: int
    unanswered: str | None = None
    is_busy: bool = False


@dataclass(slots=True)
class Rush:
    """What was sent and how it was answered; `times` are those of the saves, in seconds."""

    presses: list[Press]
    pens: Sequence[Pen]
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def drive(base: str, rush: Rush, *, saves_per_second: float, until: float, dice: Random) -> None:
    """Press what is due when it is due, save so often a second until an instant, wait for all answers."""
    asyncio.run(_drive(base, rush, saves_per_second, until, dice))


async def _drive(base: str, rush: Rush, rate: float, until: float, dice: Random) -> None:
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS)
    async with (
        aiohttp.ClientSession(
            base,
            connector=connector,
            timeout=PATIENCE,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"Origin": base},
            trace_configs=[_stamping()],
        ) as http,
        asyncio.TaskGroup() as everybody,
    ):
        for press in rush.presses:
            everybody.create_task(_press(http, press))
        turns = itertools.cycle(rush.pens)
        due = time.time()
        while rate and (due := due + dice.expovariate(rate)) < until:
            await _until(due)
            pen = next(turns)
            if not pen.is_busy:
                everybody.create_task(_save(http, rush, pen, due))


async def _press(http: aiohttp.ClientSession, press: Press) -> None:
    await _until(press.due)
    try:
        async with http.post(
            press.call.path,
            data=pairs(press.call),
            headers={"Cookie": press.call.cookie},
            allow_redirects=False,
            trace_request_ctx=press,
        ) as answer:
            await answer.read()
            press.status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        press.status = UNANSWERED
    press.answered = time.time()


async def _save(http: aiohttp.ClientSession, rush: Rush, pen: Pen, due: float) -> None:
    """Save the answer grown by a few words, or once more what was not answered, as the page's script does."""
    pen.is_busy = True
    text = pen.unanswered = pen.unanswered or f"{pen.text} {answer_to('plan', pen.version)} ({pen.version})"
    form = dict(pen.call.form or {}) | {"answer": text, "version": str(pen.version)}
    headers = {"Cookie": pen.call.cookie, "Accept": "application/json"}
    status = UNANSWERED
    try:
        async with http.post(pen.call.path, data=form, headers=headers) as answer:
            told = await answer.json() if answer.status == 200 else None
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        told = None
    if told is not None:
        pen.text, pen.version, pen.unanswered = text, told["version"], None
    rush.times.append(time.time() - due)
    rush.statuses[status] += 1
    pen.is_busy = False


async def _until(due: float) -> None:
    await asyncio.sleep(max(0.0, due - time.time()))


def _stamping() -> aiohttp.TraceConfig:
    """Writes down when the last byte of a press was given to the kernel."""
    tracing = aiohttp.TraceConfig()

    async def sent(_http: Any, context: SimpleNamespace, _what: Any) -> None:
        if isinstance(context.trace_request_ctx, Press):
            context.trace_request_ctx.left = time.time()

    tracing.on_request_chunk_sent.append(sent)
    return tracing
