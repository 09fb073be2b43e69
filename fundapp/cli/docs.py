"""`fundapp docs`: write the pages of documentation that are made from the code itself."""

from pathlib import Path

import click
from pydantic_core import PydanticUndefined

from fundapp.config import PROJECT, Settings
from workflows import diagrams

SETTINGS_PAGE = PROJECT / "docs" / "settings.md"
LIFECYCLE_PAGES = PROJECT / "docs" / "lifecycle"
OPENING = """# Settings

Everything is set by environment variables, read once at the start and checked before anything else. A mistake
is one line that names the variable; `fundapp doctor` points out misspelt ones. This page is written from the
code by `fundapp docs settings`.
"""


def settings_page() -> str:
    """The page that explains every setting, in the order of the code."""
    parts = [OPENING]
    for group in Settings.__bases__:
        title = str(group.__doc__).rstrip(".")
        parts.append(f"\n## {title}\n\n| Variable | Default | Meaning |\n| --- | --- | --- |\n")
        parts += [_row(name) for name in getattr(group, "model_fields", {})]
    return "".join(parts)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    return f"| `{field.validation_alias}` | {_default(name)} | {_cell(str(field.description))} |\n"


def _default(name: str) -> str:
    value = Settings.model_fields[name].default
    if value is PydanticUndefined or value is ...:
        return "needed in production"
    if value is None or value in ("", []):
        return ""
    return f"`{value.relative_to(PROJECT)}`" if isinstance(value, Path) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


@click.group()
def docs() -> None:
    """Write the documentation that is made from the code."""


@docs.command()
def settings() -> None:
    """Write docs/settings.md."""
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    click.echo(f"wrote {SETTINGS_PAGE}")


@docs.command()
def lifecycle() -> None:
    """Write docs/lifecycle/: each machine as diagrams and tables, and no page of a machine that is gone."""
    LIFECYCLE_PAGES.mkdir(exist_ok=True)
    for old in LIFECYCLE_PAGES.glob("*.md"):
        old.unlink()
    for name, text in diagrams.pages().items():
        (LIFECYCLE_PAGES / name).write_text(text, encoding="utf-8")
    click.echo(f"wrote {LIFECYCLE_PAGES}")


COMMANDS = (docs,)
