from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.distinct import distinct


@pytest.mark.parametrize("bound", [50, 1 << 40], ids=["by a table", "by sorting"])
@given(st.lists(st.integers(0, 49), max_size=200))
def test_every_code_is_found_at_its_place_among_the_distinct_ones_in_order(bound: int, numbers: list[int]) -> None:
    codes = np.array(numbers, np.intp)
    values, back = distinct(codes, bound)
    assert values.tolist() == sorted(set(numbers))
    assert values[back].tolist() == numbers
