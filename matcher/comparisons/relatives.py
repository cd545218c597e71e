"""Relatives across roles: the aunt who asks for the child on one side and cares for it on the other."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.comparisons.base import SILENT, Compared, Comparison
from matcher.comparisons.names import Names, best_name_levels, name_parts
from matcher.names import NameLevel, analyse
from matcher.record import Record

# Who these two are to the child is seldom written down; the other roles have comparisons of their own.
_ANY_ROLE = frozenset({"caregiver", "inquirer"})


@dataclass(frozen=True, slots=True)
class Relative:
    """One person around the child; `parts` are the consonants of the parts of the name."""

    role: str
    names: Names
    parts: frozenset[str]


Relatives = tuple[Relative, ...]


class OtherRelatives(Comparison[Relatives]):
    """The inquirer or caregiver on one side who is named in another role on the other.

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

    def _read(self, text: Hashable) -> Relatives | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        people: list[Relative] = []
        for role, written in text:
            names = analyse(written)
            # The mother who asks is one person: her own comparison counts her already.
            if names and not any(set(names) & set(known.names) for known in people):
                people.append(Relative(role, names, name_parts(names)))
        return tuple(people) or None

    def compare(self, reports: Sequence[Relatives], intakes: Sequence[Relatives]) -> Compared:
        """Agreement between people in different roles, or between two caregivers."""
        met = [
            (pair, one.names, other.names)
            for pair, (report, intake) in enumerate(zip(reports, intakes, strict=True))
            for one in report
            for other in intake
            if _may_meet(one, other)
        ]
        levels = np.full(len(reports), SILENT, dtype=np.int8)
        if met:
            owner, left, right = zip(*met, strict=True)
            agreeing = best_name_levels(left, right) >= NameLevel.CLOSE
            levels[np.asarray(owner)[agreeing]] = 0
        return Compared(levels, np.zeros(len(reports), dtype=np.float32))

    def show(self, text: Hashable) -> str:
        """`role: name` of each."""
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        return "; ".join(f"{role}: {name}" for role, name in text)


def _may_meet(one: Relative, other: Relative) -> bool:
    crossed = one.role != other.role or one.role == "caregiver"
    return crossed and not _ANY_ROLE.isdisjoint((one.role, other.role)) and not one.parts.isdisjoint(other.parts)
