"""Breakers of the night: one record that looks like half of all others is junk, and must not fill the queue (peers.md, HOPE)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.blocks import Block, Compared
from matcher.record import Kind

# A record that is newly `likely` for more others than this, or for more than this share of a block, is stopped.
MOST_LIKELY = 50
MOST_OF_BLOCK = 0.30
# In a small block a share says nothing: brothers and sisters alone would make it.
SMALLEST_BLOCK = 50


@dataclass(frozen=True, slots=True)
class Stopped:
    """Records stopped so far, by number; those that this block stopped, and why."""

    numbers: frozenset[int]
    new: frozenset[int]
    reasons: list[dict[str, str]]

    def keeps(self, report: int, intake: int) -> bool:
        """Whether a pair may go into the queue."""
        return report not in self.numbers and intake not in self.numbers


class Breakers:
    """Counts, over one run, how many new likely matches each record has."""

    def __init__(self) -> None:
        self._likely: Counter[int] = Counter()
        self._stopped: frozenset[int] = frozenset()

    def stopped(self, block: Block, compared: Compared) -> Stopped:
        """Take one block's likely pairs in; what is stopped from here on."""
        candidate = 1 if block.kind is Kind.REPORT else 0
        of_block = Counter(pair[candidate] for pair in compared.likely)
        self._likely.update(number for pair in compared.likely for number in pair)
        found = dict(self._found(block, of_block))
        self._stopped |= found.keys()
        reasons = [{"record_id": compared.record_ids[number], "reason": why} for number, why in found.items()]
        return Stopped(self._stopped, frozenset(found), reasons)

    def _found(self, block: Block, of_block: Counter[int]) -> Iterator[tuple[int, str]]:
        size = len(block.numbers)
        for number, count in self._likely.items():
            if number in self._stopped:
                continue
            if count > MOST_LIKELY:
                yield (
                    number,
                    f"{count} new likely matches, more than {MOST_LIKELY}: check this record, then load it again",
                )
            elif size >= SMALLEST_BLOCK and of_block[number] > MOST_OF_BLOCK * size:
                yield (
                    number,
                    f"likely for {of_block[number]} of {size} records compared, more than {MOST_OF_BLOCK:.0%}: "
                    "check this record, then load it again",
                )
