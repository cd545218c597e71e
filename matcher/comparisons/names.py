"""Names as evidence: one parent's, and what all comparisons of names share; the child's own are in `child_name`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import Compared, Indexes, LaidOut
from matcher.comparisons.groups import Crossed, Groups, cross
from matcher.names import Name, NameFrequencies, NameLevel, NameTable, analyse, compare_tables, frequency
from matcher.names.keys import skeleton
from matcher.record import Record

Names = tuple[Name, ...]
_NONE = np.int8(-1)
_LABELS = tuple(level.label for level in NameLevel)


def child_names(record: Record) -> tuple[str, ...]:
    """Every name that the record gives the child; a family and a given name apart count as one name."""
    together = f"{record.family_name} {record.given_name}".strip()
    names = (record.full_name, record.local_name, together, *record.other_names, *record.nickname)
    return tuple(dict.fromkeys(name for name in names if name))


def read_names(texts: Sequence[str]) -> Names:
    """All forms of all the names, each once."""
    return tuple(dict.fromkeys(name for text in texts for name in analyse(text)))


class _NameComparison(LaidOut[Names]):
    levels = _LABELS

    def __init__(self, frequencies: NameFrequencies | None = None) -> None:
        super().__init__()
        self._frequencies = frequencies

    def _read(self, text: Hashable) -> Names | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return read_names(text) or None

    def prepare(self, values: Sequence[Names]) -> NameGroups:
        return NameGroups.of(values, self._frequencies)

    def compare_at(self, reports: NameGroups, intakes: NameGroups, left: Indexes, right: Indexes) -> Compared:
        return Compared(*compare_groups(reports, intakes, left, right))

    def show(self, text: Hashable) -> str:
        assert isinstance(text, tuple)  # noqa: S101  # as above
        return " / ".join(text)


class ParentName(_NameComparison):
    """The father's or the mother's name, role by role."""

    def __init__(self, name: str, written: Callable[[Record], str], frequencies: NameFrequencies | None = None) -> None:
        super().__init__(frequencies)
        self.name = name
        self._written = written

    def text(self, record: Record) -> Hashable:
        """The parent's name as one text."""
        written = self._written(record)
        return (written,) if written else ()


def name_parts(names: Names) -> frozenset[str]:
    """The strong consonants of every part of the names: two people without a common one are strangers."""
    return frozenset(letters for name in names for part in name.tokens if (letters := skeleton(part)))


@dataclass(frozen=True, slots=True)
class NameGroups:
    """Groups of names laid out for comparing: the distinct names, how common each is, and which of them each group has."""

    groups: Groups
    places: Indexes
    table: NameTable
    commonness: NDArray[np.float32]

    @classmethod
    def of(cls, values: Sequence[Names], frequencies: NameFrequencies | None = None) -> NameGroups:
        """Lay out some groups, none of them empty."""
        numbers: dict[int, int] = {}
        distinct: list[Name] = []
        places = []
        for name in chain.from_iterable(values):
            # By identity: names are remembered, and comparing them by their parts would take longer than comparing them twice.
            number = numbers.setdefault(id(name), len(distinct))
            if number == len(distinct):
                distinct.append(name)
            places.append(number)
        of = frequencies.of if frequencies else frequency
        commonness = np.fromiter(map(of, distinct), np.float32, len(distinct))
        return cls(Groups.of(values), np.array(places, np.intp), NameTable(distinct), commonness)


def compare_groups(
    reports: NameGroups, intakes: NameGroups, left: Indexes, right: Indexes
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """For pairs of groups of names: the best level that a name of the one reaches with one of the other, and its commonness."""
    crossed = cross(reports.groups, intakes.groups, left, right)
    a, b = reports.places[crossed.first], intakes.places[crossed.second]
    similarity, level = compare_tables(reports.table, a, intakes.table, b)
    parts, others = reports.table.parts[a], intakes.table.parts[b]
    level = _beside_full_names(level, (parts == 1) & (others == 1), (parts > 1) & (others > 1), crossed)
    best = crossed.best(level.astype(np.float32) + np.minimum(similarity, 0.999))
    return level[best], np.maximum(reports.commonness[a[best]], intakes.commonness[b[best]])


def _beside_full_names(
    level: NDArray[np.int8], short: NDArray[np.bool_], full: NDArray[np.bool_], crossed: Crossed
) -> NDArray[np.int8]:
    """A nickname or a family name that agrees is a part of the name where the full names of both sides contradict each other."""
    if not (short.any() and full.any()):
        return level
    of_full = np.maximum.reduceat(np.where(full, level, _NONE), crossed.starts)
    contradicted = np.repeat((of_full > _NONE) & (of_full <= NameLevel.ONE_PART), crossed.sizes)
    return np.where(short & contradicted, np.minimum(level, NameLevel.PART), level).astype(np.int8)


def best_name_levels(left: Sequence[Names], right: Sequence[Names]) -> NDArray[np.int8]:
    """For aligned groups of names: the best level that a name of the left reaches with one of the right."""
    pairs = np.arange(len(left))
    return compare_groups(NameGroups.of(left), NameGroups.of(right), pairs, pairs)[0]
