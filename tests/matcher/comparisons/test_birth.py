from __future__ import annotations

from datetime import date, timedelta

import pytest

from matcher.comparisons.birth import BirthComparison
from tests.builders import intake, level_of, match_of, report

LEVELS = BirthComparison.levels


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("2015-04-17", "17/4/2015", "same day"),
        ("2015-01-01", "2015-01-01", "same day, often a guess"),
        ("2015-04-09", "2015-09-04", "day and month swapped"),
        ("2015-04-17", "2015-04", "same month"),
        ("2015-04-17", "2015", "same year"),
        ("2015-04-17", "2015-05-02", "within a month"),
        ("2015-04-17", "2015-12-30", "within a year"),
        ("2015-04-17", "2017-03-01", "within two years"),
        ("2015-04-17", "2018-12-30", "within four years"),
        ("2015-04-17", "2005-04-17", "far apart"),
    ],
)
def test_the_level_follows_gap_and_precision(one: str, other: str, level: str) -> None:
    assert level_of("birth", report(date_of_birth=one), intake(date_of_birth=other)) == level


def test_evidence_never_rises_with_the_distance() -> None:
    day = date(2012, 3, 17)
    gaps = [0, 1, 50, 51, 200, 201, 800, 1500, 3650]
    weights = [
        match_of(report(date_of_birth=day.isoformat()), intake(date_of_birth=(day + timedelta(gap)).isoformat()))
        .evidence[0]
        .weight
        for gap in gaps
    ]
    assert weights == sorted(weights, reverse=True)


def test_a_birth_date_and_an_age_compare() -> None:
    level = level_of("birth", report(date_of_birth="2015-04-17"), intake(age="9", recorded_on="2024-06-01"))
    assert level is not None
    assert LEVELS.index(level) >= LEVELS.index("ages overlap")


def test_an_age_counts_from_the_day_it_was_true() -> None:
    level = level_of("birth", report(age="5", age_as_of="2015-06-01"), intake(age="14", age_as_of="2024-06-01"))
    assert level is not None
    assert LEVELS.index(level) >= LEVELS.index("ages overlap")


def test_an_age_without_a_day_says_nothing() -> None:
    assert level_of("birth", report(age="5"), intake(age="5", recorded_on="2024-06-01")) is None


def test_a_text_that_is_no_date_says_nothing() -> None:
    assert level_of("birth", report(date_of_birth="during the flood"), intake(date_of_birth="2015-04-17")) is None
