"""Lets anybody check a letter by its code, and nobody guess codes."""

from fundapp import clock
from fundapp.letters.verify import read_code
from fundapp.models.letters import Letter
from fundapp.queries import letters as queries
from fundapp.services import tries
from fundapp.services.tries import Count
from fundapp.transaction import transaction

IN_AN_HOUR = 60


@transaction()
def look_up(typed: str, address: str) -> Letter | None:
    """The letter of this code, when its reader may know of it; a wrong code counts against the address.

    Raises `TooManyTries` when an address has been wrong too often.
    """
    code = read_code(typed)
    if code is None:
        return None
    count = Count("check_letter", address, IN_AN_HOUR)
    tries.spend([count])
    letter = queries.by_code(code)
    if letter is None or letter.release is None or letter.release.visible_from > clock.now():
        return None
    tries.give_back(count)
    return letter
