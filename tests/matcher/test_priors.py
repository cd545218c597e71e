"""The prior follows the size of an installation, in steps, when its model is fitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.model import Model
from matcher.priors import size_shift, sized
from matcher.refitting import shipped_data

sizes = st.integers(1, 10_000_000)


@pytest.mark.parametrize(
    ("reports", "intakes", "shift"),
    [(1_500, 4_500, 0.0), (4_500, 1_500, 0.0), (2_000, 9_000, -1.0), (2_000, 36_000, -3.0), (100, 1_125, 0.0), (0, 0, 0.0)],
)  # fmt: skip
def test_twice_as_many_children_cost_one_bit(reports: int, intakes: int, shift: float) -> None:
    assert size_shift(4_500, reports, intakes) == shift


@given(sizes, sizes)
def test_reports_and_intakes_count_alike(reports: int, intakes: int) -> None:
    assert size_shift(4_500, reports, intakes) == size_shift(4_500, intakes, reports)


@given(sizes, st.integers(1, 10_000_000))
def test_more_children_never_raise_the_prior(size: int, more: int) -> None:
    assert size_shift(4_500, size + more, 1) <= size_shift(4_500, size, 1)


@given(sizes)
def test_a_shift_is_whole_half_bits_and_bounded(size: int) -> None:
    shift = size_shift(4_500, size, 0)
    assert shift * 2 == int(shift * 2)
    assert -10 <= shift <= 0


@given(st.integers(1_000, 1_000_000), st.floats(0.93, 1.07))
def test_a_prior_in_use_stays_while_the_installation_is_about_as_large(size: int, times: float) -> None:
    nearest = size_shift(4_500, size, 1, in_use=99.0)
    assert size_shift(4_500, int(size * times), 1, nearest) == nearest


def test_a_small_installation_does_not_raise_the_prior() -> None:
    assert size_shift(4_500, 3, 12) == 0.0


def test_both_priors_move_and_say_for_which_size() -> None:
    base = shipped_data()
    found = sized(base, 2_000, 18_000, Model.shipped().prior)
    for name in ("prior", "family_prior"):
        assert found[name]["bits"] == base[name]["bits"] - 2
        assert found[name]["sized_for"] == {"reports": 2_000, "intakes": 18_000, "shift": -2.0}
        assert found[name]["grounds"] == base[name]["grounds"]
