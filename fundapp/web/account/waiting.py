"""Says how long to wait after too many tries, rounded up so that waiting that long is enough."""

from fundapp import clock
from fundapp.services.tries import TooManyTries


def wait_in_words(wait: TooManyTries) -> str:
    """A sentence with the minutes or seconds left."""
    seconds = int((wait.until - clock.now()).total_seconds()) + 1
    if seconds < 60:
        return f"There were too many tries. Wait {max(seconds, 1)} seconds and try again"
    minutes = -(-seconds // 60)
    return f"There were too many tries. Wait {minutes} minute{'' if minutes == 1 else 's'} and try again"
