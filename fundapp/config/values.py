"""How the text of an environment variable becomes a checked value."""

import base64
import binascii
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, SecretStr

STORES = ("s3", "gs", "az", "abfs", "abfss", "http", "https")


def _parts(value: str) -> SplitResult:
    """An address taken apart, its port included; a mistake never repeats what may be a password."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("must be an address whose host and port can be read") from None
    return parts


def _postgres_url(value: str) -> str:
    parts = _parts(value)
    if parts.scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ValueError("must begin with postgresql:// (PostgreSQL is the only database)")
    if not parts.path.strip("/"):
        raise ValueError("must end with the name of a database, as in postgresql://user@host/fundapp")
    return "postgresql" + value[len(parts.scheme) :]


def _redis_url(value: str) -> str:
    if _parts(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return value


def _web_address(value: str) -> str:
    parts = _parts(value)
    has_more = "@" in parts.netloc or parts.query or parts.fragment or re.search(r"\s", value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or has_more:
        raise ValueError("must be a full web address such as https://funds.example.gov.uk")
    return value.rstrip("/")


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
        raise ValueError("must be a plain e-mail address such as funds@example.gov.uk")
    return value


def _bind_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) < 65_536):
        raise ValueError("must look like 127.0.0.1:8000")
    return value


def _scanner_address(value: str) -> str:
    parts = _parts(value)
    is_local = parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")
    if value and not is_local and not (parts.scheme == "tcp" and parts.hostname and parts.port):
        raise ValueError("must look like unix:///run/clamav/clamd.ctl or tcp://host:3310")
    return value


def _files_address(value: str) -> str:
    parts = _parts(value)
    is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
    if value and not is_folder and not (parts.scheme in STORES and parts.netloc):
        raise ValueError(f"must look like file:///folder or s3://bucket/prefix ({', '.join(STORES)})")
    return value


PostgresUrl = Annotated[str, AfterValidator(_postgres_url)]
RedisUrl = Annotated[str, AfterValidator(_redis_url)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
BindAddress = Annotated[str, AfterValidator(_bind_address)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
FilesAddress = Annotated[str, AfterValidator(_files_address)]
ScannerAddress = Annotated[str, AfterValidator(_scanner_address)]


def words(value: Any) -> Any:
    """A comma-separated text as the list it stands for; anything else as it is."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def host_names(value: list[str]) -> list[str]:
    """The names as they are; one with a scheme, a port or a path would never be asked for."""
    for name in value:
        if not re.fullmatch(r"\.?[\w.-]+|\[[0-9a-fA-F:.]+\]|\*", name):
            raise ValueError(f"must hold host names only, such as funds.example.gov.uk, not {name}")
    return value


def versioned(value: Any) -> Any:
    """`1:KEY,2:KEY` as {1: KEY, 2: KEY}; anything else as it is."""
    if not isinstance(value, str):
        return value
    pairs = [word.partition(":") for word in words(value)]
    if not pairs or any(not (version.isdecimal() and key) for version, _, key in pairs):
        raise ValueError("must look like 1:KEY or 1:OLD,2:NEW")
    if len({int(version) for version, _, _ in pairs}) < len(pairs):
        raise ValueError("must give each version one key only")
    return {int(version): key for version, _, key in pairs}


def whole_path(value: Path) -> Path:
    """The folder from the root on, with the home folder in place of `~`."""
    try:
        return value.expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"names no home folder that exists: {value.parts[0]}") from None


def key_bytes(key: SecretStr) -> bytes:
    """The key behind its base64 text; nothing when it is not base64."""
    try:
        return base64.urlsafe_b64decode(key.get_secret_value().replace("+", "-").replace("/", "_"))
    except (binascii.Error, ValueError):
        return b""
