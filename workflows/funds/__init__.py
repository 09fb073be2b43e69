"""Ready-made funds as data, each one file; a fund of your own is one file more, and no code."""

from importlib.resources import files

from workflows.funds.definition import FundDefinition
from workflows.funds.schema import load


def ready_made_slugs() -> tuple[str, ...]:
    """The funds that come with the rulebook."""
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def ready_made(slug: str) -> FundDefinition:
    """A fund that comes with the rulebook; `LookupError` names those there are."""
    if slug not in ready_made_slugs():
        raise LookupError(f"there is no ready-made fund {slug!r}; there are: {', '.join(ready_made_slugs())}")
    return load((files(__name__) / f"{slug}.toml").read_bytes())
