"""The cut-offs follow the costs: dearer errors are made more seldom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.costs import Costs, cutoffs
from matcher.errors import InputError
from matcher.model import Model
from matcher.refitting import shipped_data

TABLE = {name: {"minutes": minutes} for name, minutes in (("missed_child", 60), ("false_likely", 1200), ("review", 5))}
costs = st.builds(Costs, st.floats(10, 1000), st.floats(100, 5000), st.floats(1, 60))


def test_a_cut_off_is_where_both_choices_cost_the_same() -> None:
    found = cutoffs(Costs(missed_child=60, false_likely=1140, review=20))
    assert found == {"likely": 0.95, "possible": 0.25}


@given(costs, st.floats(1.05, 5))
def test_the_dearer_a_false_likely_the_higher_is_likely(one: Costs, times: float) -> None:
    dearer = cutoffs(replace(one, false_likely=one.false_likely * times))
    assert dearer["likely"] >= cutoffs(one)["likely"]
    assert dearer["possible"] == cutoffs(one)["possible"]


@given(costs, st.floats(1.05, 5))
def test_the_dearer_a_missed_child_the_lower_are_both(one: Costs, times: float) -> None:
    dearer, before = cutoffs(replace(one, missed_child=one.missed_child * times)), cutoffs(one)
    assert dearer["likely"] <= before["likely"]
    assert dearer["possible"] <= before["possible"]


@given(costs, st.floats(1.05, 5))
def test_the_dearer_a_review_the_higher_is_possible(one: Costs, times: float) -> None:
    assert cutoffs(replace(one, review=one.review * times))["possible"] >= cutoffs(one)["possible"]


@given(costs)
def test_a_match_that_is_likely_is_possible_too(one: Costs) -> None:
    found = cutoffs(one)
    assert 0 < found["possible"] <= found["likely"] < 1


@pytest.mark.parametrize("wrong", [{"review": 0}, {"missed_child": -1}, {"false_likely": 5}])
def test_costs_that_are_none_are_refused(wrong: dict[str, float]) -> None:
    table: dict[str, Any] = {**TABLE, **{name: {"minutes": minutes} for name, minutes in wrong.items()}}
    with pytest.raises(InputError, match="cost"):
        Costs.from_table(table)


def test_the_shipped_cut_offs_are_those_of_the_declared_costs() -> None:
    data, model = shipped_data(), Model.shipped()
    assert cutoffs(Costs.from_table(data["costs"])) == {"likely": model.likely, "possible": model.possible}
    assert all(row["grounds"] for row in data["costs"].values())
