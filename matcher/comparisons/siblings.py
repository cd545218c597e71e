"""Brothers and sisters: who is named beside the child on both sides, and whether the two children are each other's siblings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, Compared, Comparison
from matcher.comparisons.names import Names, best_name_levels, child_names, read_names
from matcher.names import Name, NameLevel, analyse, compare
from matcher.names.keys import skeleton
from matcher.record import Record

# A sibling is often known by the given name alone.
_AGREES = NameLevel.PART
# A child's own name must be this much worse than the sibling's before the two change places.
_CLEARLY = 0.03
# From here on a part of both names is one family's name in two spellings.
_SAME_PART = 0.9
_CACHED = 50_000


class Siblings(Comparison[tuple[Names, ...]]):
    """Brothers and sisters who are named on both sides: how many agree."""

    name = "siblings"
    levels = ("none agrees", "one agrees", "two or more agree")

    def text(self, record: Record) -> Hashable:
        """The names of the brothers and sisters."""
        return record.sibling_names

    def _read(self, text: Hashable) -> tuple[Names, ...] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return tuple(names for sibling in text if (names := analyse(sibling))) or None

    def compare(self, reports: Sequence[tuple[Names, ...]], intakes: Sequence[tuple[Names, ...]]) -> Compared:
        """Count, per pair, the named siblings of the shorter list that agree with one of the other."""
        counts = _count_agreeing(reports, intakes)
        return Compared(np.minimum(counts, 2).astype(np.int8), np.zeros(len(reports), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Children:
    """A child's names and its siblings', with the consonants of their parts, by which most pairs are told apart at once."""

    own: Names
    siblings: Names
    own_parts: frozenset[str]
    sibling_parts: frozenset[str]


class SwappedSiblings(Comparison[Children]):
    """One side's child bears the name of a brother or sister on the other side: two children of one family.

    Never agreement, and silent where the children's own names fit at least as well: a list of siblings often holds the child too.
    """

    name = "swapped"
    levels = ("each is named as the other's brother or sister", "one is named as the other's brother or sister")

    def text(self, record: Record) -> Hashable:
        """(the child's names, the siblings' names)."""
        names = child_names(record)
        return (names, record.sibling_names) if names else ()

    def _read(self, text: Hashable) -> Children | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        own, siblings = read_names(text[0]), read_names(text[1])
        return Children(own, siblings, _parts(own), _parts(siblings)) if own else None

    def compare(self, reports: Sequence[Children], intakes: Sequence[Children]) -> Compared:
        """The level of each pair; names are only compared where consonants meet."""
        levels = np.full(len(reports), SILENT, dtype=np.int8)
        for pair, (report, intake) in enumerate(zip(reports, intakes, strict=True)):
            meets = (
                not report.own_parts.isdisjoint(intake.sibling_parts),
                not intake.own_parts.isdisjoint(report.sibling_parts),
            )
            if any(meets):
                levels[pair] = _level(report, intake)
        return Compared(levels, np.zeros(len(reports), dtype=np.float32))

    def show(self, text: Hashable) -> str:
        """`child (brothers and sisters)`."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        own, siblings = (" / ".join(names) for names in text)
        return f"{own} ({siblings})" if siblings else own


def _parts(names: Names) -> frozenset[str]:
    return frozenset(letters for name in names for part in name.tokens if (letters := skeleton(part)))


def _level(report: Children, intake: Children) -> int:
    family = _family_part(report.own, intake.own)
    mine, yours = _given(report.own, family), _given(intake.own, family)
    own = _best(mine, yours)
    crossed = (_best(mine, _given(intake.siblings, family)), _best(yours, _given(report.siblings, family)))
    swapped = [similarity >= own + _CLEARLY for similarity in crossed]
    if all(swapped):
        return 0
    return 1 if any(swapped) else SILENT


def _family_part(a: Names, b: Names) -> Name | None:
    """The part that two children, each named by more than one, share best: their family's name."""
    one, other = ({part.text for name in names if name.parts > 1 for part in name.tokens} for names in (a, b))
    pairs = [(_similarity(mine, yours), mine) for mine in sorted(one) for yours in sorted(other)]
    similarity, text = max(pairs, default=(0.0, ""))
    return _part(text) if similarity >= _SAME_PART else None


def _given(names: Names, family: Name | None) -> Names:
    return tuple(_without(name, family) for name in names) if family else names


@lru_cache(maxsize=_CACHED)
def _without(name: Name, family: Name) -> Name:
    kept = [part.text for part in name.tokens if compare(_part(part.text), family).similarity < _SAME_PART]
    return analyse(" ".join(kept))[0] if kept and len(kept) < name.parts else name


@lru_cache(maxsize=_CACHED)
def _part(text: str) -> Name:
    return analyse(text)[0]


@lru_cache(maxsize=_CACHED)
def _similarity(a: str, b: str) -> float:
    return compare(_part(a), _part(b)).similarity


def _best(a: Names, b: Names) -> float:
    found = (compare(one, other) for one in a for other in b)
    return max((compared.similarity for compared in found if compared.level >= _AGREES), default=0.0)


def _count_agreeing(left: Sequence[tuple[Names, ...]], right: Sequence[tuple[Names, ...]]) -> NDArray[np.int64]:
    """How many people of the left list are named in the right one, per pair of lists."""
    a: list[Names] = []
    b: list[Names] = []
    person: list[int] = []
    pair_of_person: list[int] = []
    for pair, (people, others) in enumerate(zip(left, right, strict=True)):
        for names in people:
            for other in others:
                a.append(names)
                b.append(other)
                person.append(len(pair_of_person))
            pair_of_person.append(pair)
    agreeing = np.zeros(len(pair_of_person), dtype=bool)
    if a:
        agreeing[np.asarray(person)[best_name_levels(a, b)[0] >= _AGREES]] = True
    owners = np.asarray(pair_of_person, dtype=np.int64)
    return np.bincount(owners, weights=agreeing, minlength=len(left)).astype(np.int64)
