from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.dates import DateError, DateReading, Said, read_age, read_date
from matcher.dates.year import FIRST_CIVIL, LAST_CIVIL
from matcher.errors import InputError
from matcher.tables import rows
from tests.matcher.dates.builders import ON, read

WORDS = sorted({word for row in rows("dates_words.csv") for word in row["words"].split(";")})
PIECES = [
    *"-/.,~?%x()[]{}'+<>:&|", "..", " ", "\u200b", "ៗ", "្", "ំ", "½", "é", "中", "᧥", "0", "00", "7", "15", "31", "32", "99",
    "130", "131",
    "2015", "2558", "1377", "2300", "42109", "20150415", "9" * 30,
    "២០១៥", "2015-04-15", "15/4/2015", "99/99/99", "1990s", "10:00",
    "201X",
]  # fmt: skip
# Texts as people and programs might write them: words of dates in any order, signs, numbers, and anything else between.
texts = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(PIECES), st.text(max_size=3)), max_size=14)
joined = st.builds(lambda parts, between: between.join(parts), texts, st.sampled_from(["", " "]))
references = st.one_of(st.none(), st.dates(min_value=date(1, 1, 1), max_value=date.max))
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


def check(reading: DateReading, text: str) -> None:
    assert reading.text == text
    assert reading.intervals
    assert len(set(reading.intervals)) == len(reading.intervals)
    for interval in (*reading.intervals, *(part for part, _ in reading.density)):
        assert interval.earliest is None or interval.latest is None or interval.earliest <= interval.latest


@settings(max_examples=600)
@given(joined, references)
def test_any_text_is_a_reading_or_a_date_error(text: str, on: date | None) -> None:
    try:
        reading = read_date(text, on=on)
    except DateError as error:
        assert error.message  # noqa: PT017  # an error is one of the two right answers here
    else:
        check(reading, text)


@settings(max_examples=300)
@given(joined, st.dates())
def test_any_text_is_an_age_or_a_date_error(text: str, as_of: date) -> None:
    try:
        reading = read_age(text, as_of=as_of)
    except DateError as error:
        assert error.message  # noqa: PT017  # an error is one of the two right answers here
    else:
        check(reading, text)


@given(days)
def test_every_day_is_read_in_the_ways_that_people_write_it(day: date) -> None:
    khmer = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
    ways = (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d %B %Y}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"ថ្ងៃទី{day.day} ខែ{day.month} ឆ្នាំ{day.year}".translate(khmer),
        f"{day.isoformat()}T00:00:00Z",
    )
    for way in ways:
        assert read(way, None)[0] == day.isoformat()


@given(days)
def test_a_plain_iso_date_has_one_reading(day: date) -> None:
    reading = read_date(day.isoformat(), on=None)
    assert reading.said is Said.DAY
    assert [(one.earliest, one.latest) for one in reading.intervals] == [(day, day)]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "-", "?", "n/a", "NaN", "null", "unknown", "មិនដឹង", "មិនស្គាល់"])
def test_a_blank_is_refused_as_blank(text: str) -> None:
    with pytest.raises(DateError, match="blank"):
        read_date(text, on=ON)


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "ក" * 10_000, "1" * 10_000, "2015-04-15" + " " * 10_000, "2015 or " * 2_000, "(" * 10_000]
)
def test_a_long_text_is_refused_unread(text: str) -> None:
    with pytest.raises(DateError, match="too long"):
        read_date(text, on=ON)
    with pytest.raises(DateError, match="too long"):
        read_age(text, as_of=ON)


@pytest.mark.parametrize(
    "text", ["1 or " * 40, "to " * 66, "( " * 99, "2015 - " * 28, "about " * 33, "age 7 " * 33, "x/" * 99]
)
def test_a_text_of_many_connecting_words_ends_in_an_error(text: str) -> None:
    with pytest.raises(DateError):
        read_date(text, on=ON)


def test_a_date_error_is_an_input_error_that_does_not_repeat_the_text() -> None:
    with pytest.raises(InputError) as caught:
        read_date("ឈ្មោះ សុខា Sokha", on=ON)
    assert "Sokha" not in caught.value.message
    assert "សុខា" not in caught.value.message


@pytest.mark.parametrize("year", [FIRST_CIVIL - 1, LAST_CIVIL + 1])
def test_a_day_of_reference_outside_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(DateError, match="the day on which it was said"):
        read_date("yesterday", on=date(year, 6, 1))
    with pytest.raises(DateError, match="the day on which it was said"):
        read_age("7", as_of=date(year, 6, 1))


def test_reading_does_not_depend_on_the_day_where_the_text_names_its_own() -> None:
    for text in ("2015-04-15", "ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥", "2558", "Pchum Ben 2014", "15/4/2558", "before 2015"):
        assert read(text, None) == read(text, ON) == read(text, date(1990, 1, 1))


@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.dates(date(1990, 1, 1), date(2040, 12, 31)))
def test_an_age_that_was_read_before_is_counted_from_its_own_day(day: date, other: date) -> None:
    first, second = read_age("about 7 in 2019", as_of=day), read_age("7", as_of=day)
    read_age("7", as_of=other)
    assert read_age("7", as_of=day) == second
    assert read_age("about 7 in 2019", as_of=other).intervals == first.intervals
    assert second.best.latest is not None
    assert 6 * 365 - 30 <= (day - second.best.latest).days <= 6 * 366
