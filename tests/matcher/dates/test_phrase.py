from __future__ import annotations

from datetime import date

import pytest

from matcher.dates import DateError, Said, read_date
from tests.matcher.dates.builders import ON, best, read

SOME_DAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    "written",
    [
        "ថ្ងៃទី១៦ ខែមេសា ឆ្នាំ២០១៥", "ថ្ងៃទី១៦ខែមេសាឆ្នាំ២០១៥", "ថ្ងៃទី ១៦ ខែ មេសា ឆ្នាំ ២០១៥", "ថ្ងៃព្រហស្បតិ៍ ទី១៦ ខែមេសា ឆ្នាំ២០១៥",
        "ថ្ងៃទី\u200b១៦\u200bខែ\u200bមេសា\u200bឆ្នាំ\u200b២០១៥", "១៦ មេសា ២០១៥", "១៦ ខែមេសា ២០១៥", "១៦ ខែ៤ ឆ្នាំ២០១៥", "១៦ខែ៤ឆ្នាំ២០១៥",
        "ថ្ងៃទី ១៦ ខែ ០៤ ឆ្នាំ ២០១៥", "ថ្ងៃទី១៦ ខែមេសា គ.ស. ២០១៥", "ថ្ងៃទី១៦/០៤/២០១៥", "១៦-មេសា-២០១៥", "កើតថ្ងៃទី១៦ ខែមេសា ឆ្នាំ២០១៥",
        "ថ្ងៃទីដប់ប្រាំមួយ ខែមេសា ឆ្នាំពីរពាន់ដប់ប្រាំ", "ថ្ងៃទី១៦ ខែមេសា ឆ្នាំ២០១៥ ម៉ោង ៥", "ថ្ងៃទី16 ខែមេសា 2015",
        "16 April 2015", "April 16, 2015", "16th of April 2015", "the sixteenth of April, 2015", "Thu, 16 Apr 2015",
        "2015 April 16",
        "16-Apr-2015", "16/Apr/2015", "16 Apr 15", "16.Apr.2015", "16 apr 2015 (birth certificate)", "DOB: 16/4/2015",
        "Thu, 16 Apr 2015 00:00:00 +0700", "Thu Apr 16 2015 00:00:00 GMT+0700 (Indochina Time)", "16 April 2015 5pm",
        "16 avril 2015", "née le 16 avril 2015", "16 avr. 2015", "16 Mesa 2015", "ngày 16 tháng 4 năm 2015", "16 เมษายน 2558",
    ],
)  # fmt: skip
def test_a_date_in_words_is_a_day(written: str) -> None:
    assert read(written) == ["2015-04-16"]


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("មេសា ២០១៥", "2015-04-01 2015-04-30"),
        ("ខែមេសា ឆ្នាំ២០១៥", "2015-04-01 2015-04-30"),
        ("ខែ៤ ឆ្នាំ២០១៥", "2015-04-01 2015-04-30"),
        ("April 2015", "2015-04-01 2015-04-30"),
        ("avril 2015", "2015-04-01 2015-04-30"),
        ("Sept. 2015", "2015-09-01 2015-09-30"),
        ("Apr-15", "2015-04-01 2015-04-30"),
        ("Febuary 2015", "2015-02-01 2015-02-28"),
        ("Septembar 2015", "2015-09-01 2015-09-30"),
        ("កុម្ភៈ ២០១៦", "2016-02-01 2016-02-29"),
        ("កុម្ភ: ២០១៦", "2016-02-01 2016-02-29"),
        ("មិនា ២០១៥", "2015-03-01 2015-03-31"),
    ],
)
def test_a_month_and_its_year_are_the_days_of_the_month(written: str, month: str) -> None:
    assert read(written) == [month]


