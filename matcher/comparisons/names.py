"""Names as evidence: the child's own and one parent's, and what all comparisons of names share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import Compared, Comparison
from matcher.names import Name, NameFrequencies, NameLevel, analyse, compare_many, frequency
from matcher.names.keys import skeleton
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

    def __init__(self, frequencies: NameFrequencies | None = None) -> None:
        super().__init__()
        self._frequencies = frequencies

    def _read(self, text: Hashable) -> Names | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return read_names(text) or None

    def compare(self, reports: Sequence[Names], intakes: Sequence[Names]) -> Compared:
        best, commonness = best_name_levels(reports, intakes, self._frequencies)
        return Compared(best, commonness)

    def show(self, text: Hashable) -> str:
        assert isinstance(text, tuple)  # noqa: S101  # as above
        return " / ".join(text)


class ChildName(_NameComparison):
    """The child's own names, other names and nicknames: the best pair counts.

    `frequencies` are what the installation has learned; without them the shipped prior says how common a name is.
    """

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


def name_parts(names: Names) -> frozenset[str]:
    """The strong consonants of every part of the names: two people without a common one are strangers."""
    return frozenset(letters for name in names for part in name.tokens if (letters := skeleton(part)))


def best_name_levels(
    left: Sequence[Names], right: Sequence[Names], frequencies: NameFrequencies | None = None
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
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
    of = frequencies.of if frequencies else frequency
    commonness = np.fromiter((max(of(a[i]), of(b[i])) for i in first), dtype=np.float32, count=len(first))
    return level[first], commonness
