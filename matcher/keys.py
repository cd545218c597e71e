"""Retrieval keys: what a record is found by. The same keys for both kinds and both candidate indexes; the weights are integers.

A key is `family:value`. Keys are selective on purpose: a pair must share one to be scored at all, so each kind of evidence that
can carry a match has its own family, and none of them is a hard filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from matcher.comparisons.address import address_fields, read_address
from matcher.comparisons.birth import Birth, BirthComparison
from matcher.comparisons.marks import HAND_OR_ARM, read_marks
from matcher.comparisons.names import child_names
from matcher.comparisons.numbers import identifier, is_long, phone_numbers
from matcher.many_keys import ManyKeys, Packing
from matcher.names import field_keys
from matcher.places import Gazetteer, province_codes
from matcher.record import Record, Sex

# Counts up when records get other keys than before, so that an index of older keys is built anew (a test holds it to the keys).
KEY_VERSION: Final = 3
# How much one shared key of each family says, before its frequency is taken into account.
FAMILIES: Final = {"n": 1.0, "r": 0.7, "p": 1.5, "i": 1.5, "d": 1.0, "b": 0.6, "m": 0.7, "a": 0.7}
# Ages are off by one or two years (dates.md 5.5): each side spreads one year, so that two years of error still meet.
_SPREAD: Final = 1
# A birth that may be in more years than this, spread included, is found by other keys only.
_MOST_YEARS: Final = 10
# Words of an address that make keys, the length of a word in a key; this few meet by one word and the province too.
_MOST_WORDS, _LONGEST, _FEW_WORDS = 6, 20, 2
_SEXES: Final = {Sex.FEMALE: ("f",), Sex.MALE: ("m",), Sex.OTHER: ("f", "m"), None: ("f", "m")}


class KeyMaker:
    """Makes the keys of records; remembers what it read of distinct names, dates and places. Thread-safe."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._birth = BirthComparison()

    def keys(self, record: Record) -> tuple[str, ...]:
        """The distinct keys of one record, in a fixed order."""
        found = [
            *(f"n:{key}" for text in child_names(record) for key in field_keys(text)),
            *(f"r:{key}" for text in _relatives(record) for key in field_keys(text, slips=False)),
            *self._other_keys(record),
        ]
        return tuple(dict.fromkeys(found))

    def many(self, records: Sequence[Record]) -> ManyKeys:
        """The keys of very many records as bytes: for building an index, at a third of the time of `keys`.

        Loads the compiled kernel of names, which takes half a second, and several the first time on a machine.
        """
        packing = Packing()
        for record in records:
            packing.add(child_names(record), _relatives(record), self._other_keys(record))
        return packing.done()

    def _other_keys(self, record: Record) -> list[str]:
        """All but the keys of names."""
        birth_text = self._birth.text(record)
        birth = self._birth.read(birth_text) if birth_text else None
        found = [
            *(f"p:{number[-8:]}" for number in phone_numbers(record.phones)),
            *_identifier_keys(record.identifiers),
            *_mark_keys(record.marks),
        ]
        found += self._address_keys(record)
        if birth:
            found += [*_day_keys(birth), *self._birth_keys(birth, record)]
        return found

    def _birth_keys(self, birth: Birth, record: Record) -> Iterable[str]:
        """Year of birth x sex x province, for the provinces that the record names."""
        provinces = self._provinces(*address_fields(record))
        years = _years(birth)
        sexes = _SEXES[record.sex]
        return (f"b:{year}{sex}{province}" for year in years for sex in sexes for province in provinces)

    def _provinces(self, *places: str) -> dict[str, None]:
        found = (province_codes(self._gazetteer.look_up(place))[:2] for place in places if place)
        return dict.fromkeys(code for codes in found for code in codes)

    def _address_keys(self, record: Record) -> Iterable[str]:
        """Two words of an address that the gazetteer does not know, in alphabetical order; a single one in its province."""
        for place in address_fields(record):
            address = read_address(self._gazetteer.left_over(place)) if place else None
            if address is None:
                continue
            # The longest are the rarest; numbers name one house of a street.
            words = sorted(address.heard, key=lambda word: (not word.isdigit(), -len(word), word))[:_MOST_WORDS]
            yield from (f"a:{one[:_LONGEST]}+{other[:_LONGEST]}" for one, other in combinations(sorted(words), 2))
            if len(words) <= _FEW_WORDS:
                codes = self._provinces(place)
                yield from (f"a:{word[:_LONGEST]}@{code}" for word in words for code in codes)


def _relatives(record: Record) -> list[str]:
    people = (record.father_name, record.mother_name, record.caregiver_name, record.inquirer_name)
    return [person for person in (*people, *record.sibling_names) if person]


def _identifier_keys(cells: Sequence[str]) -> Iterable[str]:
    """A long number whatever its type, and its halves, one of which a slip leaves whole, or what is around the middle where two
    digits changed places there; a short number with its type.
    """
    for kind, number in map(identifier, cells):
        if is_long(number):
            half = len(number) // 2
            first, last = number[:half][:_LONGEST], number[half:][:_LONGEST]
            yield from (f"i:{number[:50]}", f"i:^{first}", f"i:{last}$", f"i:^{first[:-1]}~{last[1:]}$")
        elif number:
            yield f"i:{kind}:{number}"[:60]


def _years(birth: Birth) -> Iterable[int]:
    """The years of the best readings, as many of those as stay selective: an animal year alone has one every twelve years."""
    years: dict[int, None] = {}
    for earliest, latest in birth.intervals:
        span = range(date.fromordinal(earliest).year - _SPREAD, date.fromordinal(latest).year + _SPREAD + 1)
        if len(years.keys() | set(span)) > _MOST_YEARS:
            break
        years |= dict.fromkeys(span)
    return years


def _day_keys(birth: Birth) -> Iterable[str]:
    return (f"d:{earliest}" for earliest, latest in birth.intervals if earliest == latest)


def _mark_keys(marks: Sequence[str]) -> Iterable[str]:
    marked = (mark for mark in read_marks(marks) if mark.kind and mark.part)
    return (f"m:{mark.kind}|{HAND_OR_ARM.get(mark.part, mark.part)}" for mark in marked)
