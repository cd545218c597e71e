"""What of a pair is compared, as one short string: "not a match" stays said until this changes (rule 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence

from matcher.comparisons.base import Comparison
from matcher.record import Record


def pair_fingerprint(report: Record, intake: Record, comparisons: Sequence[Comparison[object]]) -> str:
    """32 hexadecimal digits over everything that the comparisons read of the two; consent and notes do not count.

    What is derived from files counts where both have it: a photo on one side only is not compared with anything.
    """
    read = repr([pair for comparison in comparisons if (pair := _compared(comparison, report, intake))])
    return hashlib.blake2b(read.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _compared(comparison: Comparison[object], report: Record, intake: Record) -> tuple[Hashable, Hashable] | None:
    mine, other = comparison.text(report), comparison.text(intake)
    if not comparison.is_derived:
        return mine, other
    return (comparison.compared(mine), comparison.compared(other)) if mine and other else None
