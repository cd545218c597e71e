from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.elasticsearch.terms import hashes, term, terms

NUMBERS = st.lists(st.integers(0, 2**64 - 1), max_size=20)


@given(NUMBERS)
def test_a_hash_can_be_read_back_from_its_term(numbers: list[int]) -> None:
    assert hashes(terms(np.array(numbers, dtype=np.uint64))).tolist() == numbers


@given(NUMBERS)
def test_a_term_is_eleven_letters_that_need_no_quoting_in_json(numbers: list[int]) -> None:
    written = terms(np.array(numbers, dtype=np.uint64))
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{11}", one) for one in written)
    assert [term(number) for number in numbers] == written


def test_two_hashes_that_differ_in_the_last_bit_have_two_terms() -> None:
    assert len({term(0), term(1), term(2**63), term(2**64 - 1)}) == 4
