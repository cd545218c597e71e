"""What of a pair is compared, as one short string: "not a match" stays said until this changes (rule 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from matcher.comparisons.base import Comparison
from matcher.record import Record


def pair_fingerprint(report: Record, intake: Record, comparisons: Sequence[Comparison[object]]) -> str:
    """32 hexadecimal digits over everything that the comparisons read of the two; consent and notes do not count.

    What is derived from files counts where both have it: a photo on one side only is not compared with anything.
    """
    texts = ((comparison, comparison.text(report), comparison.text(intake)) for comparison in comparisons)
    read = repr([(mine, other) for comparison, mine, other in texts if not comparison.is_derived or (mine and other)])
    return hashlib.blake2b(read.encode(errors="surrogatepass"), digest_size=16).hexdigest()
