"""Reading a text as a date, or as an age on a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from matcher.dates.ages import Age, find_age
from matcher.dates.edtf import read_edtf
from matcher.dates.errors import DateError
from matcher.dates.interval import one_day
from matcher.dates.numeric import read_numeric
from matcher.dates.phrase import read_phrase
from matcher.dates.reading import DateReading, Said, is_heaped
from matcher.dates.tokens import Kind, Tokens, fold, tokenise
from matcher.dates.year import FIRST_CIVIL, LAST_CIVIL
from matcher.text import is_blank

_LONGEST = 200
_CACHED_AGES = 2_000
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FIRST, _LAST = f"{FIRST_CIVIL}", f"{LAST_CIVIL}"


def read_date(text: str, *, on: date | None) -> DateReading:
    """What a text means as a date, in any of the ways people write one (domain/dates.md 5).

    `on` is the day on which it was said: the record's own day. Needed for ages, `last year` and dates without a year; it also
    decides centuries and which years of an animal are plausible. Two-digit years are never after it.
    Raises `DateError` for a text that is blank or no date, or that names a day that does not exist, saying which.
    """
    if _ISO.fullmatch(text) and _FIRST <= text[:4] <= _LAST:
        try:
            interval = one_day(date.fromisoformat(text))
        except ValueError:
            return _read(text, on)  # which says what is impossible
        return DateReading(text, (interval,), Said.DAY, is_heaped(interval))
    return _read(text, on)


def read_age(text: str, *, as_of: date) -> DateReading:
    """The interval of birth for an age as recorded (`7`, `7-9`, `about 7`, ៧ ឆ្នាំ, `18 months`, `newborn`) on the day it was true.

    A day inside the text (`7 in 2019`) comes before `as_of`. Raises `DateError` for a text that is blank or no age.
    """
    age, rest = _stated_age(text)
    _check_reference(as_of)
    says_when = any(token.kind in "NDMFAHrj" for token in rest)
    day = read_phrase(rest, as_of).best if says_when else one_day(as_of)
    return replace(age.born(day), text=text)


@lru_cache(maxsize=_CACHED_AGES)
def _stated_age(text: str) -> tuple[Age, Tokens]:
    """The age that a text states on whatever day, and the tokens around it. A few dozen texts state nearly all ages."""
    tokens = tokenise(_folded(text))
    found = None if any(token.kind is Kind.UNKNOWN for token in tokens) else find_age(tokens, bare=True)
    if found is None:
        raise DateError("not understood as an age: write the years (`7`), a range (`7-9`) or months (`18 months`)")
    return found


def _read(text: str, on: date | None) -> DateReading:
    folded = _folded(text)
    _check_reference(on)
    reading = read_numeric(folded, on) or read_edtf(folded) or read_phrase(tokenise(folded), on)
    return replace(reading, text=text)


def _check_reference(on: date | None) -> None:
    if on and not FIRST_CIVIL <= on.year <= LAST_CIVIL:
        raise DateError(
            f"the day on which it was said lies in the year {on.year}: dates are read from {FIRST_CIVIL} to {LAST_CIVIL}"
        )


def _folded(text: str) -> str:
    if len(text) > _LONGEST:
        raise DateError(f"too long to be a date: {len(text):,} characters; write the date alone")
    folded = fold(text)
    if is_blank(folded):
        raise DateError("blank: nothing is written")
    return folded