KHMER_MONTHS = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]
LATIN_MONTHS = [
    "Makara",
    "Kompheak",
    "Minea",
    "Mesa",
    "Ousaphea",
    "Mithona",
    "Kakada",
    "Seiha",
    "Kanha",
    "Tola",
    "Vichheka",
    "Thnou",
]


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_known_in_four_ways_of_writing(number: int) -> None:
    day = date(2015, number, 20)
    for month in (KHMER_MONTHS[number - 1], LATIN_MONTHS[number - 1], f"{day:%B}", f"{day:%b}"):
        assert read(f"20 {month} 2015") == [day.isoformat()]


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("between 2013 and 2015", "2013-01-01 2015-12-31"),
        ("ចន្លោះឆ្នាំ២០១៣ និង ២០១៥", "2013-01-01 2015-12-31"),
        ("ចន្លោះ ២០១៣-២០១៥", "2013-01-01 2015-12-31"),
        ("ពីឆ្នាំ២០១៣ ដល់ ២០១៥", "2013-01-01 2015-12-31"),
        ("from 2013 to 2015", "2013-01-01 2015-12-31"),
        ("entre 2013 et 2015", "2013-01-01 2015-12-31"),
        ("de 2013 à 2015", "2013-01-01 2015-12-31"),
        ("2013 or 2014", "2013-01-01 2014-12-31"),
        ("២០១៣ ឬ ២០១៤", "2013-01-01 2014-12-31"),
        ("early 2013 to late 2015", "2013-01-01 2015-12-31"),
        ("15 to 20 April 2015", "2015-04-15 2015-04-20"),
        ("15-20 April 2015", "2015-04-15 2015-04-20"),
        ("April to June 2015", "2015-04-01 2015-06-30"),
        ("April - June 2015", "2015-04-01 2015-06-30"),
        ("between April and June 2015", "2015-04-01 2015-06-30"),
        ("December 2014 - January 2015", "2014-12-01 2015-01-31"),
        ("Dec 2014/Jan 2015", "2014-12-01 2015-01-31"),
        ("15-Apr-2015 - 20-May-2015", "2015-04-15 2015-05-20"),
        ("15/4/2015 to 20/5/2015", "2015-04-15 2015-05-20"),
        ("between Pchum Ben and Water Festival 2014", "2014-09-22 2014-11-07"),
        ("early to mid 2015", "2015-01-01 2015-08-31"),
    ],
)
def test_a_span_reaches_from_its_first_to_its_last_day(written: str, span: str) -> None:
    assert read(written) == [span]
    assert read(written, None) == [span]


