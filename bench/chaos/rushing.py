"""Web processes and the database are killed while people write and send in: nothing acknowledged is gone."""

import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from subprocess import Popen

from bench import ground
from bench.chaos import coherence
from bench.ground import Ground
from bench.rush import arrivals, finding, loads
from bench.rush.driving import RECEIVED, UNANSWERED, Press, Rush, drive
from fundapp.embedded import Servers

BETWEEN_SECONDS = 2.5
DOWN_SECONDS = 0.7
# Two web processes are killed, then the database, then two web processes again.
VICTIMS = ("web", "web", "database")
A_DAY = 86_400.0
SAVES, PRESSES = {200, UNANSWERED, 503}, {RECEIVED, UNANSWERED, 503}

Say = Callable[[str], None]


def run(servers: Servers, *, kills: int, seed: int, say: Say) -> tuple[dict[str, float], list[str]]:
    """Kill so often in the last part of an hour, press once more what was not answered, and compare."""
    say(f"The rush: {kills} kills of web processes and the database while people write and send in")
    seconds = (kills + 1) * BETWEEN_SECONDS
    coming = arrivals.last_hour(loads.IN_THE_HOUR, seconds, Random(seed))
    with ground.ground(servers, "rushing") as place:
        calls = loads.drafted(place, len(coming) + loads.PENS, seed)
        with ground.web(place) as web:
            given = iter(calls(place.settings.bind))
            pens = loads.pens_for(place, list(itertools.islice(given, loads.PENS)))
            ends = time.time() + loads.START_SECONDS + seconds
            loads.close_at(place, ends + A_DAY)
            rush = Rush([Press(next(given), ends - each.left) for each in coming], pens)
            killed = _drive_and_kill(place, web, rush, ends, kills, Random(seed))
            faults = [*finding.lost_saves(place, pens), *_strange(rush)]
            again = _press_again(place, rush)
        faults += finding.wrong_presses(place, [*rush.presses, *again], ends + A_DAY)
        faults += [
            f"{each.call.key}: pressed once more, answered {each.status}"
            for each in again
            if not each.is_received
        ]
        faults += coherence.faults(place)
    return _figures(rush, again, killed), faults


def _drive_and_kill(
    place: Ground, web: "Popen[bytes]", rush: Rush, ends: float, kills: int, dice: Random
) -> Counter[str]:
    with ThreadPoolExecutor(1) as killer:
        killed = killer.submit(_kill, place, web, kills, Random(dice.random()))
        drive(f"http://{place.settings.bind}", rush, saves_per_second=loads.SAVES, until=ends, dice=dice)
        return killed.result()


def _kill(place: Ground, web: "Popen[bytes]", kills: int, dice: Random) -> Counter[str]:
    """Kill one after the other at even distances; say how many of each."""
    killed: Counter[str] = Counter()
    time.sleep(loads.START_SECONDS)
    for victim in itertools.islice(itertools.cycle(VICTIMS), kills):
        time.sleep(BETWEEN_SECONDS - (DOWN_SECONDS if victim == "database" else 0.0))
        if victim == "web":
            os.kill(dice.choice(ground.children(web.pid)), signal.SIGKILL)
        else:
            place.servers.postgres.stop(immediately=True)
            time.sleep(DOWN_SECONDS)
            place.servers.postgres.start()
        killed[victim] += 1
    return killed


def _strange(rush: Rush) -> list[str]:
    saves = {status: count for status, count in rush.statuses.items() if status not in SAVES}
    presses = Counter(press.status for press in rush.presses if press.status not in PRESSES)
    found = [f"saves were answered {saves}"] if saves else []
    return [*found, *([f"presses were answered {dict(presses)}"] if presses else [])]


def _press_again(place: Ground, rush: Rush) -> list[Press]:
    """The presses that were not answered with a receipt, with the same keys, by people who try again."""
    again = [Press(press.call, time.time()) for press in rush.presses if not press.is_received]
    drive(f"http://{place.settings.bind}", Rush(again, ()), saves_per_second=0, until=0, dice=Random(0))
    return again


def _figures(rush: Rush, again: list[Press], killed: Counter[str]) -> dict[str, float]:
    return {
        "rush_kills_of_web_processes": killed["web"],
        "rush_kills_of_the_database": killed["database"],
        "rush_saves_acknowledged": rush.statuses[200],
        "rush_saves_not_answered": rush.statuses[UNANSWERED],
        "rush_saves_answered_503": rush.statuses[503],
        "rush_receipts": sum(press.is_received for press in rush.presses),
        "rush_presses_made_again": len(again),
    }
