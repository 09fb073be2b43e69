"""The settings themselves: one field for each environment variable, with its meaning and its limits."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from fundapp.config.values import BindAddress, MailAddress, PostgresUrl, RedisUrl, WebAddress

PROJECT = Path(__file__).resolve().parents[2]


def _setting(variable: str, default: Any, description: str, **limits: Any) -> Any:
    return Field(default=default, validation_alias=variable, description=description, **limits)


class ServerSettings(BaseModel):
    """Servers and secrets."""

    env: Literal["production", "development", "test"] = _setting(
        "FUNDAPP_ENV",
        "development",
        "`production`, `development` or `test`. Production refuses to start without its own secrets, host "
        "names and an https address; elsewhere the app answers to local names only.",
    )
    # Servers
    database_url: PostgresUrl | None = _setting(
        "DATABASE_URL",
        None,
        "The PostgreSQL database the web pages use (15 or newer), with the application's own login role. "
        "Without it the app starts a private PostgreSQL under `FUNDAPP_VAR`.",
        repr=False,
    )
    database_url_migrator: PostgresUrl | None = _setting(
        "DATABASE_URL_MIGRATOR",
        None,
        "The same database with the role that owns the tables, for migrations only. Default: `DATABASE_URL`.",
        repr=False,
    )
    database_url_worker: PostgresUrl | None = _setting(
        "DATABASE_URL_WORKER",
        None,
        "The same database with the role of the background workers. Default: `DATABASE_URL`.",
        repr=False,
    )
    redis_url: RedisUrl | None = _setting(
        "REDIS_URL",
        None,
        "The Redis or Valkey server of the job queue; its policy must be `noeviction`. Without it the app "
        "starts a private Valkey under `FUNDAPP_VAR`.",
        repr=False,
    )
    demo_database_url: PostgresUrl | None = _setting(
        "FUNDAPP_DEMO_DATABASE_URL",
        None,
        "A PostgreSQL where the demo, the tests and the benches may make a database of their own and drop "
        "it. They never use `DATABASE_URL`. Without it they use a private server.",
        repr=False,
    )
    demo_redis_url: RedisUrl | None = _setting(
        "FUNDAPP_DEMO_REDIS_URL",
        None,
        "A queue server for the demo. It is never flushed. Without it the demo uses a private server.",
        repr=False,
    )
    database_pool_size: int = _setting(
        "FUNDAPP_DATABASE_POOL_SIZE", 8, "Database connections each web process keeps open.", ge=1, le=200
    )
    statement_timeout_seconds: int = _setting(
        "FUNDAPP_STATEMENT_TIMEOUT_SECONDS",
        30,
        "The longest a single database statement may run.",
        ge=1,
        le=3600,
    )
    lock_timeout_seconds: int = _setting(
        "FUNDAPP_LOCK_TIMEOUT_SECONDS",
        5,
        "The longest a statement waits for another one's lock.",
        ge=1,
        le=600,
    )
    idle_transaction_seconds: int = _setting(
        "FUNDAPP_IDLE_TRANSACTION_SECONDS",
        60,
        "The database ends a transaction that does nothing for this long.",
        ge=1,
        le=3600,
    )
    # Secrets
    secret_key: SecretStr = _setting(
        "FUNDAPP_SECRET_KEY",
        ...,
        "Signs form tokens and links; at least 32 characters. Make one with "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`. Outside production one is made and "
        "kept in `FUNDAPP_VAR`.",
    )
    secret_key_fallbacks: list[SecretStr] = _setting(
        "FUNDAPP_SECRET_KEY_FALLBACKS",
        [],
        "Earlier secret keys, separated by commas, still accepted while a new one takes over.",
    )
    encryption_keys: dict[int, SecretStr] = _setting(
        "FUNDAPP_ENCRYPTION_KEYS",
        ...,
        "Versioned keys that encrypt sign-in seeds and bank details: `1:KEY` or `1:OLD,2:NEW`, each key 32 "
        "bytes in base64. The highest version encrypts, all of them decrypt. Make one with "
        "`python3 -c 'import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'`. Outside "
        "production one is made and kept in `FUNDAPP_VAR`.",
    )


class WebSettings(BaseModel):
    """Web pages."""

    base_url: WebAddress = _setting(
        "FUNDAPP_BASE_URL",
        "http://localhost:8000",
        "The address people use, as it stands in letters and e-mails. Production wants https.",
    )
    trusted_hosts: list[str] = _setting(
        "FUNDAPP_TRUSTED_HOSTS",
        [],
        "Host names the app answers to, separated by commas; a leading dot allows subdomains. Needed in "
        "production; elsewhere the local names are used.",
    )
    proxy_hops: int = _setting(
        "FUNDAPP_PROXY_HOPS",
        0,
        "How many proxies in front of the app set `X-Forwarded-*`. With 0 those headers are ignored.",
        ge=0,
        le=10,
    )
    bind: BindAddress = _setting(
        "FUNDAPP_BIND", "127.0.0.1:8000", "Where `fundapp serve` listens, as address:port."
    )
    web_workers: int = _setting("FUNDAPP_WEB_WORKERS", 2, "Web processes of `fundapp serve`.", ge=1, le=64)
    web_threads: int = _setting("FUNDAPP_WEB_THREADS", 4, "Threads in each web process.", ge=1, le=64)
    max_request_bytes: int = _setting(
        "FUNDAPP_MAX_REQUEST_BYTES", 20_000_000, "The largest request taken, files included.", ge=100_000
    )
    max_form_bytes: int = _setting(
        "FUNDAPP_MAX_FORM_BYTES", 1_000_000, "The largest form without its files.", ge=10_000
    )


class PeopleSettings(BaseModel):
    """Sessions and signing in."""

    session_idle_minutes_staff: int = _setting(
        "FUNDAPP_SESSION_IDLE_MINUTES_STAFF",
        30,
        "A staff session ends after this long unused.",
        ge=1,
        le=1440,
    )
    session_idle_minutes_applicant: int = _setting(
        "FUNDAPP_SESSION_IDLE_MINUTES_APPLICANT",
        120,
        "An applicant's session ends after this long unused; the draft is kept.",
        ge=1,
        le=1440,
    )
    session_hours: int = _setting(
        "FUNDAPP_SESSION_HOURS", 12, "Every session ends after this long, used or not.", ge=1, le=168
    )
    sign_in_tries_per_account: int = _setting(
        "FUNDAPP_SIGN_IN_TRIES_PER_ACCOUNT", 20, "Passwords tried for one account in an hour.", ge=3, le=1000
    )
    sign_in_tries_per_address: int = _setting(
        "FUNDAPP_SIGN_IN_TRIES_PER_ADDRESS",
        100,
        "Passwords tried from one network address in an hour.",
        ge=3,
        le=100_000,
    )
    registrations_per_address: int = _setting(
        "FUNDAPP_REGISTRATIONS_PER_ADDRESS",
        20,
        "Accounts made from one network address in an hour.",
        ge=1,
        le=100_000,
    )
    link_minutes: int = _setting(
        "FUNDAPP_LINK_MINUTES", 30, "How long a one-time link (reset, confirm) works.", ge=5, le=1440
    )
    invitation_hours: int = _setting(
        "FUNDAPP_INVITATION_HOURS", 72, "How long an invitation of a member of staff works.", ge=1, le=720
    )
    password_hashes_at_once: int = _setting(
        "FUNDAPP_PASSWORD_HASHES_AT_ONCE",
        2,
        "Passwords checked at the same time in one process; each takes 64 MB.",
        ge=1,
        le=64,
    )


class WorkSettings(BaseModel):
    """Files, letters, mail and work in the background."""

    var: Path = _setting(
        "FUNDAPP_VAR", PROJECT / "var", "The folder for everything the app makes on this machine."
    )
    files_url: str = _setting(
        "FUNDAPP_FILES_URL",
        "",
        "Where letters and uploads are kept: `file:///folder`, `s3://bucket/prefix`, or another obstore "
        "address; keys of the store come from its usual variables such as `AWS_ACCESS_KEY_ID`. Default: "
        "`files` in `FUNDAPP_VAR`.",
    )
    upload_max_bytes: int = _setting(
        "FUNDAPP_UPLOAD_MAX_BYTES", 10_000_000, "The largest single file taken from a person.", ge=10_000
    )
    import_max_rows: int = _setting(
        "FUNDAPP_IMPORT_MAX_ROWS", 20_000, "The most rows one imported file may have.", ge=1, le=1_000_000
    )
    letter_cpu_seconds: int = _setting(
        "FUNDAPP_LETTER_CPU_SECONDS", 20, "Processor time one letter may take.", ge=2, le=600
    )
    letter_memory_mb: int = _setting(
        "FUNDAPP_LETTER_MEMORY_MB", 1536, "Memory one letter may take.", ge=256, le=16_384
    )
    letter_max_pages: int = _setting(
        "FUNDAPP_LETTER_MAX_PAGES", 40, "Pages one letter may have.", ge=1, le=500
    )
    smtp_host: str | None = _setting(
        "FUNDAPP_SMTP_HOST", None, "The mail server. Without it messages stay in the local mailbox page."
    )
    smtp_port: int = _setting("FUNDAPP_SMTP_PORT", 587, "The mail server's port.", ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = _setting(
        "FUNDAPP_SMTP_SECURITY",
        "starttls",
        "How the line to the mail server is protected: starttls, tls or none.",
    )
    smtp_user: str | None = _setting(
        "FUNDAPP_SMTP_USER", None, "The name to sign in to the mail server with."
    )
    smtp_password: SecretStr | None = _setting(
        "FUNDAPP_SMTP_PASSWORD", None, "The password to sign in to the mail server with."
    )
    smtp_timeout_seconds: int = _setting(
        "FUNDAPP_SMTP_TIMEOUT_SECONDS", 20, "How long to wait for the mail server.", ge=1, le=300
    )
    mail_from: MailAddress = _setting(
        "FUNDAPP_MAIL_FROM", "funds@localhost", "The address e-mails come from."
    )
    outbox_lease_seconds: int = _setting(
        "FUNDAPP_OUTBOX_LEASE_SECONDS",
        120,
        "After this long a piece of work that nobody finished is handed out again.",
        ge=1,
        le=3600,
    )
    outbox_attempts: int = _setting(
        "FUNDAPP_OUTBOX_ATTEMPTS",
        5,
        "Tries before a piece of work is parked for a person to look at.",
        ge=1,
        le=50,
    )
    relay_sweep_seconds: float = _setting(
        "FUNDAPP_RELAY_SWEEP_SECONDS",
        2.0,
        "How often the relay looks for work it was not told of.",
        gt=0,
        le=60,
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "FUNDAPP_LOG_LEVEL", "info", "How much is logged: debug, info, warning or error."
    )


class LetterheadSettings(BaseModel):
    """Who writes the letters."""

    letter_authority: str = _setting(
        "FUNDAPP_LETTER_AUTHORITY",
        "Liverpool City Region",
        "The name at the head of every letter.",
        min_length=1,
    )
    letter_department: str = _setting(
        "FUNDAPP_LETTER_DEPARTMENT", "Innovation funds", "The line under the name at the head of a letter."
    )
    letter_address: str = _setting(
        "FUNDAPP_LETTER_ADDRESS",
        "1 Example Quay, Liverpool L0 0AA",
        "The postal address at the head of a letter.",
    )
    letter_email: str = _setting(
        "FUNDAPP_LETTER_EMAIL", "funds@funds.example", "The address letters ask people to write to."
    )
    letter_signatory: str = _setting(
        "FUNDAPP_LETTER_SIGNATORY", "Theodora Minns", "Who signs letters; an assumption until it is set."
    )
    letter_signatory_post: str = _setting(
        "FUNDAPP_LETTER_SIGNATORY_POST", "Director of Innovation", "The post of whoever signs letters."
    )
    letter_on_behalf_of: str = _setting(
        "FUNDAPP_LETTER_ON_BEHALF_OF", "For the Combined Authority", "For whom letters are signed."
    )
