"""A letter is proved by its code, its bytes and its facts; a wrong character or a flipped bit is found."""

import json
from itertools import pairwise

from fundapp.letters.facts import freeze
from fundapp.letters.verify import ALPHABET, new_code, read_code, verify, verify_facts
from tests.factories import letters as sample
from tests.letters.reading import printed


def test_codes_are_read_back_however_they_are_typed() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert read_code(code) == code
        assert read_code(f" {code.lower().replace('-', ' ')} ") == code
        assert read_code(code.replace("0", "O").replace("1", "l")) == code


def test_every_single_slip_is_found() -> None:
    code = new_code().replace("-", "")
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            assert read_code(code[:place] + wrong + code[place + 1 :]) is None
    for (place, first), (_, second) in pairwise(enumerate(code)):
        if first != second:
            assert read_code(code[:place] + second + first + code[place + 2 :]) is None


def test_what_is_not_a_code_is_not_one() -> None:
    for typed in ("", "7K2M", "7K2M-94Q3-1", "7K2M*94Q3", "７K2M-94Q3", "'; drop table letters"):
        assert read_code(typed) is None


def test_a_flipped_bit_shows() -> None:
    letter = printed(sample.mfa_confirmation())
    assert verify(letter.pdf, letter.pdf_sha256)
    middle = len(letter.pdf) // 2
    flipped = letter.pdf[:middle] + bytes([letter.pdf[middle] ^ 1]) + letter.pdf[middle + 1 :]
    assert not verify(flipped, letter.pdf_sha256)


def test_a_changed_fact_shows() -> None:
    frozen = freeze(sample.offer_of_grant())
    body = json.loads(frozen.json_bytes)
    assert verify_facts(body, frozen.sha256)
    assert not verify_facts(body | {"award_pence": 5_920_001}, frozen.sha256)
