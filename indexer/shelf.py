"""Records that were candidates lately, kept with what scoring has read of them: one that comes up again costs nothing.

Kept by version, and the database is asked each time whether anything has changed, and then which version is the present one: it
has the last word.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final

from indexer.store import Store, StoredRecord

# Measured: 2.4 KB a record of the field beside what the comparisons remember of distinct texts; long texts count for themselves.
_BYTES_A_RECORD, _BYTES_A_LETTER, _BYTES_A_FACE = 1_700, 2, 400
# Behind by more changes than this, everything is let go of: that is quicker than looking at them one by one.
_MANY_CHANGES: Final = 1_000


class Shelf:
    """The records that were asked for last, up to so many bytes. Safe for the threads of a server."""

    def __init__(self, store: Store, *, most_bytes: int) -> None:
        self._store = store
        self._most = most_bytes
        self._kept: OrderedDict[int, StoredRecord] = OrderedDict()
        self.bytes = 0
        self._changing = Lock()
        self._followed = 0
        # Counts up whenever something is forgotten: what was read before that is not kept after it.
        self._forgettings = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get_many(self, numbers: Iterable[int]) -> dict[int, StoredRecord]:
        """`Store.get_many`: records by number as they are now, in the order asked for; unknown numbers are left out."""
        wanted = list(dict.fromkeys(numbers))
        with self._changing:
            forgettings = self._forgettings
            kept = {number: self._kept[number] for number in wanted if number in self._kept}
            followed = self._followed
        found = kept if self._is_present(followed) else self._present(kept)
        missing = [number for number in wanted if number not in found]
        new = self._store.get_many(missing) if missing else {}
        self._keep(found, new, forgettings)
        found |= new
        return {number: found[number] for number in wanted if number in found}

    def _is_present(self, followed: int) -> bool:
        # Nothing was changed or withdrawn since everything that had been was let go of: one question to the database for all.
        return followed > 0 and self._store.last_change() == followed

    def _present(self, kept: Mapping[int, StoredRecord]) -> dict[int, StoredRecord]:
        versions = self._store.versions(kept) if kept else {}
        return {number: stored for number, stored in kept.items() if stored.version == versions.get(number)}

    def follow(self, position: int) -> None:
        """Let go of what the change log, up to this position, says was changed or withdrawn since the last call (rule 8)."""
        if position == self._followed:
            return
        if 0 < position - self._followed <= _MANY_CHANGES:
            changes = self._store.changes(after=self._followed, limit=_MANY_CHANGES)
            self._forget(change.number for change in changes)
        else:
            self._forget_all()
        with self._changing:
            self._followed = position

    def _forget(self, numbers: Iterable[int]) -> None:
        with self._changing:
            self._forgettings += 1
            for number in numbers:
                self._drop(number)

    def _forget_all(self) -> None:
        # In one step: what another thread read before the changes must not be kept between a list of what is there and its end.
        with self._changing:
            self._forgettings += 1
            self._kept.clear()
            self.bytes = 0

    def _keep(self, old: Iterable[int], new: Mapping[int, StoredRecord], forgettings: int) -> None:
        with self._changing:
            if forgettings != self._forgettings:
                return
            for number in old:
                if number in self._kept:
                    self._kept.move_to_end(number)
            for number, stored in new.items():
                self._drop(number)
                self._kept[number] = stored
                self.bytes += _size(stored)
            while self.bytes > self._most:
                self._drop(next(iter(self._kept)))

    def _drop(self, number: int) -> None:
        stored = self._kept.pop(number, None)
        if stored is not None:
            self.bytes -= _size(stored)


def _size(stored: StoredRecord) -> int:
    faces = sum(_BYTES_A_FACE + len(face.vector) for face in stored.record.faces)
    return _BYTES_A_RECORD + _BYTES_A_LETTER * len(stored.written) + faces
