"""Names, company numbers and postcodes are taken as people write them and kept in one form."""

import pytest

from workflows.rules import identifiers


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1234567", "01234567"),
        (" 0123 4567 ", "01234567"),
        ("sc123456", "SC123456"),
        ("oc-301-540", "OC301540"),
        ("R0123456", "R0123456"),
        ("IP12345R", "IP12345R"),
        ("7", "00000007"),
        ("ni/012345", "NI012345"),
        ("00 123-456", "00123456"),
    ],
)
def test_a_company_number_is_kept_as_eight_characters(written: str, kept: str) -> None:
    assert identifiers.company_number(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "123456789",
        "S1234567",
        "SC12345",
        "none",
        "١٢٣٤٥٦٧٨",
        "12345678\x00",
        "-5",
        "-12345678",
        "1-2-3",
        "1.5",
        "0",
    ],
)
def test_anything_else_is_no_company_number(written: str) -> None:
    with pytest.raises(ValueError, match="8 characters of a company number"):
        identifiers.company_number(written)


@pytest.mark.parametrize(
    ("written", "kept"), [("l31bp", "L3 1BP"), ("CH41  1AA", "CH41 1AA"), ("ec1a-1bb", "EC1A 1BB")]
)
def test_a_postcode_is_kept_with_its_space(written: str, kept: str) -> None:
    assert identifiers.postcode(written) == kept


@pytest.mark.parametrize("written", ["", "L3", "L3 1B", "QQ1 1AA", "L3 1BPP", "L٣ 1BP"])
def test_anything_else_is_no_postcode(written: str) -> None:
    with pytest.raises(ValueError, match="full UK postcode"):
        identifiers.postcode(written)


def test_an_outward_code_hints_at_a_district_and_never_outside_the_region() -> None:
    hints = {
        code: identifiers.authority_hint(code)
        for code in ("WA8 7QF", "L34 1AA", "L3 1BP", "PR9 0AA", "L39 1AA")
    }
    assert hints == {
        "WA8 7QF": "E06000006",
        "L34 1AA": "E08000011",
        "L3 1BP": "E08000012",
        "PR9 0AA": "E08000014",
        "L39 1AA": None,
    }


def test_names_that_differ_in_case_accents_and_signs_have_one_key() -> None:
    assert {
        identifiers.name_key(name) for name in ("Café  Côte Ltd.", "CAFE COTE LTD", " cafe-cote ltd ")
    } == {"cafe cote ltd"}


def test_a_name_of_signs_alone_still_has_a_key() -> None:
    assert identifiers.name_key("***") == "***"


def test_an_area_says_whether_the_region_is_near() -> None:
    assert [identifiers.is_near(full) for full in ("L3 1BP", "CH41 1AA", "M1 1AA")] == [True, True, False]


def test_a_postcode_is_put_into_words_as_the_hint_it_is() -> None:
    assert [identifiers.whereabouts(full) for full in ("CH41 1AA", "L39 1AA", "M1 1AA")] == [
        "probably in Wirral",
        "in the city region or close to it",
        "probably outside the city region",
    ]


def test_a_company_has_one_name_however_it_writes_limited() -> None:
    name = "Wrackline Sensing Ltd"
    others = (
        "WRACKLINE SENSING LIMITED",
        "wrackline sensing ltd.",
        "Wrackline Limited Sensing Ltd",
        "Wrackline",
    )
    assert [identifiers.same_name(name, other) for other in others] == [True, True, False, False]


def test_a_public_mail_host_says_nothing_about_its_people() -> None:
    addresses = ("ann@wrackline.example", "bo@GMAIL.com", "nobody")
    assert [identifiers.own_domain(address) for address in addresses] == ["wrackline.example", None, "nobody"]
