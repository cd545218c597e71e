"""An official gazetteer file, row by row: what `elijah places import` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from matcher.errors import InputError
from matcher.places.place import LEVEL_OF_DIGITS, Place
from matcher.text import fold_digits, tidy

_COLUMNS: Final = ("code", "level", "unit", "khmer")
_FIRST_ROW = 2  # the header is row 1


def read_gazetteer(rows: Iterable[Mapping[str, str]]) -> list[Place]:
    """The places of an official file with the columns `code,level,unit,khmer[,latin,ungegn,lat,lon]`.

    Latin may be missing. Raises InputError naming row and column for a missing column, a code that is not
    2, 4, 6 or 8 digits, a level that does not go with the code, a missing Khmer name, a code given twice
    and a unit whose parent is not in the file.
    """
    places: dict[str, Place] = {}
    numbers: dict[str, int] = {}
    for number, row in enumerate(rows, start=_FIRST_ROW):
        _check_header(row)
        place = _place(row, number)
        if place.code in places:
            first = numbers[place.code]
            raise _fault(number, "code", f"this code stands in row {first} already; keep one of the two")
        places[place.code], numbers[place.code] = place, number
    if not places:
        raise _fault(
            1, "code", "the file holds no places; the header is code,level,unit,khmer, then a row for each place"
        )
    _check_parents(numbers)
    return list(places.values())


def _fault(row: int, column: str, what: str) -> InputError:
    return InputError(f"row {row}, column {column}: {what}", column=column)


def _check_header(row: Mapping[str, str]) -> None:
    missing = next((column for column in _COLUMNS if column not in row), "")
    if missing:
        what = "it is missing; the header is code,level,unit,khmer and may have latin,ungegn,lat,lon"
        raise _fault(1, missing, what)


def _cell(row: Mapping[str, str], column: str) -> str:
    return tidy(str(row.get(column) or ""))


def _place(row: Mapping[str, str], number: int) -> Place:
    code = _code(fold_digits(_cell(row, "code")), number)
    level = _level(_cell(row, "level").lower(), code, number)
    khmer = _cell(row, "khmer")
    if not khmer:
        raise _fault(number, "khmer", "the Khmer name is missing; every place needs one")
    latin, ungegn = _cell(row, "latin"), _cell(row, "ungegn")
    return Place(code, level, khmer, latin or ungegn, (ungegn,) if ungegn and latin else (), code[:2])


def _code(code: str, number: int) -> str:
    if code.isascii() and code.isdigit() and len(code) in LEVEL_OF_DIGITS:
        return code
    is_short = len(code) in {1, 3, 5, 7}
    hint = "; a spreadsheet may have dropped the leading zero: format the column as text" if is_short else ""
    raise _fault(number, "code", f"a code has 2, 4, 6 or 8 digits{hint}")


def _level(level: str, code: str, number: int) -> str:
    expected = LEVEL_OF_DIGITS[len(code)]
    if level != expected:
        raise _fault(number, "level", f"a code of {len(code)} digits is a {expected}; write {expected}")
    return expected


def _check_parents(numbers: Mapping[str, int]) -> None:
    for code, number in numbers.items():
        if len(code) > 2 and code[:-2] not in numbers:
            what = f"the unit {code[:-2]} that contains this place is not in the file; add its row"
            raise _fault(number, "code", what)
