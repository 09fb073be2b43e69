"""What a save is refused with when somebody saved other words since this person read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fundapp.models.people import Person


class StaleError(Exception):
    """Somebody saved other words since this person read them: nothing was kept, both are here.

    `theirs` is what is saved now, at `version`, since when and by whom where that is known; `yours` is
    what was about to be saved.
    """

    def __init__(
        self,
        yours: Mapping[str, Any],
        theirs: Mapping[str, Any],
        version: int,
        saved_at: datetime | None = None,
        saved_by: Person | None = None,
    ) -> None:
        super().__init__("Somebody else saved this while you were writing. Nothing of yours is lost.")
        self.yours = yours
        self.theirs = theirs
        self.version = version
        self.saved_at = saved_at
        self.saved_by = saved_by
