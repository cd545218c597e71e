"""Place codes as people and spreadsheets write them."""

from __future__ import annotations

import re

from matcher.places.place import LEVEL_OF_DIGITS
from matcher.places.tables import iso_codes
from matcher.text import fold_digits, tidy

# `02.0` is what a spreadsheet makes of a number, `KH0203` the P-code of OCHA's boundary files.
_DIGITS = re.compile(r"(?:kh[- ]?)?(\d{1,8})(?:\.0)?")


def read_code(text: str) -> str:
    """The official code (2, 4, 6 or 8 digits) that a text is, a lost leading zero put back; "" when it is
    not one.
    """
    written = fold_digits(tidy(text)).lower()
    if written in iso_codes():
        return iso_codes()[written]
    found = _DIGITS.fullmatch(written)
    if found is None:
        return ""
    digits = found[1] if len(found[1]) in LEVEL_OF_DIGITS else "0" + found[1]
    return "" if digits.startswith("00") else digits


def parents(code: str) -> list[str]:
    """The codes of the units that contain an official code, nearest first."""
    return [code[:length] for length in (6, 4, 2) if length < len(code)]
