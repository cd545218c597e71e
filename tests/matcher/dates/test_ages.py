from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dates import DateError, Said, read_age
from matcher.dates.interval import add_days, add_months
from tests.matcher.dates.builders import ON, age, best, read, span

SEVEN = "2016-06-02 2018-06-01"


@pytest.mark.parametrize(
    "written",
    [
        "7", "7.0", "៧", "៧ឆ្នាំ", "៧ ឆ្នាំ", "អាយុ ៧ ឆ្នាំ", "អាយុ៧ឆ្នាំ", "ប្រាំពីរឆ្នាំ",
        "seven", "seven years old", "7 years", "7 yrs", "7yrs.",
        "7yo", "7 y/o", "7y", "age 7", "Age: 7", "aged 7", "7 ans", "âgée de 7 ans", "อายุ 7 ปี", "7 tuổi", " 7 ",
    ],
)  # fmt: skip
def test_an_age_counts_completed_or_running_years(written: str) -> None:
    assert age(written) == SEVEN


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("7-9", "2014-06-02 2018-06-01"),
        ("7 – 9 years", "2014-06-02 2018-06-01"),
        ("៧-៩ឆ្នាំ", "2014-06-02 2018-06-01"),
        ("7 to 9", "2014-06-02 2018-06-01"),
        ("between 7 and 9", "2014-06-02 2018-06-01"),
        ("ចន្លោះ ៧ ទៅ ៩ ឆ្នាំ", "2014-06-02 2018-06-01"),
        ("9-7", "2014-06-02 2018-06-01"),
        ("7 or 8", "2015-06-02 2018-06-01"),
        ("៧ ឬ ៨", "2015-06-02 2018-06-01"),
        ("7/8", "2015-06-02 2018-06-01"),
    ],
)
def test_a_range_of_ages_reaches_from_the_oldest_to_the_youngest(written: str, birth: str) -> None:
    assert age(written) == birth


@pytest.mark.parametrize(
    "written",
    ["about 7", "~7", "7?", "c. 7", "ប្រហែល ៧ ឆ្នាំ", "អាយុប្រហែល ៧ ឆ្នាំ", "7 years old approx", "ជិត ៧ឆ្នាំ", "environ 7 ans"],
)
def test_about_reaches_two_years(written: str) -> None:
    assert age(written) == "2015-06-02 2019-06-01"
    assert read_age(written, as_of=ON).approximate


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("18 months", "2022-11-02 2023-01-01"),
        ("១៨ខែ", "2022-11-02 2023-01-01"),
        ("១៨ ខែ", "2022-11-02 2023-01-01"),
        ("18m", "2022-11-02 2023-01-01"),
        ("18 mois", "2022-11-02 2023-01-01"),
        ("3 months old", "2024-02-02 2024-04-01"),
        ("0 months", "2024-05-02 2024-06-01"),
        ("3 weeks", "2024-04-02 2024-06-01"),
        ("10 days", "2024-05-02 2024-06-01"),
        ("1 year 6 months", "2022-09-02 2023-03-01"),
        ("3 years 6 months", "2020-09-02 2021-03-01"),
        ("៣ឆ្នាំ ៦ខែ", "2020-09-02 2021-03-01"),
        ("3 years and 6 months", "2020-09-02 2021-03-01"),
        ("7y6m", "2016-09-02 2017-03-01"),
        ("1.5", "2022-06-02 2023-06-01"),
        ("1,5 ans", "2022-06-02 2023-06-01"),
        ("១ឆ្នាំកន្លះ", "2022-06-02 2023-06-01"),
        ("7 and a half", "2016-06-02 2017-06-01"),
        ("7½", "2016-06-02 2017-06-01"),
        ("newborn", "2024-04-02 2024-06-01"),
        ("ទារកទើបកើត", "2024-04-02 2024-06-01"),
        ("ទារក", "2022-06-02 2024-06-01"),
        ("infant", "2022-06-02 2024-06-01"),
        ("0", "2023-06-02 2024-06-01"),
        ("1", "2022-06-02 2024-06-01"),
        ("toddler", "2020-06-02 2023-06-01"),
        ("teenager", "2004-06-02 2012-06-01"),
    ],
)
def test_small_children_are_counted_in_months_and_halves(written: str, birth: str) -> None:
    assert age(written) == birth


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("under 5", "2019-06-02 2024-06-01"),
        ("<5", "2019-06-02 2024-06-01"),
        ("less than 1 year", "2023-06-02 2024-06-01"),
        ("មិនដល់ ១ ឆ្នាំ", "2023-06-02 2024-06-01"),
        ("over 10", ".. 2015-06-01"),
        (">10", ".. 2015-06-01"),
        ("10+", ".. 2015-06-01"),
        ("ជាង ១០ ឆ្នាំ", ".. 2015-06-01"),
        ("១០ឆ្នាំជាង", "2012-06-02 2015-06-01"),
    ],
)
def test_limits_leave_an_end_open_or_at_today(written: str, birth: str) -> None:
    assert age(written) == birth


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("7 in 2019", "2011-01-02 2013-12-31"),
        ("7 (2019-05-01)", "2011-05-02 2013-05-01"),
        ("7 / 2019", "2011-01-02 2013-12-31"),
        ("7 years old in April 2019", "2011-04-02 2013-04-30"),
        ("7 last year", "2015-01-02 2017-12-31"),
    ],
)
def test_a_day_in_the_text_comes_before_the_day_of_the_record(written: str, birth: str) -> None:
    assert age(written) == birth


