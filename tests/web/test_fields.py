"""Every field takes what people really write, says what is wrong in words, and never fails."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from fundapp.web import templates
from fundapp.web.fields import (
    CheckField,
    CodeField,
    CompanyNumberField,
    EmailField,
    LineField,
    LondonDateField,
    LongTextField,
    ManyOfField,
    MoneyField,
    OneOfField,
    PercentField,
    PickField,
    PostcodeField,
    SecretField,
    WholeNumberField,
)
from workflows.rules import words

ANSWERS = [("a", "Answer A"), ("b", "Answer B")]


class EveryField(Form):
    """One of each."""

    money = MoneyField("Money", required="Enter an amount")
    percent = PercentField("Percent", required="Enter a percentage")
    number = WholeNumberField("Number", biggest=50)
    postcode = PostcodeField("Postcode")
    company = CompanyNumberField("Company")
    email = EmailField("E-mail")
    code = CodeField("Code")
    day = LondonDateField("Day", required="Enter the date")
    line = LineField("Line", most=20)
    text = LongTextField("Text", words=3)
    strict = LongTextField("Strict", words=3, strict=True)
    secret = SecretField("Secret")
    one = OneOfField("One", choices=ANSWERS, required="Choose one")
    pick = PickField("Pick", choices=ANSWERS)
    many = ManyOfField("Many", choices=ANSWERS)
    check = CheckField("Check")


NAMES = tuple(EveryField()._fields)
HOSTILE = (
    *("", " ", "\x00", "a\x00b", "\ud800", "\ufffd", "\u202e", "\r\n", "é" * 300, "x" * 60_000),
    *("NaN", "Infinity", "1e309", "-1", "-0", "１２", "٣", "²", "9" * 400, str(2**63), str(2**64), "0x10"),
    *("1_000", "1,2,3", "..", "£", "%", "31", "<script>alert(1)</script>", "{{ 7 * 7 }}", "{% x %}", "%s%n"),
    *("' OR 1=1 --", "a@b", "true", "null", "[]", "a[]"),
)


def posted(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Every field by name, after these pairs were sent."""
    form = EveryField(MultiDict(pairs))
    form.validate()
    return dict(form._fields)


def read(name: str, *values: str) -> Any:
    """What a field made of these values, or the message it gives."""
    field = posted(*((name, value) for value in values))[name]
    return field.errors[0] if field.errors else field.data


@pytest.fixture(scope="module")
def drawing() -> Iterator[None]:
    """The components of the design system, and nothing else of the application."""
    app = Flask(__name__)
    templates.register(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize("times", [0, 1, 2, 4])
@pytest.mark.parametrize("name", NAMES)
def test_any_number_of_any_values_is_read_and_drawn(drawing: None, name: str, times: int) -> None:
    for value in HOSTILE:
        form = posted(*[(name, value)] * times)
        drawn = str(form[name]())
        assert "<script>alert" not in drawn


@pytest.mark.parametrize("name", NAMES)
def test_a_field_is_drawn_before_anything_is_sent(drawing: None, name: str) -> None:
    assert name in str(EveryField()[name]())


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("25000", 2_500_000),
        ("£25,000", 2_500_000),
        (" £ 25 000.50 ", 2_500_050),
        ("25,000.5", 2_500_050),
        ("0", 0),
        ("25k", 2_500_000),
        ("£1.2m", 120_000_000),
        ("1.25 million", 125_000_000),
        ("3 thousand", 300_000),
    ],
)
def test_money_in_any_usual_form(written: str, pence: int) -> None:
    assert read("money", written) == pence


@pytest.mark.parametrize(
    "written", ["NaN", "1e309", "１２", "-5", "-0", "25.000,00", "1,2,3", "£", "12.345", "abc", "∞"]
)
def test_money_that_is_none_is_explained(written: str) -> None:
    assert read("money", written) == "Enter an amount in pounds, like 25,000 or 25,000.50"


def test_too_much_money_is_refused_in_words() -> None:
    assert read("money", "2000000m") == "Enter at most £100,000,000,000"
    assert read("money", "99999999999.99") == 9_999_999_999_999


@pytest.mark.parametrize(
    ("written", "points"), [("45", 4500), ("12.5%", 1250), ("100", 10_000), ("0 %", 0), ("0.01", 1)]
)
def test_percentages(written: str, points: int) -> None:
    assert read("percent", written) == points


@pytest.mark.parametrize("written", ["101", "-1", "1e2", "４５", "45.123", "half"])
def test_percentages_that_are_none(written: str) -> None:
    assert str(read("percent", written)).startswith("Enter a percentage")


