"""Settings of servers, pages and people: one field a variable, with its meaning and its limits."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from fundapp.config.values import BindAddress, PostgresUrl, RedisUrl, WebAddress

PROJECT = Path(__file__).resolve().parents[2]


def setting(variable: str, default: Any, description: str, **limits: Any) -> Any:
    """A field filled from this environment variable, with what it means for the people who run the app."""
    return Field(default=default, validation_alias=variable, description=description, **limits)


class ServerSettings(BaseModel):
    """Servers and secrets."""

    env: Literal["production", "development", "test"] = setting(
        "FUNDAPP_ENV",
        "development",
        "`production`, `development` or `test`. Production refuses to start without its own servers, "
        "secrets, host names, an https address, and a sender and a signatory of its own; elsewhere the app "
        "answers to local names only.",
    )
    # Servers
    database_url: PostgresUrl | None = setting(
        "DATABASE_URL",
        None,
        "The PostgreSQL database the web pages use (15 or newer), with the application's own login role. "
        "Needed in production; elsewhere a private PostgreSQL under `FUNDAPP_VAR` takes its place.",
        repr=False,
    )
    database_url_migrator: PostgresUrl | None = setting(
        "DATABASE_URL_MIGRATOR",
        None,
        "The same database with the role that owns the tables, for migrations only. Default: `DATABASE_URL`.",
        repr=False,
    )
    database_url_worker: PostgresUrl | None = setting(
        "DATABASE_URL_WORKER",
        None,
        "The same database with the role of the background workers. Default: `DATABASE_URL`.",
        repr=False,
    )
    redis_url: RedisUrl | None = setting(
        "REDIS_URL",
        None,
        "The Redis or Valkey server of the job queue; its policy must be `noeviction`. Needed in production; "
        "elsewhere a private Valkey under `FUNDAPP_VAR` takes its place.",
        repr=False,
    )
    demo_database_url: PostgresUrl | None = setting(
        "FUNDAPP_DEMO_DATABASE_URL",
        None,
        "A PostgreSQL where the demo, the tests and the benches may make a database of their own and drop "
        "it. They never use `DATABASE_URL`. Without it they use a private server.",
        repr=False,
    )
    demo_redis_url: RedisUrl | None = setting(
        "FUNDAPP_DEMO_REDIS_URL",
        None,
        "A queue server for the demo. It is never flushed. Without it the demo uses a private server.",
        repr=False,
    )
    database_pool_size: int = setting(
        "FUNDAPP_DATABASE_POOL_SIZE", 8, "Database connections each web process keeps open.", ge=1, le=200
    )
    statement_timeout_seconds: int = setting(
        "FUNDAPP_STATEMENT_TIMEOUT_SECONDS",
        30,
        "The longest a single database statement may run.",
        ge=1,
        le=3600,
    )
    lock_timeout_seconds: int = setting(
        "FUNDAPP_LOCK_TIMEOUT_SECONDS",
        5,
        "The longest a statement waits for another one's lock.",
        ge=1,
        le=600,
    )
    idle_transaction_seconds: int = setting(
        "FUNDAPP_IDLE_TRANSACTION_SECONDS",
        60,
        "The database ends a transaction that does nothing for this long.",
        ge=1,
        le=3600,
    )
    # Secrets
    secret_key: SecretStr = setting(
        "FUNDAPP_SECRET_KEY",
        ...,
        "Signs form tokens and links; at least 32 characters. Make one with "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`. Outside production one is made and "
        "kept in `FUNDAPP_VAR`.",
    )
    secret_key_fallbacks: list[SecretStr] = setting(
        "FUNDAPP_SECRET_KEY_FALLBACKS",
        [],
        "Earlier secret keys, separated by commas, still accepted while a new one takes over.",
    )
    encryption_keys: dict[int, SecretStr] = setting(
        "FUNDAPP_ENCRYPTION_KEYS",
        ...,
        "Versioned keys that encrypt sign-in seeds and bank details: `1:KEY` or `1:OLD,2:NEW`, each key 32 "
        "bytes in base64. The highest version encrypts, all of them decrypt. Make one with "
        "`python3 -c 'import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'`. Outside "
        "production one is made and kept in `FUNDAPP_VAR`.",
    )


class WebSettings(BaseModel):
    """Web pages."""

    base_url: WebAddress = setting(
        "FUNDAPP_BASE_URL",
        "http://localhost:8000",
        "The address people use, as it stands in letters and e-mails. Needed in production, with https.",
    )
    trusted_hosts: list[str] = setting(
        "FUNDAPP_TRUSTED_HOSTS",
        [],
        "Host names the app answers to, separated by commas; a leading dot allows subdomains. Needed in "
        "production; elsewhere the local names are used.",
    )
    proxy_hops: int = setting(
        "FUNDAPP_PROXY_HOPS",
        0,
        "How many proxies in front of the app set `X-Forwarded-*`. With 0 those headers are ignored.",
        ge=0,
        le=10,
    )
    bind: BindAddress = setting(
        "FUNDAPP_BIND", "127.0.0.1:8000", "Where `fundapp serve` listens, as address:port."
    )
    web_workers: int = setting("FUNDAPP_WEB_WORKERS", 2, "Web processes of `fundapp serve`.", ge=1, le=64)
    web_threads: int = setting("FUNDAPP_WEB_THREADS", 4, "Threads in each web process.", ge=1, le=64)
    max_request_bytes: int = setting(
        "FUNDAPP_MAX_REQUEST_BYTES",
        20_000_000,
        "The largest request taken, files included; three times as much where files are added to a bid.",
        ge=100_000,
    )
    max_form_bytes: int = setting(
        "FUNDAPP_MAX_FORM_BYTES", 1_000_000, "The largest form without its files.", ge=10_000
    )


class PeopleSettings(BaseModel):
    """Sessions and signing in."""

    session_idle_minutes_staff: int = setting(
        "FUNDAPP_SESSION_IDLE_MINUTES_STAFF",
        30,
        "A staff session ends after this long unused.",
        ge=1,
        le=1440,
    )
    session_idle_minutes_applicant: int = setting(
        "FUNDAPP_SESSION_IDLE_MINUTES_APPLICANT",
        120,
        "An applicant's session ends after this long unused; the draft is kept.",
        ge=1,
        le=1440,
    )
    session_hours: int = setting(
        "FUNDAPP_SESSION_HOURS", 12, "Every session ends after this long, used or not.", ge=1, le=168
    )
    sign_in_tries_per_account: int = setting(
        "FUNDAPP_SIGN_IN_TRIES_PER_ACCOUNT", 20, "Passwords tried for one account in an hour.", ge=3, le=1000
    )
    sign_in_tries_per_address: int = setting(
        "FUNDAPP_SIGN_IN_TRIES_PER_ADDRESS",
        100,
        "Passwords tried from one network address in an hour.",
        ge=3,
        le=100_000,
    )
    registrations_per_address: int = setting(
        "FUNDAPP_REGISTRATIONS_PER_ADDRESS",
        20,
        "Accounts made from one network address in an hour.",
        ge=1,
        le=100_000,
    )
    link_minutes: int = setting(
        "FUNDAPP_LINK_MINUTES", 30, "How long a one-time link (reset, confirm) works.", ge=5, le=1440
    )
    invitation_hours: int = setting(
        "FUNDAPP_INVITATION_HOURS", 72, "How long an invitation of a member of staff works.", ge=1, le=720
    )
    password_hashes_at_once: int = setting(
        "FUNDAPP_PASSWORD_HASHES_AT_ONCE",
        2,
        "Passwords checked at the same time in one process; each takes 64 MB.",
        ge=1,
        le=64,
    )
