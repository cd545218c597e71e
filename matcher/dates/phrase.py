"""The grammar of dates in words: ranges, ages, `ago`, before and after, about, early and late, and the one date inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from rapidfuzz.distance import OSA

from matcher.dates.ages import find_age
from matcher.dates.errors import DateError, no_day_of_reference, unreadable
from matcher.dates.interval import Interval, add_days, add_months, joined, meets, one_day
from matcher.dates.numeric import said_of
from matcher.dates.parts import collect
from matcher.dates.reading import DateReading, Said, whole
from matcher.dates.solve import solve
from matcher.dates.tokens import Kind, Token, Tokens, shape
from matcher.dates.vague import about, after, before, part

_AGO = re.compile(r"[<G]?~*(?P<number>N)(?P<unit>[dwmyZVQY])(?:&?(?P<more>N)[mQ])?[<G]?|~*(?P<spoken>N)r")
_UNITS = {"d": "day", "Z": "day", "w": "week", "V": "week", "m": "month", "Q": "month", "y": "year", "Y": "year"}
_VAGUE = (Kind.PART, Kind.ABOUT)
_EDGES = "-/&|dmy"
_MONTHS_IN_FULL = (
    "january", "february", "march", "april", "august", "september", "october", "november", "december",
    "janvier", "fevrier", "juillet", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_MONTH_NUMBERS = (1, 2, 3, 4, 8, 9, 10, 11, 12, 1, 2, 7, 9, 10, 11, 12)
_SHORTEST_SLIP = 5
_MOST_TOKENS = 40
_MOST_AGO = 500


def read_phrase(tokens: Tokens, on: date | None) -> DateReading:
    """The reading of the tokens of a text. Raises `DateError`."""
    tokens = tuple(map(_corrected, tokens))
    if not tokens or len(tokens) > _MOST_TOKENS or any(token.kind is Kind.UNKNOWN for token in tokens):
        raise unreadable()
    reading = _read(tokens, on)
    if reading is None:
        raise unreadable()
    return reading


def _read(tokens: Tokens, on: date | None) -> DateReading | None:
    if not tokens:
        return None
    for rule in _RULES:
        if reading := rule(tokens, on):
            return reading
    return None


def _ago(tokens: Tokens, on: date | None) -> DateReading | None:
    """`2 years ago`, ៣ថ្ងៃមុន, មុន២ឆ្នាំ, `il y a 2 ans`: to within half of the unit."""
    letters = shape(tokens)
    match = _AGO.fullmatch(letters)
    if match is None or not (match["spoken"] or letters[0] in "<G" or letters[-1] in "<G"):
        return None
    number = tokens[match.start("spoken" if match["spoken"] else "number")].number
    unit, _, way = (_UNITS[match["unit"]], "", "ago") if match["unit"] else str(tokens[-1].value).partition(":")
    if number > _MOST_AGO or not way.endswith("ago"):
        return None
    if on is None:
        raise no_day_of_reference("`ago`")
    more = tokens[match.start("more")].number if match["more"] else 0
    interval = _back(on, 12 * number + more, "month") if more else _back(on, number, unit)
    approximate = "~" in letters
    return DateReading("", (about(interval) if approximate else interval,), Said.RELATIVE, approximate=approximate)


def _back(on: date, number: int, unit: str) -> Interval:
    if unit == "day":
        return one_day(add_days(on, -number))
    if unit == "week":
        day = add_days(on, -7 * number)
        return Interval(add_days(day, -3), add_days(day, 3))
    if unit == "month":
        day = add_months(on, -number)
        return Interval(add_days(day, -15), add_days(day, 15))
    day = add_months(on, -12 * number)
    return Interval(add_months(day, -6), add_months(day, 6))


def _aged(tokens: Tokens, on: date | None) -> DateReading | None:
    """`age 7`, `7 years old in 2019`, អាយុ ៩ឆ្នាំ (ឆ្នាំមមែ)."""
    found = find_age(tokens, bare=False)
    if found is None:
        return None
    age, rest = found
    rest = _trimmed(rest)
    letters = shape(rest)
    if Kind.ANIMAL in letters and not set(letters) & set("NDMFH"):
        return _with_animal(age.born(_today(on)), rest, on)
    said = _read(rest, on) if rest else None
    if rest and said is None:
        return None
    return age.born(said.best if said else _today(on))


def _with_animal(born: DateReading, rest: Tokens, on: date | None) -> DateReading | None:
    years = _read(rest, on)
    if years is None:
        return None
    both = meets(born.intervals, years.intervals)
    if both:
        return replace(born, intervals=both, parts=())
    nearest = min(years.intervals, key=lambda one: one.hull(born.best).days)
    return replace(born, intervals=(*born.intervals, nearest), contradictory=True, parts=())


def _today(on: date | None) -> Interval:
    if on is None:
        raise no_day_of_reference("an age")
    return one_day(on)


def _between(tokens: Tokens, on: date | None) -> DateReading | None:
    """`between 2013 and 2015`, `from 2013 to 2015`, `15 to 20 April 2015`."""
    kinds = [token.kind for token in tokens]
    if Kind.BETWEEN in kinds:
        at = kinds.index(Kind.BETWEEN)
        return _range(tokens[:at] + tokens[at + 1 :], (Kind.TO, Kind.AND, Kind.DASH), on)
    return _range(tokens[1:] if kinds[0] is Kind.SINCE else tokens, (Kind.TO,), on)


def _dashed(tokens: Tokens, on: date | None) -> DateReading | None:
    """`April - June 2015`: where a dash or a slash does not belong to one date."""
    return _range(tokens, (Kind.DASH, Kind.SLASH), on)


def _range(tokens: Tokens, connectors: Sequence[Kind], on: date | None) -> DateReading | None:
    sides = next(_sides(tokens, connectors, on), None)
    if sides is None:
        return None
    first, last = sides
    start, end = first.best.earliest, last.best.latest
    if start and end and start > end:
        raise DateError("impossible date: the time ends before it begins")
    return DateReading("", (Interval(start, end),), Said.SPAN, approximate=first.approximate or last.approximate)


def _either(tokens: Tokens, on: date | None) -> DateReading | None:
    """`2013 or 2014`."""
    for sides in _sides(tokens, (Kind.OR, Kind.AND), on):
        intervals = joined(whole(sides))
        approximate = any(side.approximate for side in sides)
        return DateReading("", intervals, said_of(intervals[0]), approximate=approximate)
    return None


def _sides(tokens: Tokens, connectors: Sequence[Kind], on: date | None) -> Iterator[tuple[DateReading, DateReading]]:
    """The readings of what stands before and behind a connecting word, where both are dates.

    What the first leaves out (its month, its year) is taken from the end of the second.
    """
    for at, token in enumerate(tokens):
        if token.kind in connectors:
            last = _simple(tokens[at + 1 :], on)
            first = _completed(tokens[:at], tokens[at + 1 :], on) if last else None
            if first and last:
                yield first, last


def _completed(first: Tokens, last: Tokens, on: date | None) -> DateReading | None:
    if first and _names_a_year(last) and not _names_a_year(first):
        for cut in range(1, len(last)):
            try:
                if reading := _simple(first + last[cut:], on):
                    return reading
            except DateError:
                continue  # the next cut takes less from the second
    return _simple(first, on)


def _simple(tokens: Tokens, on: date | None) -> DateReading | None:
    """One date with its `about` and `early`, without further connecting words: what a side of a range may be."""
    bare = tuple(token for token in tokens if token.kind not in _VAGUE)
    reading = _plain(bare, on) if bare else None
    return _blurred(reading, tokens) if reading else None


def _names_a_year(tokens: Tokens) -> bool:
    return any(token.kind in "DAHXrj" or (token.kind is Kind.NUMBER and token.digits > 2) for token in tokens)


def _bounded(tokens: Tokens, on: date | None) -> DateReading | None:
    """`before 2015`, `after Pchum Ben 2014`, `until`, `since`."""
    move = _BOUNDS.get(tokens[0].kind)
    reading = _read(tokens[1:], on) if move else None
    if reading is None or move is None:
        return None
    return replace(reading, intervals=tuple(map(move, reading.intervals)), said=Said.SPAN, heaped=False, parts=())


def _vague(tokens: Tokens, on: date | None) -> DateReading | None:
    """`about 2015`, `2015?`, `early 2015`, ចុងឆ្នាំ២០១៥."""
    rest = tuple(token for token in tokens if token.kind not in _VAGUE)
    reading = _read(rest, on) if rest != tokens else None
    return _blurred(reading, tokens) if reading else None


def _blurred(reading: DateReading, tokens: Tokens) -> DateReading | None:
    """The reading with what the vague words among the tokens do to it; None where they contradict each other."""
    parts = [str(token.value) for token in tokens if token.kind is Kind.PART]
    approximate = any(token.kind is Kind.ABOUT for token in tokens)
    if len(parts) > 1:
        return None
    if not parts and not approximate:
        return reading
    intervals: Iterator[Interval] = iter(reading.intervals)
    if parts:
        intervals = (part(interval, parts[0]) for interval in intervals)
    if approximate:
        intervals = map(about, intervals)
    return replace(reading, intervals=tuple(intervals), approximate=approximate, heaped=False, parts=())


def _plain(tokens: Tokens, on: date | None) -> DateReading | None:
    """One date."""
    parts = collect(tokens, on)
    return solve(parts, on) if parts else None


def _trimmed(tokens: Tokens) -> Tokens:
    """The tokens without the signs and labels around them that stand for nothing by themselves."""
    while tokens and tokens[-1].kind in _EDGES:
        tokens = tokens[:-1]
    while tokens and tokens[0].kind in "-/&|":
        tokens = tokens[1:]
    return tokens


def _corrected(token: Token) -> Token:
    """The month for its name with one letter wrong (`Febuary`)."""
    word = token.value
    if token.kind is not Kind.UNKNOWN or not isinstance(word, str) or not _SHORTEST_SLIP <= len(word) <= 12:
        return token
    for name, number in zip(_MONTHS_IN_FULL, _MONTH_NUMBERS, strict=True):
        if OSA.distance(word, name, score_cutoff=1) <= 1:
            return Token(Kind.MONTH, number)
    return token


_BOUNDS: dict[Kind, Callable[[Interval], Interval]] = {
    Kind.BEFORE: before,
    Kind.UNDER: before,
    Kind.AFTER: after,
    Kind.OVER: after,
    Kind.UNTIL: lambda interval: Interval(None, interval.latest),
    Kind.SINCE: lambda interval: Interval(interval.earliest, None),
}
_RULES: tuple[Callable[[Tokens, date | None], DateReading | None], ...] = (
    _ago, _aged, _between, _either, _bounded, _vague, _plain, _dashed,
)  # fmt: skip
