"""Where work that is bought in is done: only what is done in the region counts as R&D of the region."""

from collections.abc import Mapping

from workflows.rules.rd_spend import CITY_REGION

# Where an organisation works itself, whatever district that is.
OWN = "own"
ELSEWHERE: Mapping[str, str] = {"uk": "Elsewhere in the UK", "abroad": "Outside the UK"}
PLACES: Mapping[str, str] = {**CITY_REGION, **ELSEWHERE}