def test_whole_numbers() -> None:
    assert read("number", "12") == 12
    assert read("number", "51") == "Enter a number from 0 to 50"
    assert read("number", "1.5") == "Enter a whole number, like 12"


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (("23", "11", "2026"), date(2026, 11, 23)),
        (("1", "nov", "2026"), date(2026, 11, 1)),
        ((" 1 ", "November", "2026"), date(2026, 11, 1)),
        (("29", "2", "2028"), date(2028, 2, 29)),
        (("", "", ""), "Enter the date"),
        ((), "Enter the date"),
        (("23",), "The date must include a month and a year"),
        (("", "11", "2026"), "The date must include a day"),
        (("30", "2", "2026"), "There is no such day: enter a real date, like 23 11 2026"),
        (("1", "1", "26"), "Enter a real date with a four-figure year, like 23 11 2026"),
        (("１", "1", "2026"), "Enter a real date with a four-figure year, like 23 11 2026"),
        (("23", "11", "2026", "5"), date(2026, 11, 23)),
    ],
)
def test_dates(parts: tuple[str, ...], day: date | str) -> None:
    assert read("day", *parts) == day


def test_a_date_shows_what_was_written(drawing: None) -> None:
    drawn = BeautifulSoup(str(posted(("day", "31"), ("day", "feb"))["day"]()), "html.parser")
    assert [box.get("value", "") for box in drawn.find_all("input")] == ["31", "feb", ""]
    kept = BeautifulSoup(str(EveryField(data={"day": date(2026, 1, 3)})["day"]()), "html.parser")
    assert [box.get("value", "") for box in kept.find_all("input")] == ["3", "1", "2026"]


def test_a_part_of_a_date_far_too_long_is_refused_and_stays(drawing: None) -> None:
    day = posted(("day", "1" * 25), ("day", "2"), ("day", "2027"))["day"]
    assert day.errors == ["A part of this date is far too long: enter a real date, like 23 11 2026"]
    drawn = BeautifulSoup(str(day()), "html.parser")
    assert [box.get("value", "") for box in drawn.find_all("input")] == ["1" * 25, "2", "2027"]


def test_postcodes_and_company_numbers() -> None:
    assert read("postcode", "l31bp") == "L3 1BP"
    assert read("company", "1234567") == "01234567"
    assert read("postcode", "L3") == "Enter a full UK postcode, like L3 1BP"


@pytest.mark.parametrize(
    ("written", "kept"), [("Ada@Quay.Example", "ada@quay.example"), (" a.b+c@d.co.uk ", "a.b+c@d.co.uk")]
)
def test_addresses_are_kept_lower_case(written: str, kept: str) -> None:
    assert read("email", written) == kept


@pytest.mark.parametrize(
    "written",
    ["a", "a@b", "a@b@c.de", "a b@c.de", "a@c.de\nBcc: x@y.z", "a@-c.de", "é@c.de", "a@c.de,b@c.de"],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    assert isinstance(read("email", written), str)
    assert posted(("email", written))["email"].errors


def test_hidden_characters_are_named_and_taken_out() -> None:
    field = posted(("line", "dock\x00side"))["line"]
    assert field.errors == [
        "This held hidden characters that we cannot keep. They are taken out: check it and send it again"
    ]
    assert field._value() == "dockside"


def test_a_line_ends_where_another_program_broke_it() -> None:
    assert posted(("text", "one\vtwo\x07\fthree"))["text"]._value() == "one\ntwo\nthree"
    assert posted(("line", "one\vtwo\x07\fthree"))["line"]._value() == "one two three"
    day = posted(("day", "1\x00"), ("day", "4\v"), ("day", "2027"))["day"]
    assert (day.boxes(), len(day.errors)) == (["1", "4", "2027"], 1)


def test_nothing_is_cut_and_the_excess_is_counted() -> None:
    long = posted(("line", "x" * 25))["line"]
    assert long.errors == ["This is 5 characters too long: 20 is the most we can take"]
    assert long._value() == "x" * 25


def test_an_answer_over_its_words_is_kept_or_refused() -> None:
    over = posted(("text", "one two three four five"))["text"]
    assert (over.errors, over.data, over.over) == ([], "one two three four five", 2)
    assert (
        read("strict", "one two three four") == "This is 1 word over the limit of 3: shorten it by that much"
    )


def test_the_first_of_several_values_counts() -> None:
    assert read("money", "1", "2") == 100
    assert read("line", "first", "second") == "first"
    assert read("one", "a", "b") == "a"


def test_choices_take_only_what_was_offered() -> None:
    assert read("one", "c") == "Choose one"
    assert read("one") == "Choose one"
    assert read("pick", "c") == "Choose one of the answers on the page"
    assert read("pick") is None
    assert read("many", "a", "b") == ["a", "b"]
    assert read("many", "a", "c") == "Something you chose is gone: choose from what the page shows now"


def test_a_password_is_taken_as_it_is_and_never_shown(drawing: None) -> None:
    field = posted(("secret", "  päss wörd  "))["secret"]
    assert field.data == "  päss wörd  "
    assert "päss" not in str(field())
    assert read("secret", "x" * 129) == "Use at most 128 characters"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one", 1),
        ("  one\u00a0two\n\nthree ", 3),
        ("well-known £1.2m – yes", 4),
        ("a\u200bb", 1),
        ("\ufeffx", 1),
    ],
)
def test_words_are_counted_as_the_browser_counts_them(text: str, count: int) -> None:
    assert words.count(text) == count
