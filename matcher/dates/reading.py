"""What a text said about a day: the intervals it allows, and how much to trust them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matcher.dates.interval import Interval, distinct


class Said(StrEnum):
    """What kind of thing the text named."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    SPAN = "span"
    LUNAR_DAY = "lunar day"
    LUNAR_MONTH = "lunar month"
    ANIMAL_YEAR = "animal year"
    FESTIVAL = "festival"
    SEASON = "season"
    PERIOD = "period"
    RELATIVE = "relative"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a text was read.

    `intervals` holds the possible readings, the best first: several for a bare animal year, for a day and month in unclear order,
    for a Buddhist year. `heaped` marks a written day that people give when they do not know it: 1 January, 31 December, the 15th.
    `approximate` says that the text itself was unsure (`about`, `~`, `?`). `contradictory` says that its parts do not fit
    together (a year and another year's animal); the written date was kept then. `parts` has unequal shares of an interval where
    the parts of it are not equally likely (an age); see `density`.
    """

    text: str
    intervals: tuple[Interval, ...]
    said: Said
    heaped: bool = False
    approximate: bool = False
    contradictory: bool = False
    parts: tuple[tuple[Interval, float], ...] = ()

    @property
    def best(self) -> Interval:
        """The first reading."""
        return self.intervals[0]

    @property
    def density(self) -> tuple[tuple[Interval, float], ...]:
        """How likely each day is, relative to the others: pairs of an interval and the weight of each of its days."""
        return self.parts or tuple((interval, 1.0) for interval in self.intervals)


def is_heaped(interval: Interval) -> bool:
    """True for a day that is often a guess (dates.md 5.2): 1 January, 31 December, the 15th.

    Not a day and month alike, such as 8 August: one child in thirty is born on such a day, and no more of them are guesses than
    can be measured.
    """
    day = interval.earliest
    if day is None or not interval.is_day:
        return False
    return day.day == 15 or (day.month, day.day) in ((1, 1), (12, 31))


def whole(readings: tuple[DateReading, ...]) -> tuple[Interval, ...]:
    """All intervals of several readings, in order, each once."""
    return distinct(interval for reading in readings for interval in reading.intervals)
