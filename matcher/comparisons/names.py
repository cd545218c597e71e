"""Names as evidence: the child's own, one parent's, and relatives whose roles are uncertain."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, Compared, Comparison
from matcher.names import Name, NameLevel, analyse, compare_many, frequency
from matcher.record import Record

Names = tuple[Name, ...]
_LABELS = tuple(level.label for level in NameLevel)


def child_names(record: Record) -> tuple[str, ...]:
    """Every name that the record gives the child; a family and a given name apart count as one name."""
    together = f"{record.family_name} {record.given_name}".strip()
    names = (record.full_name, record.local_name, together, *record.other_names, *record.nickname)
    return tuple(dict.fromkeys(name for name in names if name))


def read_names(texts: Sequence[str]) -> Names:
    """All forms of all the names, each once."""
    return tuple(dict.fromkeys(name for text in texts for name in analyse(text)))


class _NameComparison(Comparison[Names]):
    levels = _LABELS

    def _read(self, text: Hashable) -> Names | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return read_names(text) or None

    def compare(self, reports: Sequence[Names], intakes: Sequence[Names]) -> Compared:
        best, commonness = best_name_levels(reports, intakes)
        return Compared(best, commonness)

    def show(self, text: Hashable) -> str:
        assert isinstance(text, tuple)  # noqa: S101  # as above
        return " / ".join(text)


class ChildName(_NameComparison):
    """The child's own names, other names and nicknames: the best pair counts."""

    name = "name"

    def text(self, record: Record) -> Hashable:
        """All names of the child."""
        return child_names(record)


class ParentName(_NameComparison):
    """The father's or the mother's name, role by role."""

    def __init__(self, name: str, written: Callable[[Record], str]) -> None:
        super().__init__()
        self.name = name
        self._written = written

    def text(self, record: Record) -> Hashable:
        """The parent's name as one text."""
        written = self._written(record)
        return (written,) if written else ()


class OtherRelatives(Comparison[tuple[tuple[str, Names], ...]]):
    """Relatives across roles: the inquirer or caregiver on one side who is named in another role on the other.

    Only agreement is evidence: two lists of different relatives say nothing against a pair.
    """

    name = "relatives"
    levels = ("a relative in another role agrees",)

    def text(self, record: Record) -> Hashable:
        """(role, name) of everybody around the child."""
        people = [
            ("father", record.father_name),
            ("mother", record.mother_name),
            ("caregiver", record.caregiver_name),
            ("inquirer", record.inquirer_name),
            *(("sibling", name) for name in record.sibling_names),
        ]
        return tuple((role, name) for role, name in people if name)

    def _read(self, text: Hashable) -> tuple[tuple[str, Names], ...] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        people: list[tuple[str, Names]] = []
        for role, written in text:
            names = analyse(written)
            # The mother who asks is one person: her own comparison counts her already.
            if names and not any(set(names) & set(known) for _, known in people):
                people.append((role, names))
        return tuple(people) or None

    def compare(
        self, reports: Sequence[tuple[tuple[str, Names], ...]], intakes: Sequence[tuple[tuple[str, Names], ...]]
    ) -> Compared:
        """Agreement between people in different roles; the same role has its own comparison, except caregiver and inquirer."""
        left: list[Names] = []
        right: list[Names] = []
        owner: list[int] = []
        for pair, (report, intake) in enumerate(zip(reports, intakes, strict=True)):
            for role, names in report:
                for other_role, other_names in intake:
                    if role != other_role or role == "caregiver":
                        left.append(names)
                        right.append(other_names)
                        owner.append(pair)
        levels = np.full(len(reports), SILENT, dtype=np.int8)
        if owner:
            agreeing = best_name_levels(left, right)[0] >= NameLevel.CLOSE
            levels[np.asarray(owner)[agreeing]] = 0
        return Compared(levels, np.zeros(len(reports), dtype=np.float32))

    def show(self, text: Hashable) -> str:
        """`role: name` of each."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return "; ".join(f"{role}: {name}" for role, name in text)


def best_name_levels(left: Sequence[Names], right: Sequence[Names]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """For aligned groups of names: the best level that a name of the left reaches with one of the right, and its commonness."""
    a: list[Name] = []
    b: list[Name] = []
    starts = np.zeros(len(left), dtype=np.int64)
    for pair, (names, others) in enumerate(zip(left, right, strict=True)):
        starts[pair] = len(a)
        for name in names:
            a.extend([name] * len(others))
            b.extend(others)
    if not a:
        return np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.float32)
    similarity, level = compare_many(a, b)
    rank = level.astype(np.float32) + np.minimum(similarity, 0.999)
    best = np.maximum.reduceat(rank, starts)
    lengths = np.diff(np.append(starts, len(a)))
    is_best = np.flatnonzero(rank == np.repeat(best, lengths))
    owner = np.repeat(np.arange(len(left)), lengths)[is_best]
    first = is_best[np.flatnonzero(np.diff(owner, prepend=-1))]
    commonness = np.fromiter((max(frequency(a[i]), frequency(b[i])) for i in first), dtype=np.float32, count=len(first))
    return level[first], commonness
