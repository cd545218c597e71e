"""Pairs that people have said something of: decisions on matches, and known pairs of a truth file. What a fit learns from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from indexer.installation import Installation
from indexer.store import MatchFilter, MatchStatus, StoredRecord
from indexer.truth import Pair, Truth
from matcher.match import SAME_CHILD, SAME_FAMILY
from matcher.record import Kind

OTHER_CHILD: Final = "other_child"
# What a decision says of the two children. `reunited_elsewhere` says nothing: a child is often reported twice.
_SAID: Final = {
    MatchStatus.CONFIRMED: SAME_CHILD,
    MatchStatus.VERIFIED: SAME_CHILD,
    MatchStatus.REUNITED: SAME_CHILD,
    MatchStatus.SAME_FAMILY: SAME_FAMILY,
    MatchStatus.NOT_A_MATCH: OTHER_CHILD,
}
_RELATIONS: Final = (SAME_CHILD, SAME_FAMILY, OTHER_CHILD)
_PAGE: Final = 1_000
Numbers = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pairs (report number, intake number) by what they are, and how many were left out for which reason."""

    same: tuple[Numbers, ...]
    family: tuple[Numbers, ...]
    other: tuple[Numbers, ...]
    left_out: dict[str, int]

    @property
    def all(self) -> tuple[Numbers, ...]:
        """Every pair that something is said of."""
        return (*self.same, *self.family, *self.other)

    @property
    def related(self) -> frozenset[Numbers]:
        """The pairs that are no strangers to each other."""
        return frozenset((*self.same, *self.family))


def labelled_pairs(installation: Installation, truth: Truth | None = None) -> Labelled:
    """All decisions that stand, and the truth file.

    Left out is a pair of which two different things are said, of which a record is not loaded, or which may not be found by this
    installation (rule 5).
    """
    said: dict[Numbers, set[str]] = {}
    for numbers, relation in _decided(installation):
        said.setdefault(numbers, set()).add(relation)
    not_loaded = 0
    for pair, relation in _known(truth or Truth()):
        found = _numbers(installation, pair)
        not_loaded += found is None
        if found:
            said.setdefault(found, set()).add(relation)
    clear = {numbers: relations.pop() for numbers, relations in sorted(said.items()) if len(relations) == 1}
    same, family, other = (
        tuple(numbers for numbers, relation in clear.items() if relation == wanted) for wanted in _RELATIONS
    )
    return Labelled(
        same,
        family,
        other,
        left_out={"contradicting": len(said) - len(clear), "not_loaded_or_no_consent": not_loaded},
    )


def _decided(installation: Installation) -> Iterator[tuple[Numbers, str]]:
    for status, relation in _SAID.items():
        wanted, offset = MatchFilter(status=status, sources=installation.settings.own_sources), 0
        while matches := installation.store.list_matches(wanted, limit=_PAGE, offset=offset).matches:
            yield from (((match.report_number, match.intake_number), relation) for match in matches)
            offset += len(matches)


def _known(truth: Truth) -> Iterable[tuple[Pair, str]]:
    yield from ((pair, SAME_CHILD) for pair in sorted(truth.same))
    yield from ((pair, SAME_FAMILY) for pair in sorted(truth.family))


def _numbers(installation: Installation, pair: Pair) -> Numbers | None:
    report, intake = (installation.store.get(record_id) for record_id in pair)
    if (
        report
        and intake
        and _is(report, Kind.REPORT)
        and _is(intake, Kind.INTAKE)
        and installation.may_find(intake.record)
    ):
        return report.number, intake.number
    return None


def _is(stored: StoredRecord, kind: Kind) -> bool:
    return stored.record.kind is kind
