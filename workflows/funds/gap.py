"""One thing a bid lacks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: the page it is on, the field there, and what to do in a sentence."""

    place: str
    field: str
    sentence: str
    brief: str = ""

    @property
    def beside(self) -> str:
        """The same where the page already names its place."""
        return self.brief or self.sentence
