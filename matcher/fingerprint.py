"""What of a pair is compared, as one short string: "not a match" stays said until this changes (rule 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from matcher.comparisons.base import Comparison
from matcher.record import Record


def pair_fingerprint(report: Record, intake: Record, comparisons: Sequence[Comparison[object]]) -> str:
    """32 hexadecimal digits over everything that the comparisons read of the two; consent, notes and photos do not count."""
    read = repr([(comparison.text(report), comparison.text(intake)) for comparison in comparisons])
    return hashlib.blake2b(read.encode(errors="surrogatepass"), digest_size=16).hexdigest()
