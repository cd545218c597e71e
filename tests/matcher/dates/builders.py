"""Short ways of writing what the tests of dates are about."""

from __future__ import annotations

from datetime import date

from matcher.dates import DateReading, Interval, read_age, read_date

ON = date(2024, 6, 1)


def span(text: str) -> Interval:
    """An interval from `2015-04-14 2016-04-13`, `2015-04-15`, `.. 2015-12-31` or `2015-01-01 ..`."""
    first, last = (text.split() * 2)[:2]
    return Interval(_day(first), _day(last))


def spans(reading: DateReading) -> list[str]:
    """The intervals of a reading in the way that `span` reads them."""
    return [_text(interval) for interval in reading.intervals]


def read(text: str, on: date | None = ON) -> list[str]:
    """All readings of a text, best first, as `span` reads them."""
    return spans(read_date(text, on=on))


def best(text: str, on: date | None = ON) -> str:
    """The best reading of a text, as `span` reads it."""
    return read(text, on)[0]


def age(text: str, as_of: date = ON) -> str:
    """The interval of birth for an age, as `span` reads it."""
    (only,) = spans(read_age(text, as_of=as_of))
    return only


def _day(text: str) -> date | None:
    return None if text == ".." else date.fromisoformat(text)


def _text(interval: Interval) -> str:
    first, last = ("..", "..")
    if interval.earliest:
        first = interval.earliest.isoformat()
    if interval.latest:
        last = interval.latest.isoformat()
    return first if first == last else f"{first} {last}"
