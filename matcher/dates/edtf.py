"""The Extended Date/Time Format (ISO 8601-2): `2014~`, `201X`, `2014-XX`, `2013/2015`, `../2015`, `[2013,2014]`, `2014-21`."""

from __future__ import annotations

import re

from matcher.dates.civil import civil_span, exists
from matcher.dates.errors import DateError
from matcher.dates.interval import Interval, joined
from matcher.dates.numeric import said_of
from matcher.dates.reading import DateReading, Said, is_heaped
from matcher.dates.recurring import every_season
from matcher.dates.vague import about
from matcher.dates.year import FIRST_CIVIL, LAST_CIVIL

_LETTERS = re.compile(r"[\dx./\-~?%,\[\]{} ]{4,80}")
_DATE = re.compile(r"[?~%]?(\d[\dx]{3})(?:-[?~%]?([\dx]{2})(?:-[?~%]?([\dx]{2}))?)?[?~%]?")
_SET = re.compile(r"[\[{]([^\[\]{}]+)[\]}]")
_QUALIFIED = re.compile(r"[~?%]")
# 201? and 20??, as people write 201X and 20XX.
_UNKNOWN_DIGITS = re.compile(r"(?<!\d)(?:(\d{3})\?|(\d\d)\?\?)")
_OPEN = ("", "..")
# Level 1 and 2 codes in the place of a month: the seasons, then the quarters, four-month and six-month parts of a year.
_SEASONS = {
    21: "spring",
    22: "summer",
    23: "autumn",
    24: "winter",
    25: "spring",
    26: "summer",
    27: "autumn",
    28: "winter",
}
_PARTS = {
    33: (1, 3),
    34: (4, 6),
    35: (7, 9),
    36: (10, 12),
    37: (1, 4),
    38: (5, 8),
    39: (9, 12),
    40: (1, 6),
    41: (7, 12),
}


def read_edtf(folded: str) -> DateReading | None:
    """The reading of a folded text in EDTF, None for other texts. Raises `DateError` for a day that does not exist."""
    if not _LETTERS.fullmatch(folded):
        return None
    text = _UNKNOWN_DIGITS.sub(lambda match: (match[1] or match[2]).ljust(4, "x"), folded.replace(" ", ""))
    approximate = bool(_QUALIFIED.search(text))
    if match := _SET.fullmatch(text):
        intervals = tuple(_either(item) for item in match[1].split(","))
    elif "/" in text:
        first, _, last = text.partition("/")
        intervals = (_between(first, last),)
    else:
        intervals = (_one(text),)
    known = tuple(interval for interval in intervals if interval is not None)
    if len(known) < len(intervals):
        return None
    known = joined(known)
    return DateReading("", known, _said(text, known[0]), heaped=is_heaped(known[0]), approximate=approximate)


def _said(text: str, interval: Interval) -> Said:
    if not _DATE.fullmatch(text) or "x" in text:
        return said_of(interval) if "x" in text else Said.SPAN
    return (Said.YEAR, Said.MONTH, Said.DAY)[text.count("-")]


def _either(item: str) -> Interval | None:
    first, dots, last = item.partition("..")
    return _between(first, last) if dots else _one(item)


def _between(first: str, last: str) -> Interval | None:
    start = Interval(None, None) if first in _OPEN else _one(first)
    end = Interval(None, None) if last in _OPEN else _one(last)
    if start is None or end is None or start == end == Interval(None, None):
        return None
    if start.earliest and end.latest and start.earliest > end.latest:
        raise DateError("impossible date: the time ends before it begins")
    return Interval(start.earliest, end.latest)


def _one(text: str) -> Interval | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = match[1], match[2] or "", match[3] or ""
    if not _is_civil(year):
        return None
    span = _season(int(year), int(month)) if (year + month).isdigit() and month and not day else None
    span = span or _hull(year, month, day)
    return about(span) if _QUALIFIED.search(text) else span


def _is_civil(year: str) -> bool:
    return int(year.replace("x", "9")) >= FIRST_CIVIL and int(year.replace("x", "0")) <= LAST_CIVIL


def _season(year: int, code: int) -> Interval | None:
    if name := _SEASONS.get(code):
        (span,) = every_season(name)(year)
        return span
    if months := _PARTS.get(code):
        return civil_span(year, months[0]).hull(civil_span(year, months[1]))
    return None


def _hull(year: str, month: str, day: str) -> Interval:
    """The shortest interval that holds every day which the digits allow; x stands for any digit."""
    first_year, last_year = int(year.replace("x", "0")), int(year.replace("x", "9"))
    months = _allowed(month, 12) if month else [0]
    days = _allowed(day, 31) if day else [0]
    if not months:
        raise DateError(f"impossible date: there is no month {month}")
    if not days or (day and "x" not in year + month and not exists(days[0], months[0], first_year)):
        return civil_span(first_year, months[0], int(day.replace("x", "0")))  # raises, saying why
    first = civil_span(first_year, months[0], days[0])
    last_day = max((one for one in days if exists(one, months[-1], last_year)), default=0) if day else 0
    return first.hull(civil_span(last_year, months[-1], last_day))


def _allowed(digits: str, most: int) -> list[int]:
    pattern = re.compile(digits.replace("x", "."))
    return [number for number in range(1, most + 1) if pattern.fullmatch(f"{number:02}")]
