"""From counts of levels to shares, and from scores to a calibration curve."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.fitting import Seen, fit_calibration, fit_levels

LEVELS = ("different", "alike", "same")
ENTRY: dict[str, Any] = {
    "trust": 40,
    "levels": {
        "different": {"m": 0.2, "s": 0.5, "u": 0.9, "grounds": "reasoned"},
        "alike": {"m": 0.3, "s": 0.3, "u": 0.09, "grounds": "reasoned"},
        "same": {"m": 0.5, "s": 0.2, "u": 0.01, "grounds": "reasoned"},
    },
}
COUNTS = st.lists(st.integers(0, 5_000), min_size=3, max_size=3)


def seen(m: list[int], s: list[int] | None = None, u: list[int] | None = None) -> Seen:
    counts = {share: np.array(one or [0, 0, 0], dtype=np.float64) for share, one in (("m", m), ("s", s), ("u", u))}
    return Seen(LEVELS, counts)


def shares(fitted: dict[str, Any], share: str) -> list[float]:
    return [fitted["levels"][level][share] for level in LEVELS]


def bits(fitted: dict[str, Any]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log2(np.array(shares(fitted, "m")) / np.array(shares(fitted, "u")))
    return found


def test_without_pairs_the_reasoned_shares_stay() -> None:
    fitted = fit_levels("any", ENTRY, seen([0, 0, 0]))
    for share in "msu":
        assert shares(fitted, share) == pytest.approx(shares(ENTRY, share), rel=1e-3)


def test_a_handful_of_pairs_moves_little_and_thousands_move_all_the_way() -> None:
    few, many = (fit_levels("any", ENTRY, seen(counts)) for counts in ([2, 1, 1], [5_000, 2_500, 2_500]))
    assert shares(few, "m") == pytest.approx(shares(ENTRY, "m"), abs=0.03)
    assert shares(many, "m") == pytest.approx([0.5, 0.25, 0.25], abs=0.01)


def test_a_level_that_was_never_seen_keeps_a_share() -> None:
    fitted = fit_levels("any", ENTRY, seen([0, 0, 5_000], u=[5_000, 0, 0]))
    assert all(share > 0 for one in "mu" for share in shares(fitted, one))


def test_where_nothing_was_said_of_siblings_they_are_like_strangers() -> None:
    silent = {
        "levels": {level: {"m": one["m"], "u": one["u"], "grounds": "x"} for level, one in ENTRY["levels"].items()}
    }
    fitted = fit_levels("any", silent, seen([0, 0, 0]))
    assert shares(fitted, "s") == pytest.approx(shares(fitted, "u"), rel=1e-3)


def test_grounds_and_bounds_stay_and_the_reference_is_that_of_the_names() -> None:
    rarity = {
        "same": {"reference": 0.1, "least": -3.0, "most": 2.0},
        "alike": {"reference": 0.2, "least": -1.0, "most": 1.0},
    }
    counted = Seen(LEVELS, seen([0, 0, 0]).counts, {"same": 0.05})
    fitted = fit_levels("any", {**ENTRY, "rarity": rarity}, counted)
    assert fitted["levels"]["same"]["grounds"] == "reasoned"
    assert fitted["rarity"] == {"same": {**rarity["same"], "reference": 0.05}, "alike": rarity["alike"]}


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, COUNTS)
def test_whatever_is_counted_a_better_level_is_never_worth_less_and_shares_add_up(
    m: list[int], s: list[int], u: list[int]
) -> None:
    fitted = fit_levels("any", ENTRY, seen(m, s, u))
    assert all(a <= b + 1e-2 for a, b in pairwise(bits(fitted)))
    assert [sum(shares(fitted, share)) for share in "mu"] == pytest.approx([1.0, 1.0], abs=2e-3)
    assert all(one > 0 for share in "msu" for one in shares(fitted, share))


@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, COUNTS)
def test_what_speaks_for_the_child_never_speaks_more_for_a_sibling(m: list[int], s: list[int], u: list[int]) -> None:
    for one in fit_levels("any", ENTRY, seen(m, s, u))["levels"].values():
        assert one["m"] <= one["u"] or one["s"] <= one["m"]


def test_what_siblings_share_never_tells_the_child_from_one() -> None:
    shared = {**ENTRY, "shared_by_siblings": "one father"}
    for one in fit_levels("any", shared, seen([0, 0, 900], s=[0, 0, 100], u=[5_000, 50, 1]))["levels"].values():
        assert one["m"] <= one["u"] or one["s"] == one["m"]


def test_levels_without_an_order_may_fall() -> None:
    falling = seen([5_000, 2_000, 10], u=[100, 2_000, 5_000])
    assert bits(fit_levels("elapsed", ENTRY, falling))[0] > bits(fit_levels("elapsed", ENTRY, falling))[2]
    assert (np.diff(bits(fit_levels("any", ENTRY, falling))) >= -1e-2).all()


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.7, 2.0), (0.5, -1.5)])
def test_a_known_curve_is_found_again(slope: float, offset: float) -> None:
    rng = np.random.default_rng(4)
    scores = rng.uniform(-15, 15, 60_000)
    is_same = rng.random(len(scores)) < 1 / (1 + np.exp2(-(slope * scores + offset)))
    assert fit_calibration(scores, is_same) == pytest.approx((slope, offset), abs=0.06)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0.05, 30), st.floats(-5, 5))
def test_kinds_that_are_clean_apart_still_give_a_curve_that_rises_between_them(
    hits: int, misses: int, gap: float, middle: float
) -> None:
    scores = middle + np.concatenate([gap + np.linspace(0, 12, hits), -gap - np.linspace(0, 30, misses)])
    slope, offset = fit_calibration(scores, scores > middle)
    assert 0 < slope < 1_000 / gap
    assert abs(slope * middle + offset) < slope * gap + 12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-60, 60), st.booleans()), min_size=2, max_size=40))
def test_whatever_the_scores_the_curve_is_the_best_one_near_it(pairs: list[tuple[float, bool]]) -> None:
    scores, is_same = np.array([score for score, _ in pairs]), np.array([same for _, same in pairs])
    hits, misses = is_same.sum(), (~is_same).sum()
    target = np.where(is_same, (hits + 1) / (hits + 2), 1 / (misses + 2))

    def loss(slope: float, offset: float) -> float:
        odds = (slope * scores + offset) * np.log(2)
        return float((np.logaddexp(0, odds) - target * odds).sum())

    slope, offset = fit_calibration(scores, is_same)
    for other in ((slope * 1.05, offset), (slope * 0.95, offset), (slope, offset + 0.05), (slope, offset - 0.05)):
        assert loss(slope, offset) <= loss(*other) + 1e-3


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0.05, 30))
def test_kinds_that_are_clean_apart_leave_a_known_curve_about_where_it_is(hits: int, misses: int, gap: float) -> None:
    scores = np.concatenate([gap + np.linspace(0, 12, hits), -gap - np.linspace(0, 30, misses)])
    slope, offset = fit_calibration(scores, scores > 0, near=(0.9, 0.0))
    assert 0.9 <= slope < 1.6
    assert abs(offset) < 4


def test_pairs_that_contradict_a_known_curve_move_it_the_further_the_more_they_are() -> None:
    rng = np.random.default_rng(4)
    moved = []
    for count in (0, 100, 50_000):
        scores = rng.uniform(-15, 15, count)
        is_same = rng.random(count) < 1 / (1 + np.exp2(-(0.5 * scores - 1)))
        moved.append(fit_calibration(scores, is_same, near=(1.0, 1.0)))
    assert moved[0] == (1.0, 1.0)
    assert moved[0][0] > moved[1][0] > moved[2][0]
    assert moved[2] == pytest.approx((0.5, -1.0), abs=0.06)
