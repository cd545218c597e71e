from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates.numbers import joined_number


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ([], []),
        ([7], [7]),
        ([10, 5], [15]),
        ([20, 1], [21]),
        ([2, 1000, 10, 5], [2015]),
        ([2, 1000, 15], [2015]),
        ([1, 1000, 9, 100, 90, 9], [1999]),
        ([19, 90, 9], [1999]),
        ([20, 15], [2015]),
        ([1000, 9, 100], [1900]),
        ([7, 8], [7, 8]),
        ([10, 11], [10, 11]),
        ([5, 10], [5, 10]),
        ([0], [0]),
    ],
)
def test_number_words_in_a_row_make_the_numbers_they_spell(words: list[int], numbers: list[int]) -> None:
    assert list(joined_number(words)) == numbers


@given(st.integers(1900, 2099))
def test_every_year_spelt_word_by_word_comes_back(year: int) -> None:
    words = [year // 1000, 1000]
    for unit in (100,):
        if hundreds := year // unit % 10:
            words += [hundreds, unit]
    rest = year % 100
    words += [part for part in (rest // 10 * 10, rest % 10) if part]
    assert list(joined_number(words)) == [year]
