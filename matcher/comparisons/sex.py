"""Sex as recorded; `other` and blank say nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from matcher.comparisons.base import SILENT, Compared, Comparison, each
from matcher.record import Record, Sex


class SexComparison(Comparison[Sex]):
    """Female against male speaks strongly against; agreement says little."""

    name = "sex"
    levels = ("differs", "same")

    def text(self, record: Record) -> Hashable:
        """The recorded sex."""
        return record.sex

    def _read(self, text: Hashable) -> Sex | None:
        return Sex(str(text))

    def compare(self, reports: Sequence[Sex], intakes: Sequence[Sex]) -> Compared:
        """Same, different, or silent where one says `other`."""
        return each(_level, reports, intakes)


def _level(report: Sex, intake: Sex) -> int:
    return SILENT if Sex.OTHER in (report, intake) else int(report is intake)
