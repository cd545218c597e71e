"""Dates and ages: any way of writing one -> intervals of days; the Khmer calendar both ways (`matcher.dates.calendar`)."""

from __future__ import annotations

from matcher.dates.errors import DateError
from matcher.dates.interval import Interval
from matcher.dates.reader import read_age, read_date
from matcher.dates.reading import DateReading, Said

__all__ = ["DateError", "DateReading", "Interval", "Said", "read_age", "read_date"]
