"""Settings of files, letters, mail and work in the background: one field a variable."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SecretStr

from fundapp.config.groups import PROJECT, setting
from fundapp.config.values import FilesAddress, MailAddress, ScannerAddress, WebAddress


class WorkSettings(BaseModel):
    """Files, letters, mail and work in the background."""

    var: Path = setting(
        "FUNDAPP_VAR", PROJECT / "var", "The folder for everything the app makes on this machine."
    )
    files_url: FilesAddress = setting(
        "FUNDAPP_FILES_URL",
        "",
        "Where letters and uploads are kept: `file:///folder`, `s3://bucket/prefix`, or another "
        "store that obstore knows; its keys come from its usual variables such as `AWS_ACCESS_KEY_ID`. "
        "Default: `files` in `FUNDAPP_VAR`.",
    )
    anchors_file: str = setting(
        "FUNDAPP_ANCHORS_FILE",
        "",
        "Where a line is added each hour that proves the record as it then was: a file the database cannot "
        "reach, best on another machine. Default: `anchors.log` in `FUNDAPP_VAR`.",
    )
    upload_max_bytes: int = setting(
        "FUNDAPP_UPLOAD_MAX_BYTES", 10_000_000, "The largest single file taken from a person.", ge=10_000
    )
    clamd: ScannerAddress = setting(
        "FUNDAPP_CLAMD",
        "",
        "The malware scanner for files people add: the socket of clamd, `unix:///run/clamav/clamd.ctl` or "
        "`tcp://host:3310`. With it a file opens for nobody before it was found clean; without it files are "
        "marked as not scanned. clamd's `StreamMaxLength` must not be below `FUNDAPP_UPLOAD_MAX_BYTES`.",
    )
    import_max_rows: int = setting(
        "FUNDAPP_IMPORT_MAX_ROWS", 20_000, "The most rows one imported file may have.", ge=1, le=1_000_000
    )
    letter_cpu_seconds: int = setting(
        "FUNDAPP_LETTER_CPU_SECONDS", 20, "Processor time one letter may take.", ge=2, le=600
    )
    letter_memory_mb: int = setting(
        "FUNDAPP_LETTER_MEMORY_MB", 1536, "Memory one letter may take.", ge=256, le=16_384
    )
    letter_max_pages: int = setting(
        "FUNDAPP_LETTER_MAX_PAGES", 40, "Pages one letter may have.", ge=1, le=500
    )
    smtp_host: str | None = setting(
        "FUNDAPP_SMTP_HOST", None, "The mail server. Without it messages stay in the local mailbox page."
    )
    smtp_port: int = setting("FUNDAPP_SMTP_PORT", 587, "The mail server's port.", ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = setting(
        "FUNDAPP_SMTP_SECURITY",
        "starttls",
        "How the line to the mail server is protected: starttls, tls or none.",
    )
    smtp_user: str | None = setting("FUNDAPP_SMTP_USER", None, "The name to sign in to the mail server with.")
    smtp_password: SecretStr | None = setting(
        "FUNDAPP_SMTP_PASSWORD", None, "The password to sign in to the mail server with."
    )
    smtp_timeout_seconds: int = setting(
        "FUNDAPP_SMTP_TIMEOUT_SECONDS", 20, "How long to wait for the mail server.", ge=1, le=300
    )
    mail_from: MailAddress = setting(
        "FUNDAPP_MAIL_FROM", "funds@localhost", "The address e-mails come from. Needed in production."
    )
    outbox_lease_seconds: int = setting(
        "FUNDAPP_OUTBOX_LEASE_SECONDS",
        120,
        "After this long a piece of work that nobody finished is handed out again.",
        ge=1,
        le=3600,
    )
    outbox_attempts: int = setting(
        "FUNDAPP_OUTBOX_ATTEMPTS",
        5,
        "Tries before a piece of work is parked for a person to look at.",
        ge=1,
        le=50,
    )
    relay_sweep_seconds: float = setting(
        "FUNDAPP_RELAY_SWEEP_SECONDS",
        2.0,
        "How often the relay looks for work it was not told of.",
        gt=0,
        le=60,
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "FUNDAPP_LOG_LEVEL", "info", "How much is logged: debug, info, warning or error."
    )


class CompaniesHouseSettings(BaseModel):
    """Companies House."""

    companies_house_key: SecretStr | None = setting(
        "FUNDAPP_COMPANIES_HOUSE_KEY",
        None,
        "The key for the public data API of Companies House. With it every new organisation is looked up by "
        "its company number; without it, or while it is down, what organisations say of themselves is marked "
        "as not checked.",
    )
    companies_house_url: WebAddress = setting(
        "FUNDAPP_COMPANIES_HOUSE_URL",
        "https://api.company-information.service.gov.uk",
        "Where that API is. In production it must be https.",
    )


class LetterheadSettings(BaseModel):
    """Who writes the letters."""

    letter_authority: str = setting(
        "FUNDAPP_LETTER_AUTHORITY",
        "Liverpool City Region",
        "The name at the head of every letter.",
        min_length=1,
    )
    letter_department: str = setting(
        "FUNDAPP_LETTER_DEPARTMENT", "Innovation funds", "The line under the name at the head of a letter."
    )
    letter_address: str = setting(
        "FUNDAPP_LETTER_ADDRESS",
        "1 Example Quay, Liverpool L0 0AA",
        "The postal address at the head of a letter. Needed in production; the default is made up.",
    )
    letter_email: str = setting(
        "FUNDAPP_LETTER_EMAIL",
        "funds@funds.example",
        "The address letters ask people to write to. Needed in production; the default is made up.",
    )
    letter_signatory: str = setting(
        "FUNDAPP_LETTER_SIGNATORY",
        "Theodora Minns",
        "Who signs letters. Needed in production; the default is made up.",
    )
    letter_signatory_post: str = setting(
        "FUNDAPP_LETTER_SIGNATORY_POST", "Director of Innovation", "The post of whoever signs letters."
    )
    letter_on_behalf_of: str = setting(
        "FUNDAPP_LETTER_ON_BEHALF_OF", "For the Combined Authority", "For whom letters are signed."
    )
