"""When people press Submit before a round closes, in seconds before the closing instant."""

import math
from dataclasses import dataclass
from random import Random

HOUR = 3600.0
MINUTE = 60.0
# The rate is 1/(time left + this), so that it stays finite at the instant itself.
SOFT = 1.0
LAST, LAST_SHARE = 12.0, 0.5
LATE, LATE_SHARE = 6.0, 0.1
DOUBLED_SHARE, DOUBLED_AFTER = 0.05, 0.2


@dataclass(frozen=True, slots=True)
class Arrival:
    """One press: who, by number, how many seconds before the close, below nought after it."""

    who: int
    left: float


def last_hour(count: int, seconds: float, dice: Random) -> list[Arrival]:
    """The presses of the last `seconds` of an hour in which `count` come at a rate of 1/(time left).

    The quiet beginning of the hour is left out, and the rest comes at its true rates: nothing is
    stretched or pressed together.
    """
    lefts = ((HOUR + SOFT) ** (1 - (number + dice.random()) / count) - SOFT for number in range(count))
    return [Arrival(who, left) for who, left in enumerate(left for left in lefts if left <= seconds)]


def peak_rate(count: int) -> float:
    """Presses a second at the closing instant of such an hour."""
    return count / math.log((HOUR + SOFT) / SOFT) / SOFT


def last_minute(count: int, dice: Random) -> list[Arrival]:
    """The deadline minute: `count` presses in time, half of them in the last twelve seconds.

    A tenth as many come in the six seconds after it, and one in twenty presses is a double click.
    """
    late = round(count * LATE_SHARE)
    last = round(count * LAST_SHARE)
    lefts = [dice.uniform(LAST, MINUTE) for _ in range(count - last)]
    lefts += [dice.uniform(0.0, LAST) for _ in range(last)]
    lefts += [-dice.uniform(0.0, LATE) for _ in range(late)]
    once = [Arrival(who, left) for who, left in enumerate(lefts)]
    doubled = dice.sample(once[:count], round(count * DOUBLED_SHARE))
    return once + [Arrival(each.who, each.left - DOUBLED_AFTER) for each in doubled]
