from __future__ import annotations

from datetime import date

import pytest

from matcher.dates import DateError, Said, read_date
from matcher.dates.calendar import LunarMonth
from matcher.dates.interval import whole_years
from matcher.dates.recurring import (
    animal_years,
    every_civil,
    every_festival,
    every_lunar,
    every_season,
    in_spans,
    most_recent,
    periods,
)
from tests.matcher.dates.builders import ON, best, read, span

ANIMALS = ["ជូត", "ឆ្លូវ", "ខាល", "ថោះ", "រោង", "ម្សាញ់", "មមី", "មមែ", "វក", "រកា", "ច", "កុរ"]
SAKS = ["សំរឹទ្ធិស័ក", "ឯកស័ក", "ទោស័ក", "ត្រីស័ក", "ចត្វាស័ក", "បញ្ចស័ក", "ឆស័ក", "សប្តស័ក", "អដ្ឋស័ក", "នព្វស័ក"]
GOAT_YEARS = [
    "2015-04-14 2016-04-13",
    "2003-04-14 2004-04-13",
    "1991-04-14 1992-04-13",
    "1979-04-14 1980-04-13",
    "1967-04-14 1968-04-13",
]


# Pchum Ben, the main day with one on either side; the facts are those of domain/dates.md 5.4.
@pytest.mark.parametrize(
    ("year", "reading"),
    [
        (1990, "1990-09-18 1990-09-20"),
        (2012, "2012-10-14 2012-10-16"),
        (2014, "2014-09-22 2014-09-24"),
        (2020, "2020-09-16 2020-09-18"),
        (2023, "2023-10-13 2023-10-15"),
        (2024, "2024-10-01 2024-10-03"),
    ],
)
@pytest.mark.parametrize("written", ["Pchum Ben {}", "ភ្ជុំបិណ្ឌ ឆ្នាំ{}", "បុណ្យភ្ជុំ {}", "{} Pchum Ben"])
def test_pchum_ben_is_three_days(written: str, year: int, reading: str) -> None:
    assert read(written.format(year)) == [reading]


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("Khmer New Year 2015", "2015-04-14 2015-04-16"),
        ("ចូលឆ្នាំខ្មែរ ២០២៤", "2024-04-13 2024-04-16"),
        ("មហាសង្ក្រាន្ត ២០១៥", "2015-04-14 2015-04-16"),
        ("Water Festival 2014", "2014-11-05 2014-11-07"),
        ("បុណ្យអុំទូក ២០១៤", "2014-11-05 2014-11-07"),
        ("Bon Om Touk 2023", "2023-11-26 2023-11-28"),
        ("កាន់បិណ្ឌ ២០១៤", "2014-09-08 2014-09-22"),
        ("Visak Bochea 2015", "2015-05-02"),
        ("វិសាខបូជា ២០២៤", "2024-05-22"),
        ("Meak Bochea 2015", "2015-02-03"),
        ("Royal Ploughing 2014", "2014-05-17"),
        ("ច្រត់ព្រះនង្គ័ល ២០២៤", "2024-05-26"),
        ("Kathen 2014", "2014-09-24 2014-11-06"),
        ("Chinese New Year 2015", "2015-02-18 2015-02-21"),
        ("ចូលឆ្នាំចិន ២០២៤", "2024-02-09 2024-02-12"),
        ("Christmas 2015", "2015-12-25"),
        ("ចូលព្រះវស្សា ២០១៤", "2014-07-12"),
        ("ចូលព្រះវស្សា ២០១៥", "2015-07-31"),
    ],
)
def test_feasts_are_reckoned(written: str, reading: str) -> None:
    assert read(written) == [reading]
    assert read_date(written, on=ON).said is Said.FESTIVAL


def test_a_feast_without_a_year_is_the_last_one_before_the_day_of_reference() -> None:
    assert read("Pchum Ben", date(2014, 12, 1)) == ["2014-09-22 2014-09-24"]
    assert read("Pchum Ben", date(2014, 9, 1)) == ["2013-10-03 2013-10-05"]
    assert read("Pchum Ben last year", date(2014, 12, 1)) == ["2013-10-03 2013-10-05"]
    assert read("កាលពីចូលឆ្នាំខ្មែរ ឆ្នាំទៅ", date(2016, 1, 1)) == ["2015-04-14 2015-04-16"]


