"""The parts of one date as its words and numbers name them, before the days are looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from matcher.dates.calendar import LunarMonth
from matcher.dates.errors import no_day_of_reference
from matcher.dates.interval import Interval, add_days, add_months, one_day, whole_years
from matcher.dates.recurring import periods
from matcher.dates.tokens import Kind, Token, Tokens
from matcher.dates.year import Era, Year, until

_LONGEST_MONTH = 31
_WANING_SIGNS = 16


@dataclass(slots=True)
class Parts:
    """What a text names of one date; filled by `collect` word by word, read by `solve`, kept by nobody.

    `maybe_year` is the number behind a month without a year (`Apr 15`), which may be a day or a year.
    """

    dates: list[tuple[str, ...]] = field(default_factory=list)
    years: list[Year] = field(default_factory=list)
    month: int | None = None
    day: int | None = None
    maybe_year: Year | None = None
    lunar_month: LunarMonth | None = None
    lunar_day: tuple[int, bool] | None = None
    animal: int | None = None
    sak: int | None = None
    weekday: int | None = None
    festival: str | None = None
    season: str | None = None
    period: Interval | None = None
    relative: Interval | None = None
    strictly_before: bool = False


class _Unclear(Exception):  # noqa: N818  # control flow inside this module: the words do not make one date
    """Two words name the same part differently, or a number has no place."""


class _Collector:
    """Goes through the tokens once; each kind has its method, which returns how many tokens it has used."""

    def __init__(self, tokens: Tokens, on: date | None) -> None:
        self.parts = Parts()
        self._tokens = tokens
        self._on = on
        self._at = 0
        self._month_at = -1
        self._loose: list[int] = []

    def collect(self) -> Parts:
        while self._at < len(self._tokens):
            kind = self._tokens[self._at].kind
            if kind not in _METHODS:
                raise _Unclear
            self._at += _METHODS[kind](self)
        for at in sorted(self._loose, key=lambda at: self._tokens[at].digits <= 2):
            self._place(at)
        self._check()
        return self.parts

    def _check(self) -> None:
        """A date in digits and a word like `yesterday` are whole: no second month or year goes with them."""
        parts = self.parts
        unsaid = any(year.era is Era.UNSAID for year in parts.years)
        if (parts.dates or parts.relative) and (unsaid or parts.month is not None or parts.day is not None):
            raise _Unclear
        if parts.relative and (parts.dates or parts.years or parts.lunar_month or parts.festival or parts.season):
            raise _Unclear

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _next(self, ahead: int = 1) -> Token | None:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def _next_number(self, ahead: int = 1) -> Token | None:
        token = self._next(ahead)
        return token if token and token.kind is Kind.NUMBER and token.value == token.number else None

    def _set(self, name: str, value: object) -> None:
        if getattr(self.parts, name) not in (None, value):
            raise _Unclear
        setattr(self.parts, name, value)

    def _add_year(self, year: Year) -> None:
        """Years of several eras name one year together; two years of one era are two dates."""
        if any(other.era is year.era and other != year for other in self.parts.years):
            raise _Unclear
        self.parts.years.append(year)

    def skip(self) -> int:
        return 1

    def number(self) -> int:
        if self._token.value != self._token.number:
            raise _Unclear
        following = self._next()
        if following and following.kind is Kind.PHASE:
            self._set("lunar_day", (self._token.number, following.value == "waning"))
            return 2
        self._loose.append(self._at)
        return 1

    def day_label(self) -> int:
        number = self._next_number()
        following = self._next(2)
        if number is None or (following and following.kind is Kind.PHASE):
            return 1
        self._set("day", number.number)
        return 2

    def month_label(self) -> int:
        if (number := self._next_number()) is None:
            return 1
        self._set("month", number.number)
        return 2

    def year_label(self) -> int:
        if (number := self._next_number()) is None:
            return 1
        self._add_year(Year(number.number, number.digits))
        return 2

    def era(self) -> int:
        era = Era(str(self._token.value))
        following = self._next()
        label = int(following is not None and following.kind is Kind.YEAR_LABEL)
        if number := self._next_number(1 + label):
            self._add_year(Year(number.number, number.digits, era))
            return 2 + label
        if self._loose and self._loose[-1] == self._at - 1:
            number = self._tokens[self._loose.pop()]
            self._add_year(Year(number.number, number.digits, era))
        elif self.parts.years:
            last = self.parts.years.pop()
            self._add_year(Year(last.number, last.digits, era))
        else:
            raise _Unclear
        return 1

    def written_date(self) -> int:
        assert isinstance(self._token.value, tuple)  # noqa: S101  # dates hold their parts
        if self.parts.dates:
            raise _Unclear
        self.parts.dates.append(self._token.value)
        return 1

    def moon(self) -> int:
        waning = self._token.number > _WANING_SIGNS
        self._set("lunar_day", (self._token.number - _WANING_SIGNS * waning, waning))
        return 1

    def phase(self) -> int:
        """A phase without a number: កើត is also `born`; រោច may stand before its number."""
        if self._token.value == "waxing":
            return 1
        if (number := self._next_number()) is None:
            raise _Unclear
        self._set("lunar_day", (number.number, True))
        return 2

    def month(self) -> int:
        self._set("month", self._token.number)
        self._month_at = self._at
        return 1

    def lunar_month(self) -> int:
        self._set("lunar_month", LunarMonth(self._token.number))
        return 1

    def named(self) -> int:
        self._set(_NAMED[self._token.kind], self._token.value)
        return 1

    def period(self) -> int:
        self._set("period", periods()[str(self._token.value)])
        return 1

    def decade(self) -> int:
        number = self._token if self._token.kind is Kind.DECADE_NUMBER else self._next_number()
        if number is None:
            return 1
        first = number.number // 10 * 10
        if first < 100:
            this = until(self._on).year
            first += this // 100 * 100 - (100 if this // 100 * 100 + first > this else 0)
        self._set("period", whole_years(first, first + 9) if 1800 <= first <= 2200 else None)
        return 1 if number is self._token else 2

    def last(self) -> int:
        self.parts.strictly_before = True
        return 1

    def relative_day(self) -> int:
        if self._on is None:
            raise no_day_of_reference("a word like `yesterday`")
        self._set("relative", one_day(add_days(self._on, self._token.number)))
        return 1

    def relative(self) -> int:
        if self._on is None:
            raise no_day_of_reference("a word like `last year`")
        unit, steps = str(self._token.value).split(":")[:2]
        if unit == "week":
            monday = add_days(self._on, 7 * int(steps) - self._on.weekday())
            self._set("relative", Interval(monday, monday + timedelta(6)))
        elif unit == "month":
            first = add_months(self._on.replace(day=1), int(steps))
            self._set("month", first.month)
            self._add_year(Year(first.year))
        else:
            self._add_year(Year(self._on.year + int(steps)))
        return 1

    def _place(self, at: int) -> None:
        """A number without a label: a year by its length, else the day of the month that is named, else a short year."""
        token, parts = self._tokens[at], self.parts
        if token.digits > 2:
            self._add_year(Year(token.number, token.digits))
        elif parts.month is None:
            raise _Unclear
        elif parts.day is None and not self._is_short_year(at):
            parts.day = token.number
            if at > self._month_at >= 0 and not parts.years and len(self._loose) == 1:
                parts.maybe_year = Year(token.number, 2)
        elif not parts.years:
            self._add_year(Year(token.number, 2))
        else:
            raise _Unclear

    def _is_short_year(self, at: int) -> bool:
        """True for a number that can be no day, and in `Apr-15`, as spreadsheets write April 2015."""
        if self.parts.years:
            return False
        after_dash = at > 1 and self._month_at == at - 2 and self._tokens[at - 1].kind is Kind.DASH
        return after_dash or not 1 <= self._tokens[at].number <= _LONGEST_MONTH


_NAMED = {
    Kind.ANIMAL: "animal",
    Kind.SAK: "sak",
    Kind.WEEKDAY: "weekday",
    Kind.FESTIVAL: "festival",
    Kind.SEASON: "season",
}
_METHODS: dict[Kind, Callable[[_Collector], int]] = {
    Kind.NUMBER: _Collector.number,
    Kind.DATE: _Collector.written_date,
    Kind.MOON: _Collector.moon,
    Kind.DECADE_NUMBER: _Collector.decade,
    Kind.DECADE: _Collector.decade,
    Kind.MONTH: _Collector.month,
    Kind.LUNAR_MONTH: _Collector.lunar_month,
    Kind.PHASE: _Collector.phase,
    Kind.ERA: _Collector.era,
    Kind.PERIOD: _Collector.period,
    Kind.DAY_LABEL: _Collector.day_label,
    Kind.MONTH_LABEL: _Collector.month_label,
    Kind.YEAR_LABEL: _Collector.year_label,
    Kind.RELATIVE_DAY: _Collector.relative_day,
    Kind.RELATIVE: _Collector.relative,
    Kind.LAST: _Collector.last,
    **dict.fromkeys(_NAMED, _Collector.named),
    **dict.fromkeys((Kind.TIME, Kind.DASH, Kind.SLASH, Kind.WEEK_LABEL), _Collector.skip),
}


def collect(tokens: Tokens, on: date | None) -> Parts | None:
    """The parts that the tokens name; None where they do not make one date. Raises `DateError`."""
    try:
        return _Collector(tokens, on).collect()
    except _Unclear:
        return None
