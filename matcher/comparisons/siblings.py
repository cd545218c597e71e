"""Brothers and sisters: who is named beside the child on both sides, and whether the two children are each other's siblings."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.comparisons.base import SILENT, Compared, Comparison, Indexes
from matcher.comparisons.names import Names, best_name_levels, child_names, name_parts, read_names
from matcher.names import Name, NameLevel, Token, analyse, compare, compare_many
from matcher.names.keys import skeleton
from matcher.names.tokens import token
from matcher.record import Record

# A sibling is often known by the given name alone.
_AGREES = NameLevel.PART
# A child's own name must be this much worse than the sibling's before the two change places.
_CLEARLY = 0.03
# From here on a part of both names is one family's name in two spellings.
_SAME_PART = 0.9
_CACHED = 50_000
NamePair = tuple[Names, Names]


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
    is_quick = True

    def text(self, record: Record) -> Hashable:
        """(the child's names, the siblings' names)."""
        names = child_names(record)
        return (names, record.sibling_names) if names else ()

    def _read(self, text: Hashable) -> Children | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        own, siblings = read_names(text[0]), read_names(text[1])
        return Children(own, siblings, name_parts(own), name_parts(siblings)) if own else None

    def prepare(self, values: Sequence[Children]) -> tuple[Sequence[Children], NDArray[np.bool_]]:
        """The children, and which of them name a brother or sister."""
        return values, np.array([bool(value.siblings) for value in values], np.bool_)

    def compare_at(self, reports: Any, intakes: Any, left: Indexes, right: Indexes) -> Compared:
        """As `compare`, for the pairs in which somebody names a brother or sister."""
        (mine, named), (yours, also_named) = reports, intakes
        some = np.flatnonzero(named[left] | also_named[right])
        compared = self.compare([mine[i] for i in left[some].tolist()], [yours[i] for i in right[some].tolist()])
        levels = np.full(len(left), SILENT, dtype=np.int8)
        levels[some] = compared.levels
        return Compared(levels, np.zeros(len(left), dtype=np.float32))

    def compare(self, reports: Sequence[Children], intakes: Sequence[Children]) -> Compared:
        """The level of each pair; names are only compared where a child's given name and a sibling's share consonants."""
        levels = np.full(len(reports), SILENT, dtype=np.int8)
        crossings = [
            (pair, crossing)
            for pair, (report, intake) in enumerate(zip(reports, intakes, strict=True))
            if (report.siblings or intake.siblings) and (crossing := _crossing(report, intake))
        ]
        pairs = [names for _, crossing in crossings for names in crossing]
        for (pair, _), found in zip(crossings, _three_by_three(_best(pairs)), strict=True):
            levels[pair] = _level(found)
        return Compared(levels, np.zeros(len(reports), dtype=np.float32))

    def show(self, text: Hashable) -> str:
        """`child (brothers and sisters)`."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        own, siblings = (" / ".join(names) for names in text)
        return f"{own} ({siblings})" if siblings else own


def _crossing(report: Children, intake: Children) -> tuple[NamePair, NamePair, NamePair] | None:
    """What to compare, without the family's name: both children, then each and the other's siblings; None for strangers."""
    if report.own_parts.isdisjoint(intake.sibling_parts) and intake.own_parts.isdisjoint(report.sibling_parts):
        return None
    family = _family_part(report.own, intake.own)
    mine, yours = _given(report.own, family), _given(intake.own, family)
    their_siblings, my_siblings = _given(intake.siblings, family), _given(report.siblings, family)
    if name_parts(mine).isdisjoint(name_parts(their_siblings)) and name_parts(yours).isdisjoint(
        name_parts(my_siblings)
    ):
        return None
    return (mine, yours), (mine, their_siblings), (yours, my_siblings)


def _level(similarities: tuple[float, float, float]) -> int:
    own, *crossed = similarities
    swapped = [similarity >= own + _CLEARLY for similarity in crossed]
    if all(swapped):
        return 0
    return 1 if any(swapped) else SILENT


def _family_part(a: Names, b: Names) -> str:
    """The part that two children, each named by more than one, share best: their family's name; blank for none."""
    one, other = ({part.text: part for name in names if name.parts > 1 for part in name.tokens} for names in (a, b))
    pairs = [
        (mine.text, yours.text)
        for mine in one.values()
        for yours in other.values()
        if mine.text == yours.text or skeleton(mine) == skeleton(yours) != ""
    ]
    if len(pairs) < 2:
        return pairs[0][0] if pairs else ""
    return max(pairs, key=lambda pair: (_similarity(*pair), pair))[0]


def _given(names: Names, family: str) -> Names:
    return tuple(_without(name, family) for name in names) if family else names


@lru_cache(maxsize=_CACHED)
def _without(name: Name, family: str) -> Name:
    kept = [part.text for part in name.tokens if not _is_family(part, family)]
    alone = analyse(" ".join(kept)) if kept and len(kept) < name.parts else ()
    return alone[0] if alone else name


def _is_family(part: Token, family: str) -> bool:
    known = token(family)
    same_letters = known is not None and skeleton(part) == skeleton(known)
    return part.text == family or (same_letters and _similarity(part.text, family) >= _SAME_PART)


@lru_cache(maxsize=_CACHED)
def _similarity(a: str, b: str) -> float:
    # A part may say nothing on its own: a word that is a title when it stands alone.
    return max((compare(one, other).similarity for one in analyse(a) for other in analyse(b)), default=0.0)


def _best(pairs: Sequence[NamePair]) -> list[float]:
    """The best similarity of each pair of groups of names that agree at all, else 0."""
    rows = [(place, one, other) for place, (a, b) in enumerate(pairs) for one in a for other in b]
    best = np.zeros(len(pairs))
    if rows:
        places, left, right = zip(*rows, strict=True)
        similarity, level = compare_many(left, right)
        np.maximum.at(best, np.array(places), np.where(level >= _AGREES, similarity, 0.0))
    found: list[float] = best.tolist()
    return found


def _three_by_three(values: list[float]) -> Iterator[tuple[float, float, float]]:
    return zip(values[0::3], values[1::3], values[2::3], strict=True)


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
        agreeing[np.asarray(person)[best_name_levels(a, b) >= _AGREES]] = True
    owners = np.asarray(pair_of_person, dtype=np.int64)
    return np.bincount(owners, weights=agreeing, minlength=len(left)).astype(np.int64)
