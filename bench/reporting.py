"""Shows figures beside what is promised, and writes them as one flat JSON object."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fundapp.config import PROJECT

Value = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure that is held to a limit: at least, or at most."""

    figure: str
    limit: float
    at_least: bool = False

    def kept(self, figures: Mapping[str, Value]) -> bool:
        """Whether the figure is on the right side."""
        value = float(figures[self.figure])
        return value >= self.limit if self.at_least else value <= self.limit

    @property
    def words(self) -> str:
        """What is promised, in short."""
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


def machine() -> dict[str, Value]:
    """Where this is measured, and how busy it is with other things."""
    return {
        "processors": os.cpu_count() or 0,
        "python": platform.python_version(),
        "load_at_start": round(os.getloadavg()[0], 2),
    }


def table(figures: Mapping[str, Value], promises: tuple[Promise, ...] = ()) -> str:
    """One line a figure, with its promise and whether it is kept."""
    held = {promise.figure: promise for promise in promises}
    width = max(len(name) for name in figures)
    return "\n".join(_line(name, value, held.get(name), figures, width) for name, value in figures.items())


def _line(name: str, value: Value, promise: Promise | None, figures: Mapping[str, Value], width: int) -> str:
    shown = f"{value:,.3f}" if isinstance(value, float) else str(value)
    if promise is None:
        return f"{name:<{width}}  {shown:>16}"
    said = "kept" if promise.kept(figures) else "NOT KEPT"
    return f"{name:<{width}}  {shown:>16}  {promise.words:<10} {said}"


def write(name: str, figures: Mapping[str, Value]) -> Path:
    """Write the figures under the project's `var`, rounded as they are read."""
    path = PROJECT / "var" / name
    path.parent.mkdir(exist_ok=True)
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}
    path.write_text(json.dumps(rounded, indent=2) + "\n", encoding="utf-8")
    return path
