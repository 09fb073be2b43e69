"""Settings are checked before anything starts; every mistake is one plain line naming its variable."""

import base64
from pathlib import Path

import pytest

from fundapp.config import Settings, SettingsError, as_environment, load_settings, misspelt

SECRET = "k4Vw0q7Zs2mXh9Rt6LbYc1NdPf8GjUe3"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
PRODUCTION = {
    "FUNDAPP_ENV": "production",
    "DATABASE_URL": "postgresql://fundapp_app@db.internal/fundapp",
    "REDIS_URL": "redis://queue.internal:6379/0",
    "FUNDAPP_SECRET_KEY": SECRET,
    "FUNDAPP_ENCRYPTION_KEYS": f"1:{KEY}",
    "FUNDAPP_BASE_URL": "https://funds.example.gov.uk/",
    "FUNDAPP_TRUSTED_HOSTS": "funds.example.gov.uk, .funds.internal",
    "FUNDAPP_MAIL_FROM": "funds@example.gov.uk",
    "FUNDAPP_LETTER_ADDRESS": "1 Mann Island, Liverpool L3 1BP",
    "FUNDAPP_LETTER_EMAIL": "funds@example.gov.uk",
    "FUNDAPP_LETTER_SIGNATORY": "A. Director",
}
STORE = "must look like file:///folder or s3://bucket/prefix (s3, gs, az, abfs, abfss, http, https)"
MADE_UP = "is missing: letters and e-mails must not carry the one that was made up"


def mistakes(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_settings(environ)
    return raised.value.lines


def test_production_settings_are_read() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.env == "production"
    assert settings.database_url == "postgresql://fundapp_app@db.internal/fundapp"
    assert settings.migrator_url == settings.worker_url == settings.database_url
    assert settings.base_url == "https://funds.example.gov.uk"
    assert settings.hosts == ["funds.example.gov.uk", ".funds.internal"]
    assert settings.keys == {1: bytes(range(32))}
    assert settings.files == (settings.var / "files").as_uri()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"FUNDAPP_SECRET_KEY": ""}, "FUNDAPP_SECRET_KEY is missing (docs/settings.md says how to make one)"),
        (
            {"FUNDAPP_SECRET_KEY": "changeme"},
            "FUNDAPP_SECRET_KEY must be a random text of at least 32 characters",
        ),
        (
            {"FUNDAPP_SECRET_KEY": "a" * 40},
            "FUNDAPP_SECRET_KEY must be a random text of at least 32 characters",
        ),
        (
            {"FUNDAPP_ENCRYPTION_KEYS": ""},
            "FUNDAPP_ENCRYPTION_KEYS is missing (docs/settings.md says how to make one)",
        ),
        ({"FUNDAPP_ENCRYPTION_KEYS": KEY}, "FUNDAPP_ENCRYPTION_KEYS must look like 1:KEY or 1:OLD,2:NEW"),
        (
            {"FUNDAPP_ENCRYPTION_KEYS": f"1:{KEY},2:c2hvcnQ="},
            "FUNDAPP_ENCRYPTION_KEYS version 2 must be 32 bytes in base64",
        ),
        (
            {"FUNDAPP_TRUSTED_HOSTS": ""},
            "FUNDAPP_TRUSTED_HOSTS is missing: name the hosts the app answers to",
        ),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing: production has a database of its own"),
        ({"REDIS_URL": " "}, "REDIS_URL is missing: production has a queue server of its own"),
        ({"FUNDAPP_BASE_URL": ""}, "FUNDAPP_BASE_URL is missing: letters and e-mails carry it"),
        (
            {"FUNDAPP_TRUSTED_HOSTS": "*"},
            "FUNDAPP_TRUSTED_HOSTS must name hosts; * would trust every host",
        ),
        (
            {"FUNDAPP_BASE_URL": "http://funds.example.gov.uk"},
            "FUNDAPP_BASE_URL must begin with https:// in production",
        ),
        (
            {"FUNDAPP_BASE_URL": "funds"},
            "FUNDAPP_BASE_URL must be a full web address such as https://funds.example.gov.uk",
        ),
        ({"FUNDAPP_LOG_LEVEL": "debug"}, "FUNDAPP_LOG_LEVEL must not be debug in production"),
        ({"FUNDAPP_MAIL_FROM": ""}, f"FUNDAPP_MAIL_FROM {MADE_UP}"),
        ({"FUNDAPP_MAIL_FROM": "funds@localhost"}, f"FUNDAPP_MAIL_FROM {MADE_UP}"),
        ({"FUNDAPP_LETTER_ADDRESS": ""}, f"FUNDAPP_LETTER_ADDRESS {MADE_UP}"),
        ({"FUNDAPP_LETTER_EMAIL": ""}, f"FUNDAPP_LETTER_EMAIL {MADE_UP}"),
        ({"FUNDAPP_LETTER_SIGNATORY": "Theodora Minns"}, f"FUNDAPP_LETTER_SIGNATORY {MADE_UP}"),
        *(
            ({"FUNDAPP_FILES_URL": address}, f"FUNDAPP_FILES_URL {STORE}")
            for address in ("ftp://x", "/var/files", "file://files", "memory:///", "s3:///prefix")
        ),
        ({"FUNDAPP_ENV": "prod"}, "FUNDAPP_ENV must be 'production', 'development' or 'test'"),
        ({"FUNDAPP_PROXY_HOPS": "one"}, "FUNDAPP_PROXY_HOPS must be a whole number"),
        ({"FUNDAPP_SMTP_PORT": "70000"}, "FUNDAPP_SMTP_PORT must be at most 65535"),
        ({"FUNDAPP_OUTBOX_ATTEMPTS": "0"}, "FUNDAPP_OUTBOX_ATTEMPTS must be at least 1"),
        ({"FUNDAPP_RELAY_SWEEP_SECONDS": "often"}, "FUNDAPP_RELAY_SWEEP_SECONDS must be a number"),
        (
            {"FUNDAPP_MAIL_FROM": "Funds <funds@example>"},
            "FUNDAPP_MAIL_FROM must be a plain e-mail address such as funds@example.gov.uk",
        ),
        (
            {"DATABASE_URL": "sqlite:///fund.db"},
            "DATABASE_URL must begin with postgresql:// (PostgreSQL is the only database)",
        ),
        (
            {"DATABASE_URL_WORKER": "postgresql://db.internal"},
            "DATABASE_URL_WORKER must end with the name of a database, as in postgresql://user@host/fundapp",
        ),
        ({"FUNDAPP_BIND": "everywhere"}, "FUNDAPP_BIND must look like 127.0.0.1:8000"),
        ({"REDIS_URL": "http://queue"}, "REDIS_URL must begin with redis://, rediss:// or unix://"),
        (
            {"FUNDAPP_ENCRYPTION_KEYS": f"1:{KEY},1:{KEY[::-1]}"},
            "FUNDAPP_ENCRYPTION_KEYS must give each version one key only",
        ),
        (
            {"FUNDAPP_SECRET_KEY_FALLBACKS": f"{SECRET},changeme"},
            "FUNDAPP_SECRET_KEY_FALLBACKS must be a random text of at least 32 characters",
        ),
        (
            {"FUNDAPP_TRUSTED_HOSTS": "https://funds.example.gov.uk/"},
            (
                "FUNDAPP_TRUSTED_HOSTS must hold host names only, such as funds.example.gov.uk,"
                " not https://funds.example.gov.uk/"
            ),
        ),
        (
            {"FUNDAPP_BASE_URL": "https://funds.example.gov.uk/?a=1"},
            "FUNDAPP_BASE_URL must be a full web address such as https://funds.example.gov.uk",
        ),
        ({"FUNDAPP_VAR": "~nobody-here/x"}, "FUNDAPP_VAR names no home folder that exists: ~nobody-here"),
        *(
            ({variable: address}, f"{variable} must be an address whose host and port can be read")
            for variable, address in (
                ("DATABASE_URL", "postgresql://app@db:secret/fundapp"),
                ("DATABASE_URL_WORKER", "postgresql://app@[::1/fundapp"),
                ("REDIS_URL", "redis://queue:secret/0"),
                ("REDIS_URL", "redis://queue:99999"),
                ("FUNDAPP_BASE_URL", "https://funds.example:99999"),
            )
        ),
    ],
)
def test_each_mistake_is_one_line_that_names_the_variable(change: dict[str, str], expected: str) -> None:
    assert mistakes(PRODUCTION | change) == [expected]