def test_years_that_do_not_touch_stay_two_readings() -> None:
    assert read("2010 or 2014") == ["2010-01-01 2010-12-31", "2014-01-01 2014-12-31"]


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("before 2015", ".. 2014-12-31"),
        ("មុនឆ្នាំ២០១៥", ".. 2014-12-31"),
        ("avant 2015", ".. 2014-12-31"),
        ("<2015", ".. 2014-12-31"),
        ("before 15/4/2015", ".. 2015-04-14"),
        ("before Khmer New Year 2015", ".. 2015-04-13"),
        ("after 2015", "2016-01-01 .."),
        ("ក្រោយឆ្នាំ២០១៥", "2016-01-01 .."),
        ("ក្រោយ ១៥/៤/២០១៥", "2015-04-16 .."),
        (">2015", "2016-01-01 .."),
        ("until 2015", ".. 2015-12-31"),
        ("since 2015", "2015-01-01 .."),
        ("តាំងពីឆ្នាំ២០១៥", "2015-01-01 .."),
    ],
)
def test_before_and_after_leave_an_end_open(written: str, span: str) -> None:
    assert read(written) == [span]


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("about 2015", "2014-01-01 2016-12-31"),
        ("circa 2015", "2014-01-01 2016-12-31"),
        ("c. 2015", "2014-01-01 2016-12-31"),
        ("~2015", "2014-01-01 2016-12-31"),
        ("2015 approx.", "2014-01-01 2016-12-31"),
        ("vers 2015", "2014-01-01 2016-12-31"),
        ("ប្រហែលឆ្នាំ ២០១៥", "2014-01-01 2016-12-31"),
        ("ប្រហែល ២០១៥", "2014-01-01 2016-12-31"),
        ("ប្រមាណ ២០១៥", "2014-01-01 2016-12-31"),
        ("about April 2015", "2015-03-01 2015-05-31"),
        ("about 16 April 2015", "2015-04-01 2015-05-01"),
        ("about Pchum Ben 2014", "2014-09-07 2014-10-09"),
        ("approximately 2013-2015", "2012-01-01 2016-12-31"),
    ],
)
def test_about_is_wider_and_says_so(written: str, span: str) -> None:
    assert read(written) == [span]
    assert read_date(written, on=ON).approximate


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("early 2015", "2015-01-01 2015-04-30"),
        ("beginning of 2015", "2015-01-01 2015-04-30"),
        ("mid 2015", "2015-05-01 2015-08-31"),
        ("mid-2015", "2015-05-01 2015-08-31"),
        ("late 2015", "2015-09-01 2015-12-31"),
        ("end of 2015", "2015-09-01 2015-12-31"),
        ("fin 2015", "2015-09-01 2015-12-31"),
        ("ដើមឆ្នាំ២០១៥", "2015-01-01 2015-04-30"),
        ("កណ្ដាលឆ្នាំ២០១៥", "2015-05-01 2015-08-31"),
        ("កណ្តាលឆ្នាំ២០១៥", "2015-05-01 2015-08-31"),
        ("ចុងឆ្នាំ២០១៥", "2015-09-01 2015-12-31"),
        ("ចុងខែមេសា ២០១៥", "2015-04-21 2015-04-30"),
        ("early April 2015", "2015-04-01 2015-04-10"),
        ("1990s", "1990-01-01 1999-12-31"),
        ("the 90s", "1990-01-01 1999-12-31"),
        ("ទសវត្សរ៍ទី៩០", "1990-01-01 1999-12-31"),
        ("early 1990s", "1990-01-01 1993-04-30"),
        ("late Pol Pot time", "1977-10-11 1979-01-07"),
    ],
)
def test_a_part_of_a_time_is_a_third_of_it(written: str, span: str) -> None:
    assert read(written) == [span]


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("today", "2026-11-25"),
        ("ថ្ងៃនេះ", "2026-11-25"),
        ("yesterday", "2026-11-24"),
        ("ម្សិលមិញ", "2026-11-24"),
        ("the day before yesterday", "2026-11-23"),
        ("last week", "2026-11-16 2026-11-22"),
        ("សប្តាហ៍មុន", "2026-11-16 2026-11-22"),
        ("last month", "2026-10-01 2026-10-31"),
        ("ថ្ងៃទី១៥ ខែមុន", "2026-10-15"),
        ("15 last month", "2026-10-15"),
        ("last year", "2025-01-01 2025-12-31"),
        ("ឆ្នាំទៅ", "2025-01-01 2025-12-31"),
        ("l'année dernière", "2025-01-01 2025-12-31"),
        ("this year", "2026-01-01 2026-12-31"),
        ("April last year", "2025-04-01 2025-04-30"),
        ("ខែមេសា ឆ្នាំមុន", "2025-04-01 2025-04-30"),
        ("early last year", "2025-01-01 2025-04-30"),
        ("3 days ago", "2026-11-22"),
        ("៣ថ្ងៃមុន", "2026-11-22"),
        ("3 weeks ago", "2026-11-01 2026-11-07"),
        ("៣អាទិត្យមុន", "2026-11-01 2026-11-07"),
        ("3 months ago", "2026-08-10 2026-09-09"),
        ("2 years ago", "2024-05-25 2025-05-25"),
        ("two years ago", "2024-05-25 2025-05-25"),
        ("២ឆ្នាំមុន", "2024-05-25 2025-05-25"),
        ("ពីរឆ្នាំមុន", "2024-05-25 2025-05-25"),
        ("មុន២ឆ្នាំ", "2024-05-25 2025-05-25"),
        ("il y a 2 ans", "2024-05-25 2025-05-25"),
        ("2 years 3 months ago", "2024-08-10 2024-09-09"),
        ("about 2 years ago", "2023-05-25 2026-05-25"),
        ("Friday", "2026-11-20"),
        ("Wednesday", "2026-11-25"),
        ("last Wednesday", "2026-11-18"),
        ("ថ្ងៃសៅរ៍", "2026-11-21"),
        ("15 April", "2026-04-15"),
        ("25 December", "2025-12-25"),
        ("29 Feb", "2024-02-29"),
        ("last April", "2026-04-01 2026-04-30"),
    ],
)
def test_what_is_said_from_today_counts_from_the_day_of_reference(written: str, reading: str) -> None:
    assert read(written, SOME_DAY) == [reading]
    with pytest.raises(DateError, match="needs the day on which it was said"):
        read_date(written, on=None)


