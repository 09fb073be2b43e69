"""How hard the rulebook's properties are tried: enough to find faults, quick enough to run every time."""

from hypothesis import settings

settings.register_profile("rulebook", deadline=None, max_examples=50)
settings.load_profile("rulebook")
