"""The Khmer solar year: when the New Year comes, which animal and which sak a moment belongs to.

The reckoning is that of the Cambodian almanac (Suriyayatra): whole numbers only, so that it agrees with the published moments to
the minute. Times are those of Phnom Penh.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

from matcher.dates.errors import DateError
from matcher.tables import rows

FIRST_YEAR, LAST_YEAR = 1800, 2300
ANIMALS, SAKS = 12, 10

_CHULA_SAKARAJ = 638
# The almanac counts a year as 292,207 parts of 1/800 of a day, from a first day with 373 parts gone.
_PARTS_OF_A_YEAR, _PARTS_OF_A_DAY, _FIRST_PARTS = 292_207, 800, 373
_PARTS_OF_A_SIGN, _PARTS_OF_A_DEGREE, _PARTS_OF_A_MINUTE = 24_350, 811, 14
_LEAP_PARTS = 207
# The day number of Lerng Sak, day 0 of the count: fixed by Lerng Sak of 2015 on 16 April.
_DAY_ZERO = date(2015, 4, 16).toordinal() - 502_962


def new_year(year: int) -> datetime:
    """The moment of Moha Songkran in a civil year, when the animal changes; no time zone, Phnom Penh. Raises `DateError`."""
    return _published().get(year) or _computed(year)[0]


def lerng_sak(year: int) -> date:
    """The last day of the New Year of a civil year, on which the sak (and the Chula Sakaraj year) changes. Raises `DateError`."""
    return new_year(year).date() + timedelta(_computed(year)[1] - 1)


def animal_at(moment: datetime) -> int:
    """The animal of a moment: 0 is the rat, 11 the pig. Raises `DateError`."""
    return (moment.year - (moment < new_year(moment.year)) - 4) % ANIMALS


def sak_on(day: date) -> int:
    """The sak of a day, 0 (samrithisak) to 9 (nappasak): the last digit of the Chula Sakaraj year. Raises `DateError`."""
    return (day.year - (day < lerng_sak(day.year)) - _CHULA_SAKARAJ) % SAKS


def check_year(year: int) -> None:
    """Raises `DateError` for a year outside the reckoning."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"the Khmer calendar is reckoned for the years {FIRST_YEAR} to {LAST_YEAR}")


@cache
def _published() -> dict[int, datetime]:
    """Moments that were announced otherwise than the reckoning gives them."""
    return {int(row["year"]): datetime.fromisoformat(row["moment"]) for row in rows("dates_new_years.csv")}


@cache
def _computed(year: int) -> tuple[datetime, int]:
    """The reckoned moment, and how many days the New Year lasts (3 or 4)."""
    check_year(year)
    sakaraj = year - _CHULA_SAKARAJ
    first = 363 if _kromthupul(sakaraj - 1) <= _LEAP_PARTS else 362
    suns = [_sun(sakaraj, day) for day in range(first, first + 4)]
    minutes = next(sun[1] for sun in suns if sun[0] == 0)
    days = 4 if suns[0][0] == 0 else 3
    last = date.fromordinal(_DAY_ZERO + _day_count(sakaraj))
    # The sun moves a minute of arc in 24 minutes; what it has moved since it entered the sign lies after the New Year.
    since_midnight = timedelta(minutes=(24 * 60 - minutes * 24) % (24 * 60))
    return datetime.combine(last - timedelta(days - 1), time()) + since_midnight, days


def _day_count(sakaraj: int) -> int:
    """Aharkun: days from the beginning of the count to Lerng Sak of a Chula Sakaraj year."""
    return (_PARTS_OF_A_YEAR * sakaraj + _FIRST_PARTS) // _PARTS_OF_A_DAY + 1


def _kromthupul(sakaraj: int) -> int:
    """The parts of a day that are left on Lerng Sak; 207 or less make a year of 366 days."""
    return _PARTS_OF_A_DAY - (_PARTS_OF_A_YEAR * sakaraj + _FIRST_PARTS) % _PARTS_OF_A_DAY


def _sun(sakaraj: int, day: int) -> tuple[int, int]:
    """Where the sun stands in its sign (degrees, minutes of arc) at the end of a day near the New Year.

    The almanac's equation of the centre is a table in steps of 15 degrees; near the New Year only one of them occurs.
    """
    sign, rest = divmod(_PARTS_OF_A_DAY * day + _kromthupul(sakaraj - 1), _PARTS_OF_A_SIGN)
    degree, rest = divmod(rest, _PARTS_OF_A_DEGREE)
    mean = 1_800 * sign + 60 * degree + rest // _PARTS_OF_A_MINUTE - 3
    from_apogee = 21_600 - (mean - 4_800) % 21_600
    true = mean + 129 + (from_apogee % 900) * 5 // 900
    return true % 1_800 // 60, true % 60
