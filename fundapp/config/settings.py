"""The whole configuration of an installation, and the rules that join one setting to another."""

from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, SecretStr, field_validator, model_validator

from fundapp.config.groups import PeopleSettings, ServerSettings, WebSettings
from fundapp.config.values import host_names, key_bytes, versioned, whole_path, words
from fundapp.config.work import CompaniesHouseSettings, LetterheadSettings, WorkSettings

SHORTEST_SECRET = 32
KEY_BYTES = 32
# Made up for development and the demonstration; nobody may get a letter or a mail that says so.
INVENTED = {
    "mail_from": "FUNDAPP_MAIL_FROM",
    "letter_address": "FUNDAPP_LETTER_ADDRESS",
    "letter_email": "FUNDAPP_LETTER_EMAIL",
    "letter_signatory": "FUNDAPP_LETTER_SIGNATORY",
}
MADE_UP = "is missing: letters and e-mails must not carry the one that was made up"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Settings(
    ServerSettings, WebSettings, PeopleSettings, WorkSettings, CompaniesHouseSettings, LetterheadSettings
):
    """The whole configuration, made by `load_settings` and handed to whoever needs it.

    It never looks at the environment itself, so a demo or a test cannot pick up a real database by accident.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    @field_validator("trusted_hosts", "secret_key_fallbacks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return words(value)

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _versions(cls, value: Any) -> Any:
        return versioned(value)

    @field_validator("encryption_keys")
    @classmethod
    def _whole_keys(cls, value: dict[int, SecretStr]) -> dict[int, SecretStr]:
        for version, key in value.items():
            if len(key_bytes(key)) != KEY_BYTES:
                raise ValueError(f"version {version} must be 32 bytes in base64")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if len(text) < SHORTEST_SECRET or len(set(text)) < SHORTEST_SECRET // 4:
            raise ValueError("must be a random text of at least 32 characters")
        return value

    @field_validator("secret_key_fallbacks")
    @classmethod
    def _all_long_enough(cls, value: list[SecretStr]) -> list[SecretStr]:
        return [cls._long_enough(key) for key in value]

    @field_validator("trusted_hosts")
    @classmethod
    def _names_only(cls, value: list[str]) -> list[str]:
        return host_names(value)

    @field_validator("var")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return whole_path(value)

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.env == "production":
            mistakes = [line for wrong, line in self._production_rules() if wrong]
            if mistakes:
                raise ValueError("\n".join(mistakes))
        return self

    def _production_rules(self) -> tuple[tuple[bool, str], ...]:
        host = urlsplit(self.base_url).hostname or ""
        return (
            (self.database_url is None, "DATABASE_URL is missing: production has a database of its own"),
            (self.redis_url is None, "REDIS_URL is missing: production has a queue server of its own"),
            (not self.trusted_hosts, "FUNDAPP_TRUSTED_HOSTS is missing: name the hosts the app answers to"),
            ("*" in self.trusted_hosts, "FUNDAPP_TRUSTED_HOSTS must name hosts; * would trust every host"),
            (
                "base_url" not in self.model_fields_set,
                "FUNDAPP_BASE_URL is missing: letters and e-mails carry it",
            ),
            (
                not self.base_url.startswith("https://") and host not in LOCAL_HOSTS,
                "FUNDAPP_BASE_URL must begin with https:// in production",
            ),
            (
                not self.companies_house_url.startswith("https://"),
                "FUNDAPP_COMPANIES_HOUSE_URL must begin with https:// in production",
            ),
            (self.log_level == "debug", "FUNDAPP_LOG_LEVEL must not be debug in production"),
            *((self._is_invented(name), f"{variable} {MADE_UP}") for name, variable in INVENTED.items()),
        )

    def _is_invented(self, name: str) -> bool:
        return bool(getattr(self, name) == type(self).model_fields[name].default)

    @property
    def hosts(self) -> list[str]:
        """The host names to answer to; the local ones when none are set outside production."""
        return self.trusted_hosts or list(LOCAL_HOSTS)

    @property
    def migrator_url(self) -> str | None:
        """Where migrations connect."""
        return self.database_url_migrator or self.database_url

    @property
    def worker_url(self) -> str | None:
        """Where background workers connect."""
        return self.database_url_worker or self.database_url

    @property
    def files(self) -> str:
        """The address of the file store."""
        return self.files_url or (self.var / "files").as_uri()

    @property
    def anchors(self) -> Path:
        """The file outside the database that holds a line for each anchor of the record."""
        return Path(self.anchors_file).expanduser() if self.anchors_file else self.var / "anchors.log"

    @property
    def keys(self) -> dict[int, bytes]:
        """Encryption keys by version; the highest version encrypts."""
        return {version: key_bytes(key) for version, key in self.encryption_keys.items()}
