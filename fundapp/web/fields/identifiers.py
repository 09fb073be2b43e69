"""Boxes for what identifies somebody: an address, a postcode, a company number, a one-time code."""

import re

from fundapp.methods.mail_addresses import LONGEST, email_address
from fundapp.web.fields.amounts import AffixedInput
from fundapp.web.fields.written import WrittenField
from workflows.rules import identifiers

SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)


class EmailField(WrittenField[str]):
    """An e-mail address, in the lower-case form accounts are kept under."""

    most = LONGEST

    def read(self, text: str) -> str:
        """The address, when it is well formed and plain enough for any mail server."""
        return email_address(text)


class PostcodeField(WrittenField[str]):
    """A full UK postcode, with or without its space."""

    widget = AffixedInput()
    most = 20

    def read(self, text: str) -> str:
        """The postcode in its usual form."""
        return identifiers.postcode(text)


class CompanyNumberField(WrittenField[str]):
    """A Companies House number, with or without its leading noughts."""

    widget = AffixedInput()
    most = 20

    def read(self, text: str) -> str:
        """The number as its eight characters."""
        return identifiers.company_number(text)


class CodeField(WrittenField[str]):
    """A one-time code: six digits from a phone, or a recovery code from paper."""

    widget = AffixedInput()
    most = 40

    def read(self, text: str) -> str:
        """The code without spaces and dashes."""
        return re.sub(r"[\s\-]", "", text).upper()
