"""The keys of very many records as bytes in arrays, so that an index can be built without a text for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.names.many_keys import Field, counted, many_field_keys

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ManyKeys:
    """Key k is `letters[ends[k]:ends[k + 1]]` in UTF-8; record i has the keys `places[offsets[i]:offsets[i + 1]]`, in their fixed
    order. One that a record has twice is here twice, and several `k` may be one key.
    """

    letters: NDArray[np.uint8]
    ends: Numbers
    places: Numbers
    offsets: Numbers

    def texts(self) -> list[tuple[str, ...]]:
        """The keys of each record, as `KeyMaker.keys` gives them."""
        letters, ends = self.letters.tobytes(), self.ends.tolist()
        keys = [letters[start:end].decode() for start, end in pairwise(ends)]
        runs = np.split(self.places, self.offsets[1:-1])
        return (
            [tuple(dict.fromkeys(keys[place] for place in run.tolist())) for run in runs]
            if len(self.offsets) > 1
            else []
        )


class Packing:
    """Gathers what makes keys, record by record; distinct names are read once."""

    def __init__(self) -> None:
        self._fields: dict[Field, int] = {}
        # Of each record: its name fields by number, and its other keys.
        self._named: list[list[int]] = []
        self._others: list[Sequence[str]] = []

    def add(self, names: Sequence[str], relatives: Sequence[str], others: Sequence[str]) -> None:
        """One record: the names of the child, those of its relatives, and its other keys."""
        fields = [*(Field(text, True, "n") for text in names), *(Field(text, False, "r") for text in relatives)]
        self._named.append([self._fields.setdefault(field, len(self._fields)) for field in fields])
        self._others.append(others)

    def done(self) -> ManyKeys:
        """The keys of all records."""
        named = many_field_keys(list(self._fields))
        written = [key.encode() for others in self._others for key in others]
        letters = np.concatenate([named.letters, np.frombuffer(b"".join(written), np.uint8)])
        ends = np.concatenate([named.ends, counted(map(len, written))[1:] + len(named.letters)])
        # Keys come in runs: one for each name field, then one for the other keys of each record.
        bounds = np.concatenate([named.counts, counted(map(len, self._others))[1:] + named.counts[-1]])
        own = range(len(self._fields), len(self._fields) + len(self._others))
        runs = np.fromiter(
            chain.from_iterable((*some, run) for some, run in zip(self._named, own, strict=True)), np.int64
        )
        starts = bounds[runs]
        lengths = bounds[runs + 1] - starts
        at = counted(lengths)
        places = np.repeat(starts - at[:-1], lengths) + np.arange(at[-1])
        return ManyKeys(letters, ends, places, at[counted(len(some) + 1 for some in self._named)])