def test_everything_made_up_is_told_together_with_what_else_is_wrong() -> None:
    lines = mistakes(
        PRODUCTION | {"FUNDAPP_TRUSTED_HOSTS": "", "FUNDAPP_LETTER_SIGNATORY": "", "FUNDAPP_MAIL_FROM": ""}
    )
    assert [line.split()[0] for line in lines] == [
        "FUNDAPP_TRUSTED_HOSTS", "FUNDAPP_MAIL_FROM", "FUNDAPP_LETTER_SIGNATORY",
    ]  # fmt: skip


def test_all_mistakes_are_told_at_once_and_no_secret_is_repeated() -> None:
    lines = mistakes(PRODUCTION | {"FUNDAPP_SECRET_KEY": "hunter2", "REDIS_URL": "http://:hunter2@queue"})
    assert [line.split()[0] for line in lines] == ["REDIS_URL", "FUNDAPP_SECRET_KEY"]
    assert "hunter2" not in "".join(lines)


def test_settings_show_no_secret() -> None:
    settings = load_settings(PRODUCTION | {"DATABASE_URL": "postgresql://app:hunter2@db/fundapp"})
    assert "hunter2" not in repr(settings)
    assert SECRET not in repr(settings)
    assert KEY not in repr(settings)


def test_the_object_itself_never_reads_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://real@db/real")
    assert load_settings({}, var=tmp_path).database_url is None


def test_development_makes_its_own_secrets_once(tmp_path: Path) -> None:
    first = load_settings({}, var=tmp_path)
    again = load_settings({"FUNDAPP_VAR": str(tmp_path)})
    assert (first.env, first.secret_key, first.keys) == ("development", again.secret_key, again.keys)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert first.hosts == ["localhost", "127.0.0.1", "[::1]"]


def test_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings({"FUNDAPP_VAR": "~/funds"}).var == tmp_path / "funds"
    assert (tmp_path / "funds" / "secrets.json").exists()


def test_secrets_that_cannot_be_kept_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    lines = mistakes({"FUNDAPP_VAR": str(tmp_path / "file")})
    assert [line.partition(":")[0] for line in lines] == ["FUNDAPP_VAR"]


def test_settings_travel_to_another_process_whole() -> None:
    settings = load_settings(PRODUCTION | {"FUNDAPP_SECRET_KEY_FALLBACKS": SECRET[::-1]})
    assert load_settings(as_environment(settings)) == settings


def test_a_misspelt_variable_is_pointed_out() -> None:
    assert misspelt({"FUNDAPP_TRUSTED_HOST": "x", "FUNDAPP_VAR": "y", "HOME": "z"}) == [
        "FUNDAPP_TRUSTED_HOST is not a setting; did you mean FUNDAPP_TRUSTED_HOSTS?"
    ]


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if len(field.description or "") < 20] == []
