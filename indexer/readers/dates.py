"""Days and ages that do not exist, found before a row is taken; what is only not understood ("in the rains") is kept."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from indexer.readers.cells import DATE_COLUMNS
from matcher.dates import DateError, read_age, read_date
from matcher.errors import InputError
from matcher.record import Record

# Whether an age is possible does not hang on the day it was true.
_ANY_DAY: Final = date(2020, 1, 1)
_WHAT_TO_DO: Final = "correct it, or write only what is certain, such as the year"


def check_dates(record: Record) -> None:
    """Raise `InputError`, naming the column, for a day such as 30 February or an age that nobody reaches."""
    for column in DATE_COLUMNS:
        text = getattr(record, column)
        if text and (problem := _date_problem(text)):
            raise InputError(f"{problem}; {_WHAT_TO_DO}", column=column)
    if record.age and (problem := _age_problem(record.age)):
        raise InputError(f"{problem}; {_WHAT_TO_DO}", column="age")


@lru_cache(maxsize=50_000)
def _date_problem(text: str) -> str:
    try:
        read_date(text, on=None)
    except DateError as error:
        return error.message if error.impossible else ""
    return ""


@lru_cache(maxsize=5_000)
def _age_problem(text: str) -> str:
    try:
        read_age(text, as_of=_ANY_DAY)
    except DateError as error:
        return error.message if error.impossible else ""
    return ""
