"""E-mail addresses: the one rule for what is one, and the form accounts are kept under."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


@lru_cache(maxsize=4_096)
def email_address(text: str) -> str:
    """An address in the form accounts are kept under; `ValueError` says what is wrong."""
    try:
        address = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise ValueError("Enter an e-mail address, like name@example.co.uk") from None
    if "." not in address.domain:
        raise ValueError("Enter a whole e-mail address, like name@example.co.uk")
    return address.normalized.lower()
