"""The measures, on cases worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.metrics import (
    bootstrap_interval,
    calibration_error,
    hits_at,
    mean_reciprocal_rank,
    precision_at,
    recall_at,
    reciprocal_ranks,
    reliability,
    reliability_by_width,
    share_interval,
)

RANKINGS = {"r1": ["a", "b", "c"], "r2": ["d", "e"], "r3": []}
TRUTH = [("r1", "b"), ("r2", "d"), ("r3", "f"), ("r4", "g")]


def test_recall_counts_true_pairs_among_the_first_k() -> None:
    assert recall_at(RANKINGS, TRUTH, 1) == 0.25
    assert recall_at(RANKINGS, TRUTH, 2) == 0.5
    assert hits_at(RANKINGS, TRUTH, 2).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_report_without_a_ranking_counts_as_missed() -> None:
    assert reciprocal_ranks(RANKINGS, TRUTH).tolist() == [0.5, 1.0, 0.0, 0.0]
    assert mean_reciprocal_rank(RANKINGS, TRUTH) == 0.375


def test_the_reciprocal_rank_takes_the_best_of_several_true_intakes() -> None:
    assert reciprocal_ranks({"r": ["x", "y", "z"]}, [("r", "z"), ("r", "y")]).tolist() == [0.5]


def test_precision_counts_pairs_at_or_above_the_cut() -> None:
    found = precision_at([0.9, 0.8, 0.8, 0.1], [True, False, True, True], 0.8)
    assert found.precision == pytest.approx(2 / 3)
    assert found.pairs == 3


def test_precision_is_unknown_where_nothing_reaches_the_cut() -> None:
    found = precision_at([0.2], [True], 0.5)
    assert math.isnan(found.precision)
    assert found.pairs == 0


def test_calibration_error_is_the_mean_gap_over_bins_of_equal_mass() -> None:
    # two bins of two: claimed .15, true 0; claimed .85, true .5
    error = calibration_error([0.1, 0.9, 0.2, 0.8], [False, True, False, False], bins=2)
    assert error == pytest.approx((0.15 + 0.35) / 2)


def test_calibration_bins_hold_equal_numbers_not_equal_widths() -> None:
    # nine sure and right, one at .5 and wrong: bins of five, gaps |.9 - .8| and |1 - 1|
    error = calibration_error([1.0] * 9 + [0.5], [True] * 9 + [False], bins=2)
    assert error == pytest.approx(0.5 * 0.1)


def test_perfect_probabilities_have_no_calibration_error() -> None:
    assert calibration_error([0.0, 1.0, 1.0], [False, True, True], bins=10) == 0.0


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 scores but 1 outcomes"):
        precision_at([0.1, 0.2], [True], 0.5)
    with pytest.raises(ValueError, match="at least one bin"):
        calibration_error([0.1], [True], bins=0)


def test_nothing_to_measure_is_not_a_number() -> None:
    assert math.isnan(recall_at({}, [], 5))
    assert math.isnan(calibration_error([], []))
    assert math.isnan(bootstrap_interval(np.array([])).value)


def test_the_bootstrap_interval_of_a_constant_is_the_constant() -> None:
    interval = bootstrap_interval(np.ones(20), rounds=50)
    assert (interval.low, interval.value, interval.high) == (1.0, 1.0, 1.0)


def test_the_bootstrap_interval_has_the_width_that_theory_gives() -> None:
    values = np.array([0.0, 1.0] * 200)
    interval = bootstrap_interval(values, rounds=400, seed=3)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 400), rel=0.15)
    assert interval == bootstrap_interval(values, rounds=400, seed=3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.integers(1, 12))
def test_calibration_error_is_at_least_the_overall_gap(pairs: list[tuple[float, bool]], bins: int) -> None:
    claimed, true = [p for p, _ in pairs], [t for _, t in pairs]
    overall = abs(float(np.mean(claimed)) - float(np.mean(true)))
    assert overall - 1e-9 <= calibration_error(claimed, true, bins=bins) <= 1 + 1e-9


def test_bins_of_equal_width_leave_out_the_empty_ones_and_keep_certainty_in_the_last() -> None:
    found = reliability_by_width([0.05, 0.08, 1.0], [False, True, True])
    assert [(one.true, one.count) for one in found] == [(0.5, 2), (1.0, 1)]
    assert [one.stated for one in found] == pytest.approx([0.065, 1.0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.integers(1, 12))
def test_every_pair_is_in_one_bin(pairs: list[tuple[float, bool]], bins: int) -> None:
    claimed, true = [p for p, _ in pairs], [t for _, t in pairs]
    for found in (reliability(claimed, true, bins=bins), reliability_by_width(claimed, true, bins=bins)):
        assert sum(one.count for one in found) == len(pairs)
        assert sum(one.count * one.true for one in found) == pytest.approx(sum(true))
        stated = [one.stated for one in found]
        assert stated == sorted(stated)


def test_the_interval_of_a_share_is_wilsons_and_has_a_width_at_the_ends() -> None:
    assert share_interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    low, high = share_interval(1.0, 10)
    assert (low, high) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert share_interval(0.0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
