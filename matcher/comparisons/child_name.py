"""The child's own names as evidence."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import Compared, Indexes, LaidOut
from matcher.comparisons.names import NameGroups, Names, child_names, compare_groups, read_names
from matcher.names import NameFrequencies, NameLevel, analyse
from matcher.record import Record

_GIVEN: Final = "the given name agrees"
_LABELS: Final = [level.label for level in NameLevel]
# Less than a part that is all of one side: here the rest of the name contradicts.
_PLACE: Final = int(NameLevel.PART)


@dataclass(frozen=True, slots=True)
class ChildNames:
    """All names of the child; the given name alone where the source has it apart, else none."""

    names: Names
    given: Names


@dataclass(frozen=True, slots=True)
class ChildNameGroups:
    """Children's names laid out for comparing; `place` is where a child's given name stands in `given`, -1 without one."""

    names: NameGroups
    given: NameGroups
    place: NDArray[np.intp]


class ChildName(LaidOut[ChildNames]):
    """The child's own names, other names and nicknames: the best pair counts.

    Where one part agrees and another contradicts, brothers and sisters share the family's; if both sources have the given name
    apart, it is known which of the two it is. `frequencies` are what the installation has learned; without them the shipped
    prior says how common a name is.
    """

    name = "name"
    levels = (*_LABELS[:_PLACE], _GIVEN, *_LABELS[_PLACE:])

    def __init__(self, frequencies: NameFrequencies | None = None) -> None:
        super().__init__()
        self._frequencies = frequencies

    def text(self, record: Record) -> Hashable:
        """(all names of the child, the given name where the family's stands apart from it)."""
        names = child_names(record)
        return (names, record.given_name if record.family_name else "") if names else ()

    def _read(self, text: Hashable) -> ChildNames | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        names = read_names(text[0])
        return ChildNames(names, analyse(text[1])) if names else None

    def prepare(self, values: Sequence[ChildNames]) -> ChildNameGroups:
        """The names laid out for comparing."""
        given = [value.given for value in values if value.given]
        apart = np.array([bool(value.given) for value in values], np.bool_)
        place = np.where(apart, np.cumsum(apart) - 1, -1)
        names = NameGroups.of([value.names for value in values], self._frequencies)
        return ChildNameGroups(names, NameGroups.of(given, self._frequencies), place)

    def compare_at(self, reports: ChildNameGroups, intakes: ChildNameGroups, left: Indexes, right: Indexes) -> Compared:
        """The best level that a name of the one reaches with one of the other."""
        found, commonness = compare_groups(reports.names, intakes.names, left, right)
        levels = np.where(found >= _PLACE, found + 1, found).astype(np.int8)
        mine, yours = reports.place[left], intakes.place[right]
        some = np.flatnonzero((found == NameLevel.ONE_PART) & (mine >= 0) & (yours >= 0))
        if len(some):
            given, how_common = compare_groups(reports.given, intakes.given, mine[some], yours[some])
            agreeing = given >= NameLevel.LETTERS
            levels[some[agreeing]], commonness[some[agreeing]] = _PLACE, how_common[agreeing]
        return Compared(levels, commonness)

    def show(self, text: Hashable) -> str:
        """The names, one after the other."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return " / ".join(text[0]) if text else ""
