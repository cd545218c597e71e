"""How an index is laid out in Elasticsearch. A change of it counts `FORMAT` up, and every index is then built anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = 1

# `number` sorts; `at` is the position of the log that brought this version; a document without `kind` is a tombstone.
# `past` has what the frozen frequencies need (lives.py), `stored` is for what is no record (generation.py, frequencies.py).
_PROPERTIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "number": {"type": "long", "index": False},
    "at": {"type": "long"},
    "kind": {"type": "keyword"},
    "open": {"type": "boolean"},
    "traceable": {"type": "boolean"},
    "source": {"type": "keyword", "doc_values": False},
    # boolean similarity: a key is worth its boost and nothing else, on every shard and after every change.
    "keys": {"type": "keyword", "similarity": "boolean", "doc_values": False},
    "lost": {"type": "boolean"},
    "past": {"type": "object", "enabled": False},
    "stored": {"type": "object", "enabled": False},
}


@dataclass(frozen=True, slots=True)
class Schema:
    """What an index's documents hold. Another `format`, or other properties, and it is built anew."""

    properties: Mapping[str, Mapping[str, Any]]
    format: int

    def mappings(self) -> dict[str, Any]:
        """The mapping of a new index; anything that it does not name is refused."""
        return {"dynamic": "strict", "_meta": {"elijah": self.format}, "properties": dict(self.properties)}

    def difference(self, found: Mapping[str, Any]) -> str:
        """What keeps an index with this mapping from being used, in words; blank: nothing."""
        written = found.get("_meta", {}).get("elijah")
        if written is None:
            return "the index in Elasticsearch was not made by Elijah"
        if written != self.format:
            return "the index in Elasticsearch is of another version"
        if str(found.get("dynamic")) != "strict" or not _same(found.get("properties", {}), self.properties):
            return "the mapping of the index in Elasticsearch was changed by somebody else"
        return ""


CANDIDATES: Final = Schema(_PROPERTIES, FORMAT)


def settings(shards: int) -> dict[str, Any]:
    """Of a new index. It gets its copies when it is complete: until then what a crash takes is built again."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        # Whoever writes says when it is to be seen.
        "refresh_interval": "-1",
        # What was removed leaves the files when that is asked for, however little it is (rule 8).
        "merge.policy.expunge_deletes_allowed": 0,
        # Else what was deleted stays in the files for half a day, for copies that were away.
        "soft_deletes.retention_lease.period": "30s",
    }


def _same(found: Mapping[str, Any], properties: Mapping[str, Mapping[str, Any]]) -> bool:
    return found.keys() == properties.keys() and all(
        _is_as_wanted(found[field], wanted) for field, wanted in properties.items()
    )


def _is_as_wanted(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    own = {name: value for name, value in wanted.items() if name != "properties"}
    inner = "properties" not in wanted or _same(found.get("properties", {}), wanted["properties"])
    return inner and {name: found.get(name, "object" if name == "type" else None) for name in own} == own
