"""Ages in words and numbers -> the interval of birth.

A stated age may count completed years or the running year (dates.md 5.5): age A on day D means a birth from D - (A + 1) years
+ 1 day to D - (A - 1) years, and the younger half of that is less likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.dates.errors import DateError
from matcher.dates.interval import Interval, add_days, add_months
from matcher.dates.reading import DateReading, Said
from matcher.dates.tokens import Kind, Tokens, shape

_YEAR = 12
_OLDEST = 130 * _YEAR
# What an age may be off by, in months: given in years, in years and a half, in years and months, in months or less.
_YEARS_SLACK, _HALF_SLACK, _MIXED_SLACK, _MONTHS_SLACK = 12, 6, 3, 1
# A day of birth that follows from counting the running year, against one that follows from completed years (dates.md 5.5).
_RUNNING_YEAR_WEIGHT = 0.6
_MONTHS_OF = {"y": _YEAR, "Y": _YEAR, "m": 1, "Q": 1, "w": 7 / 30.44, "V": 7 / 30.44, "d": 1 / 30.44, "Z": 1 / 30.44}

# Works on shapes, so that the position of a group is that of its token: qualifiers, then a stage of life or one number or two,
# with `and a half` before or behind the unit, `6 months` behind the years, and what stands behind (`old`, `+`).
_AGE = re.compile(
    r"(?P<before>[g~^v+B]*)"
    r"(?:(?P<stage>k)"
    r"|(?P<low>N)(?P<range>[-t|/&]+(?P<high>N))?(?P<half>&?h)?"
    r"(?:(?P<unit>[yYmQwVdZ])(?:&?(?P<more>N)[mQ])?(?P<late_half>&?h)?)?)"
    r"(?P<behind>[~^v+o]*)"
)
_SURE_UNITS = "YQVZ"


@dataclass(frozen=True, slots=True)
class Age:
    """An age as stated, between `low` and `high` months (None: no upper end). `centre` is the number where it is one of years."""

    low: int
    high: int | None
    centre: int | None = None
    approximate: bool = False

    def born(self, said: Interval) -> DateReading:
        """The reading of the birth of a child who had this age some time in an interval (usually one day)."""
        first, last = said.earliest, said.latest
        earliest = add_days(add_months(first, -self.high), 1) if first and self.high is not None else None
        latest = add_months(last, -self.low) if last else None
        birth = Interval(earliest, latest)
        return DateReading("", (birth,), Said.AGE, approximate=self.approximate, parts=self._parts(birth, said))

    def _parts(self, birth: Interval, said: Interval) -> tuple[tuple[Interval, float], ...]:
        if self.centre is None or self.approximate or not (birth.earliest and birth.latest and said.latest):
            return ()
        turn = add_months(said.latest, -self.centre)
        if not birth.earliest <= turn < birth.latest:
            return ()
        running = Interval(add_days(turn, 1), birth.latest)
        return (Interval(birth.earliest, turn), 1.0), (running, _RUNNING_YEAR_WEIGHT)


def find_age(tokens: Tokens, *, bare: bool) -> tuple[Age, Tokens] | None:
    """The age in a text and the tokens around it (when it was true); None where no age is meant.

    A number is an age where a word says so (`age`, `old`, `years`) or where nothing else is there but its unit; with `bare`, in a
    cell that should hold an age, a number alone is one too. Raises `DateError` for an age that nobody reaches.
    """
    letters = shape(tokens)
    match = next(_ages_in(letters, bare), None)
    if match and match["high"] and tokens[match.start("high")].number * _YEAR > _OLDEST:
        # What follows is the year in which it was said (`age 7 / 2019`).
        match = _AGE.match(letters, match.start(), match.start("range"))
    if match is None:
        return None
    return _age(match, tokens), tokens[: match.start()] + tokens[match.end() :]


def _ages_in(letters: str, bare: bool) -> Iterator[re.Match[str]]:
    for match in _AGE.finditer(letters):
        unit = match["unit"] or ""
        said_so = "g" in match["before"] or "o" in match["behind"] or match["stage"] or unit in (*_SURE_UNITS,)
        alone = match.span() == (0, len(letters)) and (bare or unit)
        if said_so or alone or (bare and match.start() == 0):
            yield match


def _age(match: re.Match[str], tokens: Tokens) -> Age:
    approximate = "~" in match["before"] + match["behind"]
    if match["stage"]:
        youngest, oldest = str(tokens[match.start("stage")].value).split("-")
        return Age(int(youngest), int(oldest), approximate=approximate)
    amounts = sorted(_months(match, tokens, group) for group in ("low", "high") if match[group])
    if amounts[-1] > _OLDEST:
        raise DateError("impossible age: nobody is older than 130 years; write a year of birth as a date of birth")
    slack = _slack(match, tokens) * (2 if approximate else 1)
    low, high = max(amounts[0] - slack, 0), amounts[-1] + slack
    qualifiers = match["before"] + match["behind"]
    if Kind.UNDER in qualifiers:
        return Age(0, max(amounts[-1], 1), approximate=approximate)
    if Kind.OVER in qualifiers or Kind.MORE in match["before"]:
        return Age(low, None, approximate=approximate)
    if Kind.MORE in qualifiers:
        return Age(low, high + slack)
    in_years = len(amounts) == 1 and slack == _YEARS_SLACK
    return Age(low, high, amounts[0] if in_years else None, approximate)


def _months(match: re.Match[str], tokens: Tokens, group: str) -> int:
    value = tokens[match.start(group)].value
    assert isinstance(value, float)  # noqa: S101  # the group matches number tokens only
    months = (value + (0.5 if _has_half(match) else 0)) * _MONTHS_OF[match["unit"] or "y"]
    if match["more"]:
        months += tokens[match.start("more")].number
    return round(min(months, 2 * _OLDEST))


def _slack(match: re.Match[str], tokens: Tokens) -> int:
    value = tokens[match.start("low")].value
    assert isinstance(value, float)  # noqa: S101  # the group matches number tokens only
    if (match["unit"] or "y") not in "yY":
        return _MONTHS_SLACK
    if match["more"]:
        return _MIXED_SLACK
    return _HALF_SLACK if _has_half(match) or value % 1 else _YEARS_SLACK


def _has_half(match: re.Match[str]) -> bool:
    return bool(match["half"] or match["late_half"])
