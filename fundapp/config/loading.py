"""Reads the environment once and says in plain words what is wrong with it."""

import base64
import contextlib
import difflib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails

from fundapp.config.settings import KEY_BYTES, Settings
from fundapp.config.values import whole_path

SECRETS_FILE = "secrets.json"
PLAIN = {
    "int_parsing": "must be a whole number",
    "float_parsing": "must be a number",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


class SettingsError(ValueError):
    """The settings cannot be used; `lines` holds one sentence for each mistake."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def variables() -> dict[str, str]:
    """The name of each environment variable and the field it fills."""
    return {str(field.validation_alias): name for name, field in Settings.model_fields.items()}


def load_settings(environ: Mapping[str, str] | None = None, **fixed: Any) -> Settings:
    """The settings of this process, or `SettingsError` with one line for each mistake.

    `fixed` are fields set by the caller (`var=...`, `env="test"`); they win over the environment.
    """
    source = os.environ if environ is None else environ
    named = variables()
    given = {named[key]: value for key, value in source.items() if key in named and value.strip()}
    found: dict[str, Any] = given | fixed
    if found.get("env", "development") in {"development", "test"}:
        found = _local_secrets(_folder(found), found) | found
    try:
        return Settings(**found)
    except ValidationError as problem:
        raise SettingsError([line for detail in problem.errors() for line in _in_words(detail)]) from None


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process of the project exactly these settings."""
    fields = [(str(field.validation_alias), name) for name, field in Settings.model_fields.items()]
    return {variable: _as_text(getattr(settings, name)) for variable, name in fields}


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case dict():
            return ",".join(f"{version}:{_as_text(key)}" for version, key in value.items())
        case list():
            return ",".join(map(_as_text, value))
        case _:
            return str(value)


def misspelt(environ: Mapping[str, str] | None = None) -> list[str]:
    """A line for each FUNDAPP_ variable that is not a setting, with the name it probably meant."""
    known = list(variables())
    source = os.environ if environ is None else environ
    return [_meant(key, known) for key in sorted(source) if key.startswith("FUNDAPP_") and key not in known]


def _meant(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, 1)
    return f"{key} is not a setting" + (f"; did you mean {close[0]}?" if close else "")


def _in_words(detail: ErrorDetails) -> Iterator[str]:
    """One mistake of the validator as sentences that name the variable, never its (maybe secret) value."""
    if not detail["loc"]:
        yield from str(detail["ctx"]["error"]).splitlines()
        return
    place = str(detail["loc"][0])
    variable = str(Settings.model_fields[place].validation_alias) if place in Settings.model_fields else place
    if detail["type"] == "missing":
        yield f"{variable} is missing (docs/settings.md says how to make one)"
    elif detail["type"] == "value_error":
        yield f"{variable} {detail['ctx']['error']}"
    elif detail["type"] in PLAIN:
        yield f"{variable} {PLAIN[detail['type']].format(**detail.get('ctx', {}))}"
    else:
        yield f"{variable}: {detail['msg']}"


def _folder(found: Mapping[str, Any]) -> Path:
    try:
        return whole_path(Path(found.get("var") or Settings.model_fields["var"].default))
    except ValueError as mistake:
        raise SettingsError([f"FUNDAPP_VAR {mistake}"]) from None


def _local_secrets(folder: Path, found: Mapping[str, Any]) -> dict[str, str]:
    """Secrets of this machine for development and tests: made once, readable by their owner only."""
    if {"secret_key", "encryption_keys"} <= found.keys():
        return {}
    kept = folder / SECRETS_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            _write_once(kept)
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    except (OSError, ValueError) as problem:
        raise SettingsError([f"FUNDAPP_VAR: {kept} cannot be read or written ({problem})"]) from None


def _write_once(kept: Path) -> None:
    """Write the file whole under its name, or leave the one another process has just made."""
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    made = {
        "secret_key": secrets.token_urlsafe(48),
        "encryption_keys": "1:" + base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
    }
    if kept.exists():
        return
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file)
    try:
        os.link(draft, kept)
    finally:
        draft.unlink()
