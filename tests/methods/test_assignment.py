from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from fundapp.methods.assignment import propose


def test_work_is_spread_evenly() -> None:
    proposal = propose(dict.fromkeys(range(1, 41), 3), dict.fromkeys(range(1, 13), 0), forbidden=set())
    assert proposal.missing == {}
    assert set(Counter(reader for _, reader in proposal.pairs).values()) == {10}


def test_those_who_have_work_already_get_less() -> None:
    proposal = propose({1: 2, 2: 2}, {7: 4, 8: 0, 9: 0}, forbidden=set())
    assert proposal.pairs == ((1, 8), (1, 9), (2, 8), (2, 9))


def test_the_bid_with_fewest_possible_readers_is_placed_first() -> None:
    proposal = propose({1: 1, 2: 1}, {7: 0, 8: 0}, forbidden={(2, 8)}, most=1)
    assert proposal.pairs == ((1, 8), (2, 7))


def test_what_could_not_be_placed_is_said() -> None:
    proposal = propose({1: 3}, {7: 0, 8: 0}, forbidden={(1, 7)})
    assert proposal.pairs == ((1, 8),)
    assert proposal.missing == {1: 2}


@given(
    needed=st.dictionaries(st.integers(1, 30), st.integers(1, 4), max_size=20),
    load=st.dictionaries(st.integers(100, 120), st.integers(0, 5), max_size=8),
    forbidden=st.sets(st.tuples(st.integers(1, 30), st.integers(100, 120)), max_size=40),
    most=st.integers(0, 8),
)
def test_no_proposal_breaks_a_rule(
    needed: dict[int, int], load: dict[int, int], forbidden: set[tuple[int, int]], most: int
) -> None:
    proposal = propose(needed, load, forbidden=forbidden, most=most)
    assert len(set(proposal.pairs)) == len(proposal.pairs)
    assert forbidden.isdisjoint(proposal.pairs)
    given_out = Counter(reader for _, reader in proposal.pairs)
    assert all(load[reader] + count <= max(most, load[reader]) for reader, count in given_out.items())
    placed = Counter(bid for bid, _ in proposal.pairs)
    assert {bid: placed[bid] + proposal.missing.get(bid, 0) for bid in needed} == needed
