"""Equality monitoring: what the separate form asks, until when it is taken, and how many forms a round takes.

A public authority must have due regard to who is reached by what it does (Equality Act 2010, section 149).
Questions and answers follow the harmonised standards of the Government Statistical Service and the questions
of the Census of England and Wales 2021, in their shortest form: more detail would only be left out again as
too small to show. Nobody has to answer any of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Fewer forms than this, and nothing of them is shown.
LEAST_FORMS = 10
# One form for each person who leads a bid: more than this and somebody is filling them in for fun.
FORMS_A_BID = 6
OPEN_AFTER_THE_CLOSE = timedelta(days=28)
NOT_SAID = "prefer_not_to_say"


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the name its answers are kept under, its words, a hint, a heading for its figures."""

    key: str
    words: str
    heading: str
    options: Mapping[str, str]
    hint: str = ""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Every answer with its words; not to say comes last, and is one of them."""
        return (*self.options.items(), (NOT_SAID, "Prefer not to say"))


# The number is kept with every form. Other words or answers are another version: figures are never added
# across versions, and a version that was asked once stays here.
VERSIONS: Mapping[int, tuple[Question, ...]] = {
    1: (
        Question(
            "age",
            "How old are you?",
            "Age",
            {
                "16_24": "16 to 24",
                "25_34": "25 to 34",
                "35_44": "35 to 44",
                "45_54": "45 to 54",
                "55_64": "55 to 64",
                "65_over": "65 or over",
            },
        ),
        Question(
            "sex",
            "What is your sex?",
            "Sex",
            {"female": "Female", "male": "Male"},
            hint="A question about gender identity follows.",
        ),
        Question(
            "gender",
            "Is the gender you identify with the same as your sex registered at birth?",
            "Gender identity the same as sex registered at birth",
            {"same": "Yes", "other": "No"},
        ),
        Question(
            "ethnic_group",
            "What is your ethnic group?",
            "Ethnic group",
            {
                "asian": "Asian or Asian British",
                "black": "Black, Black British, Caribbean or African",
                "mixed": "Mixed or multiple ethnic groups",
                "white": "White",
                "other": "Other ethnic group",
            },
            hint="Choose the one that best describes your ethnic group or background.",
        ),
        Question(
            "disability",
            "Does a physical or mental health condition or illness, lasting or expected to last 12 months or "
            "more, reduce your ability to carry out day-to-day activities?",
            "Day-to-day activities reduced by a long-lasting condition",
            {"a_lot": "Yes, a lot", "a_little": "Yes, a little", "no": "No"},
        ),
        Question(
            "orientation",
            "Which of these best describes your sexual orientation?",
            "Sexual orientation",
            {
                "straight": "Straight or heterosexual",
                "gay": "Gay or lesbian",
                "bisexual": "Bisexual",
                "other": "Other sexual orientation",
            },
        ),
        Question(
            "religion",
            "What is your religion or belief?",
            "Religion or belief",
            {
                "none": "No religion",
                "buddhist": "Buddhist",
                "christian": "Christian",
                "hindu": "Hindu",
                "jewish": "Jewish",
                "muslim": "Muslim",
                "sikh": "Sikh",
                "other": "Any other religion or belief",
            },
        ),
        Question(
            "caring",
            "Do you look after, or give help or support to, anyone because they have a long-term condition "
            "or illness, or problems related to old age?",
            "Caring for somebody, unpaid",
            {
                "no": "No",
                "up_to_19": "Yes, 19 hours a week or less",
                "from_20": "Yes, 20 hours a week or more",
            },
            hint="Leave out anything you do as paid work.",
        ),
    ),
}
CURRENT = 1
QUESTIONS = VERSIONS[CURRENT]


def taken_until(closes_at: datetime | None) -> datetime | None:
    """The instant from which a round takes no more forms; a rolling round always takes them."""
    return None if closes_at is None else closes_at + OPEN_AFTER_THE_CLOSE


def takes_another(forms: int, bids: int) -> bool:
    """Whether a round with so many bids sent in takes a form more than those it has."""
    return forms < FORMS_A_BID * bids
