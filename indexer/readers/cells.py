"""Cells that a spreadsheet has changed, put right: telephone numbers, whole numbers with `.0`, days counted from 1899."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from matcher.text import fold_digits

DATE_COLUMNS: Final = (
    "date_of_birth", "age_as_of", "last_seen_date", "found_date", "photo_date", "recorded_on",
)  # fmt: skip
# Where a number may stand alone: ids, measures, documents, and places by their code in the gazetteer.
_NUMBER_COLUMNS: Final = (
    "record_id", "age", "height_cm", "weight_kg", "identifiers", "home_place", "birth_place", "found_place", "last_seen_place",
)  # fmt: skip
_WHOLE: Final = re.compile(r"-?\d+\.0+")
_SCIENTIFIC: Final = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_DIGITS: Final = re.compile(r"\d+")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d?:\d\d.*")
# No more letters: neither a time of day nor anything else that is put right here has a dash in the fifth place.
_ISO_DAY: Final = len("2015-04-15")
_LIST: Final = re.compile(r"([;\n])")
# Spreadsheets count days from here (with the 29 February 1900 that never was, which no later date notices).
_DAY_ZERO: Final = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2040, 12, 31)
# Without the leading 0: 8 or 9 digits in Cambodia and Thailand (ITU national numbering plans).
_SUBSCRIBER: Final = range(8, 10)
_COUNTRY: Final = "855"
_WITH_COUNTRY: Final = range(11, 13)


def whole(cell: str) -> str:
    """`17.0`, as programs write a whole number that passed through a float, as `17`."""
    return cell.partition(".")[0] if cell.endswith("0") and _WHOLE.fullmatch(cell.strip()) else cell


def day(cell: str) -> str:
    """A day as a spreadsheet counts it (`42109`), or with a time of day, as an ISO date; everything else as it is."""
    text = cell.strip()
    if len(text) == _ISO_DAY and text[4] == "-":
        return cell
    if moment := _MOMENT.fullmatch(text):
        return moment[1]
    serial = _SERIAL.fullmatch(text)
    if not serial:
        return whole(cell)
    found = _DAY_ZERO + timedelta(days=int(serial[1]))
    return found.isoformat() if _FIRST_DAY <= found <= _LAST_DAY else cell


def phones(cell: str) -> str:
    """The numbers of a cell, each with the leading 0 or + that a spreadsheet took away.

    Blank for one that has lost digits for good: `8.55E+10` says only how the number began.
    """
    if not any(sign in cell for sign in ";\n"):
        return _phone(cell)
    return "".join(_phone(part) for part in _LIST.split(cell))


def _phone(part: str) -> str:
    text = fold_digits(part.strip())
    exact = _scientific(text)
    if exact == "":
        return ""
    digits = whole(exact or text)
    if not _DIGITS.fullmatch(digits):
        return part
    if len(digits) in _SUBSCRIBER and not digits.startswith("0"):
        return f"0{digits}"
    if len(digits) in _WITH_COUNTRY and digits.startswith(_COUNTRY):
        return f"+{digits}"
    return digits


def _scientific(text: str) -> str | None:
    # None: not in this notation; "": digits are missing, and filling them with zeros would make a number that others share.
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return None
    lead, decimals, exponent = found[1], found[2] or "", int(found[3])
    return str(int(Decimal(f"{lead}.{decimals or 0}E{exponent}"))) if len(decimals) >= exponent else ""


MENDERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        **dict.fromkeys(_NUMBER_COLUMNS, whole),
        **dict.fromkeys(DATE_COLUMNS, day),
        "phones": phones,
    }
)
