"""Numbers that belong to one family or one child: telephones and documents."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matcher.comparisons.base import SILENT, Compared, Comparison, Indexes, LaidOut, each
from matcher.comparisons.groups import Groups, cross
from matcher.record import Record
from matcher.text import fold_digits

_NOT_DIGITS = re.compile(r"\D+")
_SEPARATORS = re.compile(r"[/,]| or | និង | ឬ ")
_NOT_WORD = re.compile(r"[\W_]+")
# Cambodian subscriber numbers have 8 or 9 digits after the leading 0 or +855 (ITU, national numbering plan).
_SHORTEST_PHONE, _LONGEST_PHONE = 6, 12
# Of shorter numbers too many lie one digit apart: running numbers of one register's page.
_LONG_NUMBER = 7


@lru_cache(maxsize=50_000)
def normal_phone(text: str) -> str:
    """The subscriber's digits: without +855, without leading zeros, also where a spreadsheet lost them; blank for no number."""
    digits = _NOT_DIGITS.sub("", fold_digits(text.removesuffix(".0")))
    digits = digits.removeprefix("00")
    if digits.startswith("855") and len(digits) > len("85512345"):
        digits = digits[3:]
    digits = digits.lstrip("0")
    return digits if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE else ""


def phone_numbers(texts: Sequence[str]) -> tuple[str, ...]:
    """All numbers in the cells; one cell may hold several, separated by `/`, `,` or a word."""
    numbers = (normal_phone(part) for text in texts for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(number for number in numbers if number))


def identifier(text: str) -> tuple[str, str]:
    """(type, number) of `type:number`, both folded; a blank type where none is given."""
    kind, colon, number = text.partition(":")
    if not colon:
        kind, number = "", text
    return _NOT_WORD.sub("", kind.casefold()), _NOT_WORD.sub("", fold_digits(number)).casefold()


class Phones(LaidOut[tuple[str, ...]]):
    """The family's numbers: one shared number is strong, other numbers say next to nothing."""

    name = "phones"
    levels = ("other numbers", "one digit off", "same number")
    is_quick = True

    def text(self, record: Record) -> Hashable:
        """The cells as written."""
        return record.phones

    def _read(self, text: Hashable) -> tuple[str, ...] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return phone_numbers(text) or None

    def prepare(self, values: Sequence[tuple[str, ...]]) -> PhoneNumbers:
        """The numbers laid out for comparing."""
        return PhoneNumbers.of(values)

    def compare_at(self, reports: PhoneNumbers, intakes: PhoneNumbers, left: Indexes, right: Indexes) -> Compared:
        """The best pair of numbers."""
        crossed = cross(reports.groups, intakes.groups, left, right)
        a, b = crossed.first, crossed.second
        levels = np.where(reports.number[a] == intakes.number[b], np.int8(2), np.int8(0))
        # One slip leaves the first two digits or the last two as they were: only such pairs are looked at digit by digit.
        alike = (reports.beginning[a] == intakes.beginning[b]) | (reports.ending[a] == intakes.ending[b])
        near = np.flatnonzero(alike & (levels == 0))
        one, other = reports.digits[a[near]].tolist(), intakes.digits[b[near]].tolist()
        levels[near] = cpdist(one, other, scorer=OSA.distance, score_cutoff=1, dtype=np.int8) <= 1
        return Compared(levels[crossed.best(levels.astype(np.float32))], np.zeros(len(left), np.float32))


@dataclass(frozen=True, slots=True)
class PhoneNumbers:
    """Groups of numbers laid out for comparing: each number as text and as a whole, its first two digits, its last two."""

    groups: Groups
    digits: NDArray[np.object_]
    number: NDArray[np.int64]
    beginning: NDArray[np.int8]
    ending: NDArray[np.int8]

    @classmethod
    def of(cls, values: Sequence[tuple[str, ...]]) -> PhoneNumbers:
        """Lay out some groups of normal numbers."""
        digits = [number for numbers in values for number in numbers]
        return cls(
            Groups.of(values),
            np.array(digits, object),
            # No number begins with 0, so that none is lost here.
            np.array([int(number) for number in digits], np.int64),
            np.array([int(number[:2]) for number in digits], np.int8),
            np.array([int(number[-2:]) for number in digits], np.int8),
        )


Documents = tuple[tuple[str, str], ...]


class Identifiers(Comparison[Documents]):
    """Documents and case numbers. Other numbers speak against a pair only where both are of one type."""

    name = "identifiers"
    levels = ("same type, other number", "one digit off", "same number, other type", "same number")

    def text(self, record: Record) -> Hashable:
        """`type:number` cells as written."""
        return record.identifiers

    def _read(self, text: Hashable) -> Documents | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return tuple(pair for cell in text if (pair := identifier(cell))[1]) or None

    def compare(self, reports: Sequence[Documents], intakes: Sequence[Documents]) -> Compared:
        """The best pair of documents."""
        return each(_identifier_level, reports, intakes)


def _identifier_level(report: Documents, intake: Documents) -> int:
    return max(_document_level(one, other) for one in report for other in intake)


def _document_level(one: tuple[str, str], other: tuple[str, str]) -> int:
    (kind, number), (other_kind, other_number) = one, other
    may_be_one_type = kind == other_kind or not kind or not other_kind
    if number == other_number:
        # A short number is met in every kind of list: only its type makes it one document.
        if kind == other_kind:
            return 3
        return 2 if is_long(number) else SILENT
    if may_be_one_type and is_long(number) and is_long(other_number) and _differ_by_one(number, other_number):
        return 1
    return 0 if kind == other_kind != "" else SILENT


def is_long(number: str) -> bool:
    """Whether a document's number is long enough that one with a slip is still told from another child's: 7 characters."""
    return len(number) >= _LONG_NUMBER


def _differ_by_one(a: str, b: str) -> bool:
    return bool(OSA.distance(a, b, score_cutoff=1) <= 1)