def test_a_number_behind_a_month_may_be_a_day_or_a_year() -> None:
    assert read("April 15", SOME_DAY) == ["2026-04-15", "2015-04-01 2015-04-30"]
    assert read("April 15, 2013", SOME_DAY) == ["2013-04-15"]


def test_the_weekday_decides_between_two_orders() -> None:
    assert read("Sunday 4/5/2015") == ["2015-04-05"]
    assert read("Monday 4/5/2015") == ["2015-05-04"]


def test_a_wrong_weekday_is_noticed_and_the_date_stands() -> None:
    reading = read_date("Monday 16 April 2015", on=ON)
    assert reading.contradictory
    assert read("Monday 16 April 2015") == ["2015-04-16"]
    assert not read_date("Thursday 16 April 2015", on=ON).contradictory


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("ថ្ងៃទី៣០ ខែកុម្ភៈ ឆ្នាំ២០១៥", "February has no more than 29 days, not 30"),
        ("29 Feb 2015", "February 2015 has 28 days, not 29"),
        ("ថ្ងៃទី២៩ ខែកុម្ភៈ ឆ្នាំ២០១៥", "February 2015 has 28 days, not 29"),
        ("32 January 2015", "January has no more than 31 days, not 32"),
        ("31 April 2015", "April has no more than 30 days, not 31"),
        ("ខែ១៣ ឆ្នាំ២០១៥", "no month 13"),
        ("ថ្ងៃទី៣១ ខែ៤ ឆ្នាំ២០១៥", "April has no more than 30 days"),
        ("about 30/2/2015", "February has no more than 29 days"),
        ("between 2015 and 2013", "ends before it begins"),
        ("from June to April 2015", "ends before it begins"),
    ],
)
def test_what_does_not_exist_is_an_error_that_says_why(written: str, why: str) -> None:
    with pytest.raises(DateError, match=why):
        best(written)


@pytest.mark.parametrize(
    "written",
    [
        "during the flood", "Sokha", "សុខា", "2015 Sokha", "Kampot", "ខេត្តកំពត", "hello world", "about", "before", "between", "to",
        "of the",
        "ថ្ងៃទី១៥ ឆ្នាំ២០១៥", "April 2013 May 2015", "15 16 April 2015", "15/4/2015 16/4/2015", "15/4/2015 2016",
        "goat dog",
        "early late 2015", "yesterday 2015", "today tomorrow", "keut", "រោច", "15", "BE", "Q1 2015", "next year", "or 2015",
        "2015 or",
        "age", "7 8", "()", "?", "...", "៕", "😀", "100000 years ago", "ចាន", "marble",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        best(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("16 April 2015", Said.DAY),
        ("April 2015", Said.MONTH),
        ("2015", Said.YEAR),
        ("2558", Said.YEAR),
        ("2013 to 2015", Said.SPAN),
        ("before 2015", Said.SPAN),
        ("៥កើត ខែពិសាខ ២០១៥", Said.LUNAR_DAY),
        ("ខែពិសាខ ២០១៥", Said.LUNAR_MONTH),
        ("ឆ្នាំមមែ", Said.ANIMAL_YEAR),
        ("Pchum Ben 2014", Said.FESTIVAL),
        ("rainy season 2014", Said.SEASON),
        ("UNTAC", Said.PERIOD),
        ("yesterday", Said.RELATIVE),
        ("2 years ago", Said.RELATIVE),
        ("age 7", Said.AGE),
    ],
)
def test_the_reading_knows_what_was_said(written: str, said: Said) -> None:
    assert read_date(written, on=ON).said is said
