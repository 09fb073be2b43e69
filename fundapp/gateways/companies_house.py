"""Asks Companies House for the public record of a company, by its public data API."""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from fundapp.config import Settings
from workflows.rules import identifiers

SECONDS = 10
LARGEST = 200_000
CHUNK = 16_384
SIC_CODE = re.compile(r"[0-9]{5}")
REFUSALS = {401: "it refuses the key", 403: "it refuses the key", 429: "it was asked too often"}


class CompaniesHouseDown(Exception):
    """Companies House cannot be reached, or gave no answer that can be read: nothing is known."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the public record says of a company; a postcode it writes in another form is left out."""

    name: str
    status: str | None
    registered_postcode: str | None
    incorporated_on: date | None
    sic_codes: tuple[str, ...]


class CompaniesHouse:
    """The API at an address, asked with a key."""

    def __init__(self, address: str, key: str) -> None:
        self._address = urlsplit(address)
        self._sign = b64encode(f"{key}:".encode()).decode()

    def company(self, number: str) -> Profile | None:
        """The company of this number, nothing where there is none, or `CompaniesHouseDown`.

        It is asked once, without trying again and without following anybody elsewhere, for ten seconds at
        most.
        """
        try:
            with self._asked(f"/company/{number}") as answer:
                if answer.status == 404:
                    return None
                if answer.status != 200:
                    said = REFUSALS.get(answer.status, f"it answered with {answer.status}")
                    raise CompaniesHouseDown(said)
                return _profile_in(_body_of(answer), number)
        except (OSError, HTTPException) as problem:
            raise CompaniesHouseDown(f"it cannot be reached: {problem}") from problem

    @contextmanager
    def _asked(self, place: str) -> Iterator[HTTPResponse]:
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        line = kind(self._address.hostname or "", self._address.port, timeout=SECONDS)
        with closing(line):
            headers = {"Authorization": f"Basic {self._sign}", "Accept": "application/json"}
            line.request("GET", f"{self._address.path}{place}", headers=headers)
            with closing(line.getresponse()) as answer:
                yield answer


def open_companies_house(settings: Settings) -> CompaniesHouse | None:
    """Companies House as the settings reach it, or nothing where no key is set."""
    key = settings.companies_house_key
    return CompaniesHouse(settings.companies_house_url, key.get_secret_value()) if key else None


def _body_of(answer: HTTPResponse) -> bytes:
    """All that was answered, within the limits of time and size."""
    end, body = monotonic() + SECONDS, b""
    while more := answer.read1(CHUNK):
        body += more
        if len(body) > LARGEST:
            raise CompaniesHouseDown("its answer is too large")
        if monotonic() > end:
            raise CompaniesHouseDown("it is too slow")
    return body


def _readable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be words")
    return text.strip()


Words = Annotated[str, AfterValidator(_readable), Field(min_length=1, max_length=300)]


class _Office(BaseModel):
    postal_code: Words | None = None


class _Answer(BaseModel):
    """The parts of the answer that are kept; whatever else it holds is passed over."""

    company_name: Words
    company_number: Words
    company_status: Words | None = None
    date_of_creation: date | None = None
    registered_office_address: _Office = _Office()
    sic_codes: list[str] = Field(default=[], max_length=50)


def _profile_in(body: bytes, number: str) -> Profile:
    try:
        said = _Answer.model_validate_json(body)
    except ValidationError as problem:
        raise CompaniesHouseDown("its answer cannot be read") from problem
    if said.company_number != number:
        raise CompaniesHouseDown("its answer is about another company")
    return Profile(
        name=said.company_name,
        status=said.company_status,
        registered_postcode=_postcode(said.registered_office_address.postal_code),
        incorporated_on=said.date_of_creation,
        sic_codes=tuple(code for code in said.sic_codes if SIC_CODE.fullmatch(code)),
    )


def _postcode(text: str | None) -> str | None:
    try:
        return identifiers.postcode(text) if text else None
    except ValueError:
        return None
