from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.waterfall import WIDTH, waterfall

BITS = st.floats(-30, 30).map(lambda value: round(value, 2))
WEIGHTS = st.lists(BITS, max_size=25)


@given(BITS, WEIGHTS)
def test_each_bar_begins_where_the_one_before_it_ended_and_the_last_at_the_score(
    prior: float, weights: list[float]
) -> None:
    score = round(prior + sum(weights), 2)
    drawn = waterfall(prior, weights, score)
    before = drawn.first.end
    for bar, weight in zip(drawn.bars, weights, strict=True):
        assert bar.start == before
        assert bar.after - bar.before == pytest.approx(weight, abs=0.01)
        before = bar.end
    assert before == pytest.approx(drawn.last.end, abs=0.5)
    assert drawn.last.after == score


@given(BITS, WEIGHTS, st.lists(BITS, max_size=2))
def test_nothing_is_drawn_outside_the_column(prior: float, weights: list[float], cuts: list[float]) -> None:
    drawn = waterfall(prior, weights, round(prior + sum(weights), 2), cuts)
    for bar in (drawn.first, *drawn.bars, drawn.last):
        assert bar.x >= 0
        assert bar.x + bar.width <= WIDTH
    assert all(0 <= line <= WIDTH for line in (drawn.zero, *drawn.cuts))


@given(BITS, WEIGHTS)
def test_evidence_for_goes_right_and_evidence_against_goes_left(prior: float, weights: list[float]) -> None:
    drawn = waterfall(prior, weights, round(prior + sum(weights), 2))
    for bar, weight in zip(drawn.bars, weights, strict=True):
        assert (bar.end - bar.start) * weight >= 0


def test_a_weight_near_zero_can_still_be_seen() -> None:
    (bar,) = waterfall(-13.0, [0.01], -12.99).bars
    assert bar.width > 0


def test_a_match_without_any_evidence_is_only_its_start() -> None:
    drawn = waterfall(-13.0, [], -13.0)
    assert drawn.bars == ()
    assert (drawn.first.x, drawn.first.width) == (drawn.last.x, drawn.last.width)


def test_a_scale_of_nothing_but_zero_can_be_drawn() -> None:
    assert waterfall(0.0, [], 0.0).zero == pytest.approx(WIDTH / 2, abs=WIDTH)
