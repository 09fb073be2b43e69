"""One JSON line for each thing worth knowing, in UTC, with secrets and addresses left out."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_WORDS = ("password", "token", "secret", "cookie", "authorization", "csrf", "code", "email", "key")
# Words that contain one of the above and say nothing secret.
HARMLESS = frozenset({"business_key", "status_code", "exit_code", "error_code"})
HIDDEN = "[hidden]"
# Tells of every step of every print, of the first one that warms up a process too.
TALKATIVE = ("weasyprint.progress",)
LINK = re.compile(r"(/account/link/)[\w-]+")


def configure_logging(level: str) -> None:
    """Send every log line of this process, ours and the libraries', through one JSON form."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler, *(kept for kept in root.handlers if _is_a_test_catcher(kept))]
    root.setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide every field whose name says that it is nobody else's business, and links that sign people in."""
    for name in line:
        if name not in HARMLESS and any(word in name.lower() for word in SECRET_WORDS):
            line[name] = HIDDEN
        elif isinstance(line[name], str):
            line[name] = LINK.sub(rf"\1{HIDDEN}", line[name])
    return line


def _is_a_test_catcher(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("_pytest")