@pytest.mark.parametrize(
    ("written", "birth"),
    [
        ("age 7", SEVEN),
        ("7 years old", SEVEN),
        ("អាយុ ៧ឆ្នាំ", SEVEN),
        ("៧ ឆ្នាំ", SEVEN),
        ("7 years", SEVEN),
        ("about 7 years old", "2015-06-02 2019-06-01"),
        ("18 months", "2022-11-02 2023-01-01"),
        ("newborn", "2024-04-02 2024-06-01"),
        ("age 7-9", "2014-06-02 2018-06-01"),
        ("7 years old in 2019", "2011-01-02 2013-12-31"),
        ("in 2019, 7 years old", "2011-01-02 2013-12-31"),
        ("age 7 on 2019-05-01", "2011-05-02 2013-05-01"),
        ("aged 7 as of 1 May 2019", "2011-05-02 2013-05-01"),
        ("អាយុ ៧ឆ្នាំ នៅឆ្នាំ២០១៩", "2011-01-02 2013-12-31"),
        ("7 ans en 2019", "2011-01-02 2013-12-31"),
        ("age 7, 2019", "2011-01-02 2013-12-31"),
    ],
)
def test_an_age_is_read_where_a_date_is_expected(written: str, birth: str) -> None:
    assert read(written) == [birth]


def test_an_age_needs_its_day() -> None:
    with pytest.raises(DateError, match="needs the day on which it was said"):
        best("age 7", None)
    assert read("age 7 on 2019-05-01", None) == ["2011-05-02 2013-05-01"]


def test_an_age_and_an_animal_have_the_days_of_both() -> None:
    assert read("អាយុ៩ឆ្នាំ (ឆ្នាំមមែ)") == ["2015-04-14 2016-04-13"]
    assert read("age 8, year of the goat") == ["2015-06-02 2016-04-13"]


def test_an_age_and_another_animal_are_both_kept() -> None:
    assert read("age 5, year of the goat") == ["2018-06-02 2020-06-01", "2015-04-14 2016-04-13"]


@pytest.mark.parametrize("written", ["131", "2015", "age 200", "2000 months"])
def test_an_age_that_nobody_reaches_is_refused(written: str) -> None:
    with pytest.raises(DateError, match="impossible age"):
        age(written)


@pytest.mark.parametrize(
    "written", ["abc", "-3", "7 Sokha", "2015-04-15", "years", "old", "7 8 9 10", "half", "អាយុ", "ឆ្នាំមមែ"]
)
def test_what_is_no_age_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        age(written)


@pytest.mark.parametrize("written", ["", "  ", "-", "n/a", "មិនដឹង", "NaN"])
def test_a_blank_age_is_refused_as_blank(written: str) -> None:
    with pytest.raises(DateError, match="blank"):
        age(written)


def test_the_half_from_completed_years_is_likelier() -> None:
    reading = read_age("7", as_of=ON)
    assert reading.density == ((span("2016-06-02 2017-06-01"), 1.0), (span("2017-06-02 2018-06-01"), 0.6))
    assert read_age("7-9", as_of=ON).density == ((span("2014-06-02 2018-06-01"), 1.0),)
    assert read_age("18 months", as_of=ON).density == ((span("2022-11-02 2023-01-01"), 1.0),)


births = st.dates(min_value=date(1950, 1, 1), max_value=date(2024, 1, 1))
later = st.integers(0, 40 * 365)


@given(births, later)
def test_the_interval_holds_every_child_of_that_many_completed_years(birth: date, days: int) -> None:
    day = add_days(birth, days)
    completed = sum(add_months(birth, 12 * year) <= day for year in range(1, 60))
    found = read_age(str(completed), as_of=day).best
    assert found.earliest is not None
    assert found.latest is not None
    # On 29 February birthdays two reckonings differ by a day.
    assert add_days(found.earliest, -1) <= birth <= found.latest


@given(births, later)
def test_the_interval_holds_every_child_who_counts_the_running_year(birth: date, days: int) -> None:
    day = add_days(birth, days)
    nominal = day.year - birth.year + 1
    found = read_age(str(nominal), as_of=day).best
    assert found.earliest is not None
    assert found.earliest <= birth
    completed = sum(add_months(birth, 12 * year) <= day for year in range(1, 60))
    if nominal - completed == 1:
        assert found.latest is not None
        assert birth <= found.latest


@given(st.integers(0, 130), births)
def test_nobody_is_born_after_the_day_of_the_age(years: int, day: date) -> None:
    reading = read_age(f"{years} years", as_of=day)
    assert reading.said is Said.AGE
    assert reading.best.latest is not None
    assert reading.best.latest <= day