def test_a_feast_of_an_animal_year_lies_inside_it() -> None:
    assert best("ភ្ជុំបិណ្ឌ ឆ្នាំមមែ") == "2015-10-11 2015-10-13"
    assert best("ចូលឆ្នាំខ្មែរ ឆ្នាំមមែ") == "2015-04-14 2015-04-16"
    assert "2016-04-13 2016-04-16" not in read("ចូលឆ្នាំខ្មែរ ឆ្នាំមមែ")


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("rainy season 2014", ["2014-05-01 2014-10-31"]),
        ("រដូវវស្សា ២០១៤", ["2014-05-01 2014-10-31"]),
        ("dry season 2014", ["2013-11-01 2014-04-30", "2014-11-01 2015-04-30"]),
        ("summer 2014", ["2014-06-01 2014-08-31"]),
        ("winter 2014", ["2013-12-01 2014-02-28", "2014-12-01 2015-02-28"]),
    ],
)
def test_a_season_that_spans_two_years_has_two_readings(written: str, readings: list[str]) -> None:
    assert read(written) == readings


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("Pol Pot time", "1975-04-17 1979-01-07"),
        ("សម័យប៉ុលពត", "1975-04-17 1979-01-07"),
        ("សម័យ ប៉ុល ពត", "1975-04-17 1979-01-07"),
        ("Khmer Rouge", "1975-04-17 1979-01-07"),
        ("លន់នល់", "1970-03-18 1975-04-17"),
        ("អ៊ុនតាក់", "1992-03-01 1993-09-30"),
        ("UNTAC", "1992-03-01 1993-09-30"),
        ("during Pol Pot 1977", "1977-01-01 1977-12-31"),
        ("before UNTAC", ".. 1992-02-29"),
    ],
)
def test_times_named_by_their_rule(written: str, reading: str) -> None:
    assert read(written) == [reading]


def test_every_period_has_its_days() -> None:
    assert all(one.earliest and one.latest and one.earliest < one.latest for one in periods().values())


@pytest.mark.parametrize(
    "written",
    [
        "ឆ្នាំមមែ",
        "កើតឆ្នាំមមែ",
        "ឆ្នាំ មមែ",
        "ឆ្នាំពពែ",
        "Momae",
        "year of the goat",
        "born in the year of the sheep",
        "Goat",
        "année de la chèvre",
    ],
)
def test_a_bare_animal_year_is_read_for_a_lifetime_newest_first(written: str) -> None:
    assert read(written) == GOAT_YEARS


@pytest.mark.parametrize(("index", "animal"), list(enumerate(ANIMALS)))
def test_each_animal_has_its_years(index: int, animal: str) -> None:
    first = best(f"ឆ្នាំ{animal}", date(2030, 12, 31))
    assert 2019 <= int(first[:4]) <= 2030
    assert (int(first[:4]) - 4) % 12 == index


@pytest.mark.parametrize(
    ("on", "newest"), [(date(2015, 4, 13), 2003), (date(2015, 4, 14), 2015), (date(1980, 1, 1), 1979)]
)
def test_no_animal_year_begins_after_the_day_of_reference(on: date, newest: int) -> None:
    assert best("ឆ្នាំមមែ", on).startswith(f"{newest}-04-14")


def test_without_a_day_of_reference_the_plausible_years_are_given() -> None:
    assert read("ឆ្នាំមមែ", None) == GOAT_YEARS


@pytest.mark.parametrize(
    ("year", "animal", "sak"), [(2015, 7, 7), (2016, 8, 8), (2017, 9, 9), (2018, 10, 0), (2020, 0, 2), (1990, 6, 2)]
)
def test_animal_and_sak_fix_the_year(year: int, animal: int, sak: int) -> None:
    (only,) = read(f"ឆ្នាំ{ANIMALS[animal]} {SAKS[sak]}")
    assert only.startswith(f"{year}-04-1")


def test_a_year_and_its_animal_have_the_days_of_both() -> None:
    assert read("ឆ្នាំមមែ ២០១៥") == ["2015-04-14 2015-12-31"]
    assert read("2016 goat") == ["2016-01-01 2016-04-13"]
    assert best("ឆ្នាំមមែ ព.ស. ២៥៥៨") == "2015-04-14 2015-05-02"


