from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import columns
from matcher.columns import Meeting, Reading, read_column, reread_columns
from matcher.comparisons.base import SILENT, Comparison
from matcher.record import Record
from tests.builders import intake, report, scorer

NAMES = ["Sok Dara", "Dara SOKH", "សុខ ដារ៉ា", "Chea Sophea", "Dara", ""]
HOMES = ["Battambang", "Siem Reap", "Kampot", ""]
CHILD = st.tuples(st.sampled_from(NAMES), st.sampled_from(HOMES))
Child = tuple[str, str]


@settings(max_examples=12, deadline=None)
@given(st.lists(CHILD, min_size=1, max_size=8), st.lists(CHILD, min_size=1, max_size=8), st.data())
def test_however_pairs_of_values_are_gathered_their_outcome_is_that_of_each_pair(
    reports: list[Child], intakes: list[Child], data: st.DataObject
) -> None:
    left = data.draw(st.lists(st.integers(0, len(reports) - 1), min_size=1, max_size=6))
    right = data.draw(st.lists(st.integers(0, len(intakes) - 1), min_size=len(left), max_size=len(left)))
    mine = [report(full_name=name, home_place=home) for name, home in reports]
    yours = [intake(full_name=name, home_place=home) for name, home in intakes]
    for name in ("name", "home"):
        comparison = scorer().comparisons[scorer().names.index(name)]
        a, b = read_column(comparison, mine), read_column(comparison, yours)
        if not Meeting(comparison, a, b):
            continue
        pairs = [(mine[i], yours[j]) for i, j in zip(left, right, strict=True)]
        expected = [_of_pair(comparison, *pair) for pair in pairs]
        with pytest.MonkeyPatch.context() as patched:
            for most in (1 << 20, 0):
                patched.setattr(columns, "_REMEMBERED", most)
                meeting = Meeting(comparison, a, b)
                for part in (slice(0, 1), slice(0, None)):
                    found = meeting.compare(np.array(left[part], np.intp), np.array(right[part], np.intp))
                    assert list(zip(found.levels.tolist(), found.commonness.tolist(), strict=True)) == expected[part]


def _of_pair(comparison: Comparison[Any], mine: Record, yours: Record) -> tuple[int, float]:
    """The level and commonness of one pair, asked alone."""
    a, b = (comparison.said(text) if (text := comparison.text(record)) else () for record in (mine, yours))
    if not (a and b):
        return SILENT, 0.0
    found = comparison.compare([a[1]], [b[1]])
    return int(found.levels[0]), float(found.commonness[0])


def test_what_is_said_twice_stands_once_in_a_column_and_silence_has_no_place() -> None:
    comparison = scorer().comparisons[scorer().names.index("home")]
    column = read_column(comparison, [intake(home_place=home) for home in ("Kampot", "", "Battambang", "Kampot")])
    assert column.positions.tolist() == [0, SILENT, 1, 0]
    assert (len(column.texts), bool(column)) == (2, True)


def test_a_column_of_records_that_were_read_before_is_that_of_new_ones() -> None:
    records = [intake(full_name=name, home_place=home) for name in NAMES for home in HOMES]
    readings = [Reading(record) for record in records]
    comparisons = scorer().comparisons
    # Some of them have been read of before, some have not.
    reread_columns(comparisons, [True] * len(comparisons), readings[::2])
    again = reread_columns(comparisons, [True] * len(comparisons), readings)
    for comparison, column in zip(comparisons, again, strict=True):
        new = read_column(comparison, records)
        assert column.positions.tolist() == new.positions.tolist()
        assert column.texts == new.texts


def test_a_column_that_is_not_needed_is_not_read() -> None:
    comparisons = scorer().comparisons
    silent = reread_columns(comparisons, [False] * len(comparisons), [Reading(intake(full_name="Sok Dara"))])
    assert not any(silent)
    assert all(column.positions.tolist() == [SILENT] for column in silent)
