from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.comparisons.groups import Groups, cross

SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=6)


def groups(sizes: list[int]) -> Groups:
    return Groups.of([range(size) for size in sizes])


@given(SIZES, SIZES, st.data())
def test_every_item_of_one_group_meets_every_item_of_the_other_once(
    mine: list[int], yours: list[int], data: st.DataObject
) -> None:
    one, other = groups(mine), groups(yours)
    pairs = data.draw(st.lists(st.tuples(st.integers(0, len(mine) - 1), st.integers(0, len(yours) - 1)), max_size=8))
    left, right = (np.array(side, np.intp) for side in (zip(*pairs, strict=True) if pairs else ((), ())))
    crossed = cross(one, other, left, right)
    expected = [
        (int(one.starts[a]) + i, int(other.starts[b]) + j)
        for a, b in pairs
        for i in range(mine[a])
        for j in range(yours[b])
    ]
    assert list(zip(crossed.first.tolist(), crossed.second.tolist(), strict=True)) == expected


@given(SIZES, SIZES, st.data())
def test_the_best_of_a_pair_of_groups_is_the_first_of_its_highest(
    mine: list[int], yours: list[int], data: st.DataObject
) -> None:
    pairs = min(len(mine), len(yours))
    crossed = cross(groups(mine), groups(yours), np.arange(pairs), np.arange(pairs))
    total = sum(a * b for a, b in zip(mine, yours, strict=False))
    ranks = np.array(data.draw(st.lists(st.integers(0, 3), min_size=total, max_size=total)), np.float32)
    for pair, best in enumerate(crossed.best(ranks).tolist()):
        start = int(crossed.starts[pair])
        own = ranks[start : start + mine[pair] * yours[pair]]
        assert best == start + int(own.argmax())
