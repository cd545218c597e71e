"""What a night would cost, before it is run: some of its records are compared for the estimate, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

from indexer.blocks import Block, compare_block, pending_work
from indexer.installation import Installation
from matcher.record import Kind

_SAMPLED: Final = 60
_FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """Records that a run would compare, and by the sample the pairs it would score and the seconds it would take.

    `marked` are open intakes that all reports of the run meet anyway: they only get their marks.
    """

    reports: int
    intakes: int
    marked: int
    sampled: int
    pairs: int
    seconds: float

    def to_json(self) -> dict[str, object]:
        """The public shape."""
        return {name: getattr(self, name) for name in self.__slots__}


def plan(installation: Installation, *, full: bool = False, workers: int = 1) -> Plan:
    """What `reconcile` with these options would do now; several workers share the seconds, the start of each left out."""
    installation.refresh()
    work = pending_work(installation, full=full)
    queries = {Kind.REPORT: work.reports.numbers, Kind.INTAKE: work.intakes.numbers}
    total = sum(map(len, queries.values()))
    sampled, pairs, seconds = 0, 0, 0.0
    for kind, numbers in queries.items():
        sample = numbers[:: max(1, total // _SAMPLED)]
        if not sample:
            continue
        skip = frozenset(work.reports.numbers if kind is Kind.INTAKE else ())
        # What is read once a night (places, names, the index out of its file) must not count for every record.
        compare_block(installation, Block(kind, numbers[-_FIRST:], skip=skip))
        start = perf_counter()
        compared = compare_block(installation, Block(kind, sample, skip=skip))
        share = len(numbers) / len(sample)
        seconds += (perf_counter() - start) * share
        pairs += round(compared.pairs * share)
        sampled += len(sample)
    marked, intakes = len(work.met.numbers), len(work.intakes.numbers) + len(work.met.numbers)
    return Plan(len(work.reports.numbers), intakes, marked, sampled, pairs, round(seconds / workers, 1))