@pytest.mark.parametrize("written", ["2014 ឆ្នាំមមែ", "15 January 2015 goat", "15/4/2015 ច", "2015 Pol Pot"])
def test_where_year_and_animal_contradict_each_other_the_year_stands(written: str) -> None:
    reading = read_date(written, on=ON)
    assert reading.contradictory
    assert read(written)[0][:4] in written


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("៥កើត ខែពិសាខ ២០១៥", ["2015-04-22"]),
        ("ថ្ងៃ៥កើត ខែពិសាខ ឆ្នាំមមែ សប្តស័ក", ["2015-04-22"]),
        ("១ រោច ខែភទ្របទ ព.ស. ២៥៦៤", ["2020-09-03"]),
        ("15 roach Photrobot 2014", ["2014-09-23"]),
        ("15 keut Visakh BE 2559", ["2016-05-20"]),
        ("ថ្ងៃអាទិត្យ ៩កើត ខែចេត្រ ឆ្នាំកុរ ឯកស័ក ពុទ្ធសករាជ ២៤៤៣", ["1900-04-08"]),
        ("᧥ ខែពិសាខ ២០១៥", ["2015-04-22"]),
        ("᧱ ខែពិសាខ ២០១៥", ["2015-05-03"]),
        ("ខែពិសាខ ២០១៥", ["2015-04-18 2015-05-17"]),
        ("៥រោច ខែទុតិយាសាឍ ២០១៥", ["2015-08-04"]),
        ("ខែអាសាឍ ២០១៥", ["2015-06-16 2015-07-15", "2015-07-16 2015-08-14"]),
        ("៥កើត ខែអាសាឍ ២០១៤", ["2014-07-01"]),
        ("១កើត ខែបុស្ស ២០១៤", ["2014-01-01", "2014-12-21"]),
    ],
)
def test_lunar_dates_are_placed(written: str, readings: list[str]) -> None:
    assert read(written) == readings


def test_a_lunar_day_of_an_animal_is_one_day_in_each_of_its_years() -> None:
    assert read("៥កើត ខែពិសាខ ឆ្នាំមមែ")[:2] == ["2015-04-22", "2003-05-05"]


def test_an_official_date_gives_the_lunar_and_the_civil_day_together() -> None:
    written = "ថ្ងៃពុធ ១២រោច ខែចេត្រ ឆ្នាំមមែ សប្តស័ក ព.ស.២៥៥៨ ត្រូវនឹងថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥"
    reading = read_date(written, on=ON)
    assert read(written) == ["2015-04-15"]
    assert not reading.contradictory


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("១៦កើត ខែពិសាខ ២០១៥", "half a lunar month has 15 days, not 16"),
        ("16 keut Pisakh 2015", "half a lunar month has 15 days, not 16"),
        ("១៥រោច ខែចេត្រ ២០១៥", "no such lunar day"),
        ("ខែទុតិយាសាឍ ២០១៤", "no such lunar day or month"),
        ("Chinese New Year 1900", "no such feast is known"),
        ("៥កើត ២០១៥", "not understood"),
        ("៥រោច ឆ្នាំមមែ", "not understood"),
    ],
)
def test_a_lunar_day_that_does_not_exist_is_an_error(written: str, why: str) -> None:
    with pytest.raises(DateError, match=why):
        best(written)


def test_what_comes_round_is_found_inside_spans_whole_before_parts() -> None:
    year = [whole_years(2014, 2014)]
    assert in_spans(every_civil(4, 15), year, cut=True) == (span("2014-04-15"),)
    assert in_spans(every_civil(2, 29), year, cut=True) == ()
    assert in_spans(every_lunar(LunarMonth.BOS), year, cut=False) == (span("2014-01-01 2014-01-30"),)
    assert in_spans(every_season("dry"), [span("2014-11-01 2014-11-30")], cut=True) == (span("2014-11-01 2014-11-30"),)


def test_the_most_recent_needs_a_day_of_reference() -> None:
    assert most_recent(every_festival("christmas"), ON, "x") == (span("2023-12-25"),)
    with pytest.raises(DateError, match="needs the day on which it was said"):
        most_recent(every_festival("christmas"), None, "a feast")


def test_the_sak_leads_the_animal_by_no_day_and_lags_by_two() -> None:
    within = span("2015-01-01 2015-12-31")
    assert animal_years(7, 6, within) == (span("2015-04-14 2015-04-15"),)
    assert animal_years(7, 7, within, lunar=True) == (span("2015-04-16 2016-04-13"), span("2015-04-14 2015-04-15"))
    assert animal_years(7, 3, within) == ()
    assert animal_years(None, 7, within) == (span("2015-04-16 2016-04-15"),)
