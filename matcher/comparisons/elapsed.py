"""The time between losing and finding: a child found before it was lost is another child, unless a date is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from matcher.comparisons.base import Compared, Comparison, each
from matcher.comparisons.birth import _ordinals, _try_date
from matcher.record import Kind, Record

Days = tuple[int, int]
_WEEK, _QUARTER, _YEAR = 7, 92, 366


class Elapsed(Comparison[Days]):
    """Last seen against found, in days."""

    name = "elapsed"
    levels = (
        "found long before lost",
        "found shortly before lost",
        "later",
        "within five years",
        "within a year",
        "within three months",
        "within a week",
    )

    def text(self, record: Record) -> Hashable:
        """The date last seen (report) or found (intake), as written."""
        return record.last_seen_date if record.kind is Kind.REPORT else record.found_date

    def _read(self, text: Hashable) -> Days | None:
        reading = _try_date(str(text), None)
        return _ordinals(reading.intervals[0]) if reading else None

    def compare(self, reports: Sequence[Days], intakes: Sequence[Days]) -> Compared:
        """The most favourable delay that the two intervals allow."""
        return each(_level, reports, intakes)


def _level(lost: Days, found: Days) -> int:
    longest = found[1] - lost[0]
    if longest < -31:
        return 0
    if longest < 0:
        return 1
    shortest = max(found[0] - lost[1], 0)
    for limit, label in ((_WEEK, 6), (_QUARTER, 5), (_YEAR, 4), (5 * _YEAR, 3)):
        if shortest <= limit:
            return label
    return 2
