"""Behind an offer stands how the bid was marked, as a decline tells it, for whoever keeps the letter."""

from dataclasses import replace

import pytest
from flask import Flask

from fundapp.letters.contents import OfferOfGrant, OfferOfInvestment
from fundapp.services import awards, feedback, letter_facts
from tests.factories import awards as awarded
from tests.factories import letters as sample
from tests.factories import region as made
from tests.letters.reading import kind_of, printed, running_text
from tests.letters.structure import findings
from tests.stages import Stages

APART = "It is no part of the offer."


@pytest.mark.parametrize(
    "offer", [sample.offer_of_grant(), sample.offer_of_investment()], ids=lambda each: kind_of(each).key
)
def test_an_offer_shows_each_mark_beside_the_average_and_what_was_said(
    offer: OfferOfGrant | OfferOfInvestment,
) -> None:
    results = sample.decline().results
    pdf = printed(replace(offer, results=results)).pdf
    text = running_text(pdf)
    assert findings(pdf) == []
    assert APART in text
    assert "Project plan 20% 3.0 of 5 3.4" in text
    for each in results:
        assert each.comment in text
    assert APART not in running_text(printed(offer).pdf)


def test_the_letter_of_an_award_holds_the_marks_of_its_bid(app_context: Flask, stages: Stages) -> None:
    _, (award,) = awarded.reached(stages, awarded.one_approved)
    made.pass_time(days=60)
    awards.confirm_subsidy(award, [], award.application.lead)
    found = letter_facts.offer_of_grant(award, 1).results
    assert (found, len(found)) == (feedback.results(award.application), 6)
    assert all(each.score is not None and each.average is not None for each in found)
