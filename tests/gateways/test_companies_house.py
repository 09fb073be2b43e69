"""Companies House is asked over real HTTP; whatever is no clear answer says nothing of a company."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from secrets import token_bytes, token_urlsafe
from time import monotonic

import pytest
from pydantic import SecretStr

from fundapp.config import Settings, SettingsError, load_settings
from fundapp.gateways import companies_house
from fundapp.gateways.companies_house import (
    CompaniesHouse,
    CompaniesHouseDown,
    Profile,
    open_companies_house,
)
from tests.gateways import registrar
from tests.gateways.registrar import KEY, FakeRegistrar

NUMBER = "ZZ000147"


@pytest.fixture
def there() -> Iterator[FakeRegistrar]:
    with registrar.listening() as server:
        yield server


def asking(there: FakeRegistrar) -> Profile | None:
    return CompaniesHouse(there.address, KEY).company(NUMBER)


def test_a_company_is_found_by_its_number_with_the_key_as_the_name(there: FakeRegistrar) -> None:
    assert asking(there) == Profile(
        "WRACKLINE SENSING LTD", "active", "CH41 1AA", date(2019, 5, 3), ("72190", "26511")
    )
    [(path, signed, accepted)] = there.asked
    assert (path, accepted) == (f"/company/{NUMBER}", "application/json")
    assert b64decode(signed.removeprefix("Basic ")) == f"{KEY}:".encode()
    assert CompaniesHouse(f"{there.address}/mirror", KEY).company(NUMBER) is not None
    assert there.asked[-1][0] == f"/mirror/company/{NUMBER}"


def test_what_a_company_need_not_have_may_be_missing(there: FakeRegistrar) -> None:
    there.body = b'{"company_name": "A", "company_number": "ZZ000147"}'
    assert asking(there) == Profile("A", None, None, None, ())
    there.say(registered_office_address={"postal_code": "D02 AF30"})
    found = asking(there)
    assert found is not None
    assert found.registered_postcode is None


def test_a_number_nobody_has_is_nothing(there: FakeRegistrar) -> None:
    there.status, there.body = 404, b'{"errors": [{"error": "company-profile-not-found"}]}'
    assert asking(there) is None


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "refuses the key"),
        (429, "asked too often"),
        (500, "answered with 500"),
        (204, "answered with 204"),
        (302, "answered with 302"),
    ],
)
def test_a_refusal_is_no_answer_and_is_not_tried_again(there: FakeRegistrar, status: int, why: str) -> None:
    there.status, there.elsewhere = status, f"{there.address}/elsewhere"
    with pytest.raises(CompaniesHouseDown, match=why):
        asking(there)
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>maintenance</html>",
        b"{",
        b"null",
        b"[]",
        b'{"company_number": "ZZ000147"}',
        b'{"company_name": "", "company_number": "ZZ000147"}',
        b'{"company_name": "a\\u0000b", "company_number": "ZZ000147"}',
        b'{"company_name": "a\\ud800b", "company_number": "ZZ000147"}',
        b'{"company_name": "A", "company_number": "ZZ000148"}',
        b'{"company_name": "A", "company_number": "ZZ000147", "date_of_creation": "soon"}',
        b'{"company_name": "A", "company_number": "ZZ000147", "sic_codes": {"a": 1}}',
        b'{"company_name": "\xff", "company_number": "ZZ000147"}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_cannot_be_read_is_none(there: FakeRegistrar, body: bytes) -> None:
    there.body = body
    with pytest.raises(CompaniesHouseDown, match="its answer"):
        asking(there)


def test_an_answer_is_taken_up_to_a_size(there: FakeRegistrar) -> None:
    there.say(padding="x" * (companies_house.LARGEST + 1))
    with pytest.raises(CompaniesHouseDown, match="too large"):
        asking(there)


def test_an_answer_cut_off_is_none(there: FakeRegistrar) -> None:
    there.body, there.says_length = there.body[:-20], len(there.body)
    with pytest.raises(CompaniesHouseDown):
        asking(there)


def test_silence_and_a_trickle_are_given_up(there: FakeRegistrar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(companies_house, "SECONDS", 0.3)
    begun = monotonic()
    there.seconds_a_byte = 0.05
    with pytest.raises(CompaniesHouseDown, match="too slow"):
        asking(there)
    there.is_silent = True
    with pytest.raises(CompaniesHouseDown, match="timed out"):
        asking(there)
    assert monotonic() - begun < 5


def test_nobody_there_is_said() -> None:
    for address in ("http://127.0.0.1:1", "https://127.0.0.1:1", "http://companies.invalid"):
        with pytest.raises(CompaniesHouseDown, match="cannot be reached"):
            CompaniesHouse(address, KEY).company(NUMBER)


def test_it_is_asked_only_with_a_key(settings: Settings) -> None:
    assert open_companies_house(settings) is None
    keyed = settings.model_copy(update={"companies_house_key": SecretStr(KEY)})
    assert isinstance(open_companies_house(keyed), CompaniesHouse)
    assert KEY not in repr(keyed)


def test_production_sends_the_key_over_https_alone() -> None:
    secrets = {
        "FUNDAPP_SECRET_KEY": token_urlsafe(48),
        "FUNDAPP_ENCRYPTION_KEYS": f"1:{urlsafe_b64encode(token_bytes(32)).decode()}",
    }
    with pytest.raises(SettingsError) as refused:
        load_settings(
            {
                "FUNDAPP_ENV": "production",
                "FUNDAPP_COMPANIES_HOUSE_URL": "http://companies.example",
                **secrets,
            }
        )
    wrong = "FUNDAPP_COMPANIES_HOUSE_URL must begin with https:// in production"
    assert wrong in "\n".join(refused.value.lines)
