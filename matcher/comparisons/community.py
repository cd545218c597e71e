"""Languages, ethnicity, nationality and religion: what the majority shares says nothing, what few share says much."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from matcher.comparisons.base import Compared, Comparison, each
from matcher.record import Record
from matcher.tables import word_table


class Community(Comparison[frozenset[str]]):
    """One list of belongings on each side."""

    levels = ("none in common", "the common one", "a rare one in common")

    def __init__(self, name: str, written: Callable[[Record], tuple[str, ...]]) -> None:
        super().__init__()
        self.name = name
        self._written = written

    def text(self, record: Record) -> Hashable:
        """The list as written."""
        return self._written(record)

    def _read(self, text: Hashable) -> frozenset[str] | None:
        assert isinstance(text, tuple)  # noqa: S101  # `text` above gives tuples only
        words = word_table("communities.csv")
        return frozenset(words.get(item.casefold(), item.casefold()) for item in text) or None

    def compare(self, reports: Sequence[frozenset[str]], intakes: Sequence[frozenset[str]]) -> Compared:
        """Whether something is shared, and whether it is what nearly everybody shares."""
        return each(_level, reports, intakes)


# What nine of ten children in Cambodia share (2019 census: 95.8 % Khmer speakers, 97.1 % Buddhists).
_COMMON = frozenset({"khmer", "buddhist", "cambodian"})


def _level(report: frozenset[str], intake: frozenset[str]) -> int:
    shared = report & intake
    if not shared:
        return 0
    return 2 if shared - _COMMON else 1
