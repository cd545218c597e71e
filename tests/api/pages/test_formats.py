from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages import formats


def test_a_day_is_written_with_each_languages_month() -> None:
    assert formats.day(date(2026, 11, 25), "en") == "25 November 2026"
    assert formats.day(date(2026, 11, 25), "km") == "25 វិច្ឆិកា 2026"


def test_every_month_has_a_name_of_its_own_in_both_languages() -> None:
    for language in ("en", "km"):
        assert len({formats.day(date(2026, month, 1), language) for month in range(1, 13)}) == 12


def test_a_moment_is_told_in_cambodias_time() -> None:
    assert formats.moment(datetime(2026, 11, 25, 18, 30, tzinfo=UTC), "en") == "26 November 2026, 01:30"


@pytest.mark.parametrize(
    ("share", "shown"), [(0.934, "93%"), (0.5, "50%"), (0.0, "< 1%"), (0.004, "< 1%"), (1.0, "> 99%"), (0.996, "> 99%")]
)
def test_a_probability_is_whole_per_cent(share: float, shown: str) -> None:
    assert formats.percent(share) == shown


@given(st.floats(0, 1))
def test_no_probability_is_shown_as_certain_or_impossible(share: float) -> None:
    assert formats.percent(share) not in ("0%", "100%")


@pytest.mark.parametrize(("weight", "shown"), [(8.1, "+8.10"), (-13.0, "−13.00"), (0.0, "0.00"), (-0.001, "0.00")])
def test_bits_carry_their_sign(weight: float, shown: str) -> None:
    assert formats.bits(weight) == shown
