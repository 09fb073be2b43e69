"""Facts are frozen the same way every time, and nothing may be missing, added, mistyped or overlong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.letters.catalog import CATALOGUE, Kind, UnknownKind, kind_for
from fundapp.letters.contents import Contents
from fundapp.letters.facts import FactsRefused, FrozenFacts, freeze, refreeze, thaw
from tests.factories import letters as sample
from tests.letters.reading import kind_of

EVERY = pytest.mark.parametrize(
    "contents", sample.every_kind(sample.PLAIN), ids=lambda letter: kind_of(letter).key
)


def _frozen(body: dict[str, Any]) -> FrozenFacts:
    json_bytes = json.dumps(body).encode()
    return FrozenFacts(json_bytes, sha256(json_bytes).hexdigest())


def _without_each_field(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body once for each field anywhere in it, without that field."""
    for key, value in body.items():
        rest = {name: kept for name, kept in body.items() if name != key}
        yield rest
        if isinstance(value, dict):
            yield from (rest | {key: smaller} for smaller in _without_each_field(value))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (rest | {key: [smaller, *value[1:]]} for smaller in _without_each_field(value[0]))


@EVERY
def test_freezing_twice_gives_the_same_canonical_bytes(contents: Contents) -> None:
    frozen = freeze(contents)
    assert frozen == freeze(contents)
    assert frozen.sha256 == sha256(frozen.json_bytes).hexdigest()
    assert refreeze(json.loads(frozen.json_bytes)) == frozen
    assert thaw(kind_of(contents), frozen) == contents


def test_money_is_whole_pence_and_days_are_iso() -> None:
    body = json.loads(freeze(sample.offer_of_grant()).json_bytes)
    assert body["award_pence"] == 5920000
    assert body["starts_on"] == "2027-04-01"
    assert body["reply_by"] == "2027-03-17T12:00:00Z"


@EVERY
def test_every_field_is_required(contents: Contents) -> None:
    body = json.loads(freeze(contents).json_bytes)
    smaller = list(_without_each_field(body))
    assert len(smaller) > 20
    for version in smaller:
        with pytest.raises(FactsRefused):
            thaw(kind_of(contents), _frozen(version))


@EVERY
def test_nothing_may_be_added(contents: Contents) -> None:
    body = json.loads(freeze(contents).json_bytes)
    for extra in (body | {"note": "x"}, body | {"heading": body["heading"] | {"note": "x"}}):
        with pytest.raises(FactsRefused, match="note"):
            thaw(kind_of(contents), _frozen(extra))


@pytest.mark.parametrize("wrong", ["5920000", 59200.0, None, True, -1, 10**14])
def test_a_sum_is_a_whole_number_of_pence(wrong: Any) -> None:
    with pytest.raises(FactsRefused, match="award_pence"):
        freeze(replace(sample.offer_of_grant(), award_pence=wrong))


def test_an_instant_must_know_its_zone() -> None:
    offer = sample.offer_of_grant()
    with pytest.raises(FactsRefused, match="reply_by"):
        freeze(replace(offer, reply_by=offer.reply_by.replace(tzinfo=None)))


def test_text_that_is_too_long_or_empty_is_refused_by_name() -> None:
    with pytest.raises(FactsRefused, match=r"heading\.project"):
        freeze(replace(sample.offer_of_grant(), heading=replace(sample.heading(), project="x" * 301)))
    with pytest.raises(FactsRefused, match=r"heading\.project"):
        freeze(replace(sample.offer_of_grant(), heading=replace(sample.heading(), project=" \x0b ")))


@given(st.text(max_size=200))
def test_any_text_is_cleaned_into_one_safe_line(text: str) -> None:
    heading = replace(sample.heading(), project=f"a {text}")
    project = json.loads(freeze(replace(sample.mfa_notification(), heading=heading)).json_bytes)["heading"][
        "project"
    ]
    assert project == " ".join(project.split())
    assert not set(project) & set(map(chr, [*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F)]))


def test_paragraphs_of_prose_are_kept() -> None:
    decision = replace(sample.decision(), reasons=("One.\r\n\r\nTwo.\x0bThree.\u202e",))
    body = json.loads(freeze(replace(sample.decline(), decision=decision)).json_bytes)
    assert body["decision"]["reasons"] == ["One.\nTwo.\nThree."]


def test_an_offer_follows_its_instrument() -> None:
    assert kind_for("offer").key is Kind.OFFER_OF_GRANT
    assert kind_for("offer", "equity").key is Kind.OFFER_OF_INVESTMENT
    assert kind_for("offer", "convertible_loan").key is Kind.OFFER_OF_INVESTMENT
    assert [kind_for(kind) for kind in Kind] == list(CATALOGUE.values())
    with pytest.raises(UnknownKind, match="'birthday'"):
        kind_for("birthday")
