"""The time between losing and finding: a child found before it was lost is another child, unless a date is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from matcher.comparisons.base import Compared, Comparison, each
from matcher.comparisons.birth import ordinals, try_date
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
        """(the date last seen or found, the day from which "yesterday" counts), as written."""
        event = record.last_seen_date if record.kind is Kind.REPORT else record.found_date
        if not event:
            return ()
        is_full = event.isascii() and event[:4].isdigit()
        return (event,) if is_full else (event, record.recorded_on)

    def _read(self, text: Hashable) -> Days | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        event, recorded = (*text, "")[:2]
        told = try_date(recorded, None)
        reading = try_date(event, told.intervals[0].latest if told else None)
        return ordinals(reading.intervals[0]) if reading else None

    def show(self, text: Hashable) -> str:
        """The date as written."""
        return str(text[0]) if isinstance(text, tuple) else ""

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
