from __future__ import annotations

from datetime import date, datetime

import pytest

from matcher.dates.errors import DateError
from matcher.dates.solar_year import FIRST_YEAR, LAST_YEAR, animal_at, lerng_sak, new_year, sak_on

# Facts of domain/dates.md 5.4.
MOMENTS = {
    1990: "1990-04-14 03:36", 1993: "1993-04-13 22:00", 1999: "1999-04-14 11:12", 2000: "2000-04-13 16:48",
    2005: "2005-04-14 00:48", 2011: "2011-04-14 13:12", 2012: "2012-04-14 19:11", 2014: "2014-04-14 08:07",
    2015: "2015-04-14 14:02", 2016: "2016-04-13 20:00", 2020: "2020-04-13 20:48", 2024: "2024-04-13 22:17",
    2028: "2028-04-13 23:12", 2030: "2030-04-14 11:36",
}  # fmt: skip
# The years from 1940 to 2030 whose New Year is on 13 April; in all others it is on the 14th (dates.md 5.2).
ON_THE_13TH = {
    1940, 1941, 1942, 1943, 1944, 1945, 1946, 1948, 1949, 1950, 1952, 1953, 1954, 1956, 1957, 1958, 1960, 1961, 1962, 1964, 1965,
    1966, 1968, 1969, 1970, 1972, 1973, 1974, 1976, 1977, 1980, 1981, 1984, 1985, 1988, 1989, 1992, 1993, 1996, 1997, 2000, 2001,
    2004, 2008, 2016, 2020, 2024, 2028,
}  # fmt: skip
GOAT, HORSE, RAT, PIG = 7, 6, 0, 11


@pytest.mark.parametrize(("year", "moment"), list(MOMENTS.items()))
def test_the_new_year_comes_at_the_published_minute(year: int, moment: str) -> None:
    assert new_year(year) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("year", range(1940, 2031))
def test_the_new_year_is_on_the_13th_or_14th_of_april(year: int) -> None:
    day = new_year(year).date()
    assert day == date(year, 4, 13 if year in ON_THE_13TH else 14)


@pytest.mark.parametrize("year", range(1940, 2031))
def test_the_sak_changes_two_or_three_days_after_the_animal(year: int) -> None:
    assert (lerng_sak(year) - new_year(year).date()).days in (2, 3)


def test_the_animal_changes_at_the_moment_of_the_new_year() -> None:
    assert animal_at(datetime.fromisoformat("2015-04-14 14:01")) == HORSE
    assert animal_at(datetime.fromisoformat("2015-04-14 14:02")) == GOAT
    assert animal_at(datetime.fromisoformat("2015-12-31 23:59")) == GOAT
    assert animal_at(datetime.fromisoformat("2016-01-01 00:00")) == GOAT


@pytest.mark.parametrize(
    ("year", "animal"), [(1960, RAT), (2020, RAT), (1971, PIG), (2019, PIG), (2027, GOAT), (1966, HORSE)]
)
def test_the_animals_go_round_in_twelve_years(year: int, animal: int) -> None:
    assert animal_at(datetime(year, 6, 1)) == animal  # noqa: DTZ001  # Phnom Penh time, as the almanac has it


# Last digit of the Chula Sakaraj year: 1990 is dosak, 1998 samrithisak, 2015 saptasak (dates.md 5.4).
@pytest.mark.parametrize(("year", "sak"), [(1990, 2), (1997, 9), (1998, 0), (2015, 7), (2016, 8), (2030, 2)])
def test_the_sak_is_the_last_digit_of_the_chula_sakaraj_year(year: int, sak: int) -> None:
    assert sak_on(date(year, 6, 1)) == sak


def test_the_sak_changes_on_lerng_sak() -> None:
    day = lerng_sak(2015)
    assert day == date(2015, 4, 16)
    assert sak_on(date(2015, 4, 15)) == 6
    assert sak_on(day) == 7


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1, 0, 9999])
def test_years_outside_the_reckoning_are_refused(year: int) -> None:
    with pytest.raises(DateError, match="1800 to 2300"):
        new_year(year)
