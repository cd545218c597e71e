"""Comparisons that take many pairs at once give what the rule for one pair says, in words one can check by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from matcher.comparisons.base import SILENT
from matcher.comparisons.birth import Birth, BirthComparison
from matcher.comparisons.names import NameGroups, best_name_levels, compare_groups
from matcher.comparisons.numbers import Phones
from matcher.names import analyse, compare

_DAY = st.dates(date(2005, 1, 1), date(2020, 12, 31)).map(date.toordinal)
_INTERVAL = st.tuples(_DAY, st.sampled_from([0, 0, 0, 5, 30, 300, 600, 3_000, 9_000])).map(
    lambda one: (one[0], one[0] + one[1])
)
_BIRTH = st.builds(
    lambda readings, guessed: Birth(tuple(readings), guessed),
    st.lists(_INTERVAL, min_size=1, max_size=3),
    st.booleans(),
)
_PHONE = st.one_of(
    st.sampled_from(["12345678", "12345687", "1234567", "21345678", "12346578"]),
    st.from_regex("[1-9][0-9]{5,10}", fullmatch=True),
)


def _birth_level(a: tuple[int, int], b: tuple[int, int], guessed: bool) -> int:
    gap, width = max(a[0], b[0]) - min(a[1], b[1]), max(a[1] - a[0], b[1] - b[0]) + 1
    if gap <= 0:
        if width > 12 * 366:
            return SILENT
        known = "same day, often a guess" if guessed else "same day"
        label = (
            known if width == 1 else "same month" if width <= 31 else "same year" if width <= 731 else "ages overlap"
        )
        return BirthComparison.levels.index(label)
    one, other = date.fromordinal(a[0]), date.fromordinal(b[0])
    if a[0] == a[1] and b[0] == b[1] and (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return BirthComparison.levels.index("day and month swapped")
    bounds = ((31, "within a month"), (366, "within a year"), (732, "within two years"), (1464, "within four years"))
    return next((BirthComparison.levels.index(label) for days, label in bounds if gap <= days), 0)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_BIRTH, _BIRTH), min_size=1, max_size=6))
def test_births_have_the_best_level_of_their_readings(pairs: list[tuple[Birth, Birth]]) -> None:
    found = BirthComparison().compare([a for a, _ in pairs], [b for _, b in pairs]).levels.tolist()
    assert found == [
        max(_birth_level(one, other, a.guessed or b.guessed) for one in a.intervals for other in b.intervals)
        for a, b in pairs
    ]


@pytest.mark.parametrize(("one", "other"), [("2015-05-04", "2015-04-05"), ("2014-12-01", "2014-01-12")])
def test_a_day_and_month_that_changed_places_are_seen(one: str, other: str) -> None:
    births = [Birth(((date.fromisoformat(text).toordinal(),) * 2,), False) for text in (one, other)]
    level = BirthComparison().compare(births[:1], births[1:]).levels[0]
    assert BirthComparison.levels[level] == "day and month swapped"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[st.lists(_PHONE, min_size=1, max_size=3).map(tuple)] * 2), min_size=1, max_size=5))
def test_telephones_are_as_near_as_their_nearest_numbers(pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    found = Phones().compare([a for a, _ in pairs], [b for _, b in pairs]).levels.tolist()
    apart = [min(OSA.distance(one, other) for one in a for other in b) for a, b in pairs]
    assert found == [{0: 2, 1: 1}.get(distance, 0) for distance in apart]


def test_groups_of_names_have_the_level_and_commonness_of_their_best_pair() -> None:
    texts = [("Sok Dara", "Pov"), ("Chan Sopheap",), ("សុខ ដារ៉ា", "Lim Heng"), ("Pov",)]
    values = [tuple(name for text in group for name in analyse(text)) for group in texts]
    groups, pairs = NameGroups.of(values), [(a, b) for a in range(4) for b in range(4)]
    left, right = (np.array(side, np.intp) for side in zip(*pairs, strict=True))
    levels, commonness = compare_groups(groups, groups, left, right)
    assert levels.tolist() == [max(int(compare(x, y).level) for x in values[a] for y in values[b]) for a, b in pairs]
    assert best_name_levels([values[a] for a, _ in pairs], [values[b] for _, b in pairs]).tolist() == levels.tolist()
    assert (commonness > 0).all()
