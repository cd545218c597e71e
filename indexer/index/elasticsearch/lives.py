"""A record's document as Elasticsearch keeps it: what it is now and, as far as the frozen frequencies need it, what it was.

The frequencies are those of one position of the log (the freeze). A document that changes after it carries the keys it had
then along in the same write, so that the next freeze can be computed from the changed documents alone, whatever was killed when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.index.block import INTAKE, OPEN, TRACEABLE, DocumentBlock
from indexer.index.elasticsearch.terms import term, terms
from indexer.index.protocol import Removal
from matcher.record import Kind

Terms = Sequence[str]


@dataclass(frozen=True, slots=True)
class Past:
    """From `at` on a document had these keys; none: it was not there."""

    at: int
    keys: Terms


@dataclass(frozen=True, slots=True)
class Life:
    """One document, or the tombstone of one (`body` without a kind), with its version for Elasticsearch."""

    number: int
    version: int
    body: Mapping[str, Any]
    past: tuple[Past, ...] = ()

    @classmethod
    def read(cls, hit: Mapping[str, Any]) -> Life:
        """From an answer of Elasticsearch that has `_version` and `_source`."""
        body = dict(hit["_source"])
        body.pop("lost", None)
        past = tuple(Past(one["at"], one["keys"]) for one in body.pop("past", ()))
        return cls(body["number"], hit["_version"], body, past)

    @property
    def is_tombstone(self) -> bool:
        """Whether the record is gone."""
        return "kind" not in self.body

    @property
    def keys(self) -> Terms:
        """The keys it has now."""
        keys: Terms = self.body.get("keys", ())
        return keys

    def keys_at(self, position: int) -> Terms:
        """The keys it had at a position of the log that is not before the last freeze."""
        told = [one for one in self._told() if one.at <= position]
        return told[-1].keys if told else ()

    def after(self, earlier: Life | None, freeze: int) -> Life:
        """This one in the place of an earlier one: it takes along what a freeze from `freeze` on may ask for."""
        told = earlier._told() if earlier else ()
        first = max((place for place, one in enumerate(told) if one.at <= freeze), default=0)
        kept = [one for one in told[first:] if one.keys or one.at > freeze]
        return Life(self.number, self.version, self.body, tuple(kept))

    def bare(self) -> Life:
        """Without a past."""
        return Life(self.number, self.version, self.body)

    def action(self, *, again: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two lines of a bulk request. `again`: in the place of itself."""
        kind = "external_gte" if again else "external"
        body = dict(self.body)
        if self.past:
            body["past"] = [{"at": one.at, "keys": list(one.keys)} for one in self.past]
            if self.is_tombstone:
                body["lost"] = True
        return {"index": {"_id": str(self.number), "version": self.version, "version_type": kind}}, body

    def _told(self) -> tuple[Past, ...]:
        return (*self.past, Past(self.body["at"], self.keys))


def tombstone(removal: Removal, at: int) -> Life:
    """What stays of a removed record: its number, so that no older document comes back."""
    # Odd versions are removals: one beats its document, and a document of a higher version beats it.
    return Life(removal.number, 2 * removal.version + 1, {"number": removal.number, "at": at})


def lives(block: DocumentBlock, at: int) -> list[Life]:
    """Documents as Elasticsearch keeps them."""
    written, bounds = terms(block.keys), block.offsets.tolist()
    rows = zip(
        block.numbers.tolist(), block.versions.tolist(), block.flags.tolist(), block.sources.tolist(), strict=True
    )
    return [
        Life(number, 2 * version, _body(number, at, flags, source, written[bounds[row] : bounds[row + 1]]))
        for row, (number, version, flags, source) in enumerate(rows)
    ]


def _body(number: int, at: int, flags: int, source: int, keys: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "number": number,
        "at": at,
        "kind": kind_word(Kind.INTAKE if flags & INTAKE else Kind.REPORT),
        "open": bool(flags & OPEN),
        "traceable": bool(flags & TRACEABLE),
        "keys": keys,
    }
    if source:
        body["source"] = term(source)
    return body


def kind_word(kind: Kind) -> str:
    """A kind as it stands in the index."""
    return "intake" if kind is Kind.INTAKE else "report"
