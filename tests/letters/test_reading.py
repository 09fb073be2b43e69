"""Letters read back as text: word for word for each kind, and what the law and the reader need in them."""

from dataclasses import replace

import pytest

from fundapp.letters.contents import Contents
from tests.factories import letters as sample
from tests.letters.reading import GOLDEN, kind_of, printed, read_back, running_text


@pytest.mark.parametrize("contents", sample.every_kind(sample.PLAIN), ids=lambda letter: kind_of(letter).key)
def test_every_kind_says_its_golden_text(contents: Contents) -> None:
    golden = (GOLDEN / f"{kind_of(contents).key}.txt").read_text(encoding="utf-8")
    assert read_back(printed(contents).pdf) == golden


def test_an_offer_fits_one_page_before_its_schedule_of_two() -> None:
    pages = read_back(printed(sample.offer_of_grant()).pdf).split("\n----\n")
    assert len(pages) == 3
    assert "Accepted for Wrackline Sensing Ltd" in pages[0]
    assert "Schedule: the terms of this grant" in pages[1]


def test_the_end_of_a_long_letter_takes_its_subsidy_along() -> None:
    reader = next(reader for reader in sample.READERS if reader.key == "long")
    pages = read_back(printed(sample.offer_of_grant(reader)).pdf).split("\n----\n")
    last = next(page for page in pages if "Director of Innovation" in page)
    assert "This award, £59,200.00 gross" in last


def test_welsh_and_other_alphabets_come_back_letter_for_letter() -> None:
    reader = next(reader for reader in sample.READERS if reader.key == "welsh")
    text = running_text(printed(sample.offer_of_grant(reader)).pdf)
    for said in (reader.name, reader.organisation, reader.project, reader.words, *reader.address):
        assert said in text


def test_an_investment_on_market_terms_says_why_there_is_no_subsidy() -> None:
    basis = "Private investors put in twice our sum on the same terms, so there is no subsidy."
    offer = replace(sample.offer_of_investment(), assistance=None, subsidy_basis=basis)
    text = running_text(printed(offer).pdf)
    assert basis in text
    assert "minimal financial assistance" not in text


def test_a_loan_is_not_called_shares() -> None:
    loan = replace(sample.offer_of_investment(), instrument="convertible_loan")
    text = running_text(printed(loan).pdf)
    assert "£150,000.00 as a convertible loan" in text
    assert "7. The loan and its conversion" in text
    assert "new shares" not in text


def test_a_bid_that_was_never_assessed_gets_a_letter_without_marks() -> None:
    unread = replace(
        sample.decline(), results=(), total=None, average_total=None, lowest_funded_total=None, assessors=0
    )
    text = running_text(printed(unread).pdf)
    assert "How your bid was marked" not in text
    assert "Your score" not in text
    assert "What you can do next" in text


def test_a_criterion_left_out_is_said_to_be_so_and_not_nought() -> None:
    results = sample.decline().results
    letter = replace(sample.decline(), results=(replace(results[0], score=None, average=None), *results[1:]))
    assert "Strategic fit 20% Not marked –" in running_text(printed(letter).pdf)


def test_a_letter_without_a_release_instant_or_company_number_names_neither() -> None:
    heading = replace(sample.heading(), release_at=None, company_number="")
    text = running_text(printed(replace(sample.offer_of_grant(), heading=heading)).pdf)
    assert "Dated 17 February 2027" in text
    assert "Released" not in text
    assert "company number" not in text
