"""Form fields that read what people really write, and say what to do when they cannot."""

from fundapp.web.fields.amounts import DaysField, MoneyField, PercentField, WholeNumberField
from fundapp.web.fields.choices import CheckField, ManyOfField, OneOfField, PickField
from fundapp.web.fields.dates import LondonDateField
from fundapp.web.fields.identifiers import CodeField, CompanyNumberField, EmailField, PostcodeField
from fundapp.web.fields.texts import LineField, LongTextField, SecretField
from fundapp.web.fields.times import TimeField

__all__ = [
    "CheckField",
    "CodeField",
    "CompanyNumberField",
    "DaysField",
    "EmailField",
    "LineField",
    "LondonDateField",
    "LongTextField",
    "ManyOfField",
    "MoneyField",
    "OneOfField",
    "PercentField",
    "PickField",
    "PostcodeField",
    "SecretField",
    "TimeField",
    "WholeNumberField",
]
