"""What a save is refused with when other words were saved since this person read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundapp.models.people import Person


class StaleError(Exception):
    """Other words were saved since this person read them: nothing was kept, both are here.

    `theirs` is what is saved now, at `version`, since when and by whom where that is known, perhaps this
    person in another window; `yours` is what was about to be saved.
    """

    def __init__(
        self,
        yours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        version: int,
        saved_at: datetime | None,
        saved_by: Person | None,
    ) -> None:
        super().__init__("Other words were saved here while you were writing. Nothing of yours is lost.")
        self.yours = yours
        self.theirs = theirs
        self.version = version
        self.saved_at = saved_at
        self.saved_by = saved_by
