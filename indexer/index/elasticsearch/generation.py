"""One whole build of the index: an index of its own in Elasticsearch, and in it the note of how far it has followed.

Readers find it by an alias that is swapped in one step. Writers name it by an alias of its own that goes with it, so that a slow
process can neither bring a deleted index back nor write into one that it has not looked at.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from indexer.errors import IndexUnavailableError
from indexer.index.elasticsearch.mapping import CANDIDATES, Schema, settings
from indexer.index.elasticsearch.server import GoneError, OutdatedError, RefusedError, Server

_NOTE: Final = "note"


@dataclass(frozen=True, slots=True)
class Note:
    """How far a generation has followed, and which frequencies count.

    `freeze`: the position that the frequencies are of; `documents`: how many there were then. `table` and `bits` name their
    table, `deltas` what was added to it since, with `changed` entries in all. `forget_from`: when (in seconds of the epoch) the
    server has to be asked to rewrite its files without what was removed; 0: there is nothing.
    """

    position: int
    freeze: int
    documents: int
    table: str
    bits: int
    deltas: tuple[str, ...] = ()
    changed: int = 0
    forget_from: float = 0.0


@dataclass(frozen=True, slots=True)
class Generation:
    """An index in Elasticsearch as it was last seen. `term` and `sequence` say which writing of the note that was."""

    name: str
    note: Note
    sequence: int
    term: int

    @property
    def writing(self) -> str:
        """The alias to write by."""
        return writing(self.name)


@dataclass(frozen=True, slots=True)
class Layout:
    """How many shards and copies an index has."""

    shards: int = 1
    replicas: int = 1


def writing(name: str) -> str:
    """The alias that writers of an index use."""
    return f"{name}-writing"


class Generations:
    """All builds of one index. `alias` is what readers ask; `family` begins the names of all that may be removed."""

    def __init__(self, server: Server, alias: str, family: str, layout: Layout, schema: Schema = CANDIDATES) -> None:
        self._server = server
        self._alias = alias
        self._family = family
        self._layout = layout
        self._schema = schema
        self._checked = ""

    def look(self) -> Generation | str:
        """The generation in use, or in words why there is none. Raises `IndexUnavailableError`."""
        try:
            found = self._server.ask(lambda client: client.get(index=self._alias, id=_NOTE), quick=True)
        except GoneError as error:
            return (
                "there is no index in Elasticsearch yet"
                if error.kind
                else "the index in Elasticsearch was not made by Elijah"
            )
        except RefusedError:
            return f"the alias {self._alias} in Elasticsearch points to several indexes"
        wrong = self._check(found["_index"])
        if wrong:
            return wrong
        note = Note(**{**found["_source"]["stored"], "deltas": tuple(found["_source"]["stored"]["deltas"])})
        return Generation(found["_index"], note, found["_seq_no"], found["_primary_term"])

    def create(self) -> str:
        """A new empty index that nobody reads yet; its name."""
        name = f"{self._alias}-{secrets.token_hex(6)}"
        self._server.ask(
            lambda client: client.indices.create(
                index=name,
                mappings=self._schema.mappings(),
                settings=settings(self._layout.shards),
                aliases={writing(name): {}},
            )
        )
        return name

    def publish(self, name: str, note: Note) -> None:
        """Put a built index in the place of all others, which are removed. Raises `GoneError` where another process was first."""
        ask = self._server.ask
        ask(lambda client: client.index(index=writing(name), id=_NOTE, document=_document(note), require_alias=True))
        if self._layout.replicas:
            copies = {"number_of_replicas": self._layout.replicas}
            ask(lambda client: client.indices.put_settings(index=name, settings=copies))
        others = [other for other in self._names() if other != name]
        swap: list[Mapping[str, Any]] = [{"remove_index": {"index": other}} for other in others]
        swap += [{"remove": {"index": other, "alias": self._alias}} for other in self._holders() - {*others, name}]
        swap.append({"add": {"index": name, "alias": self._alias}})
        try:
            ask(lambda client: client.indices.update_aliases(actions=swap))
        except RefusedError as error:
            raise IndexUnavailableError(
                f"in Elasticsearch an index that Elijah did not make is called {self._alias}; remove or rename it"
            ) from error

    def advance(self, generation: Generation, note: Note) -> Generation | None:
        """Replace the note; None where another process has replaced it meanwhile. Raises `GoneError`."""
        try:
            done = self._server.ask(
                lambda client: client.index(
                    index=generation.writing,
                    id=_NOTE,
                    document=_document(note),
                    require_alias=True,
                    if_seq_no=generation.sequence,
                    if_primary_term=generation.term,
                )
            )
        except OutdatedError:
            return None
        return replace(generation, note=note, sequence=done["_seq_no"], term=done["_primary_term"])

    def drop(self, name: str) -> None:
        """Remove one index, where it is there."""
        self._server.ask(lambda client: client.indices.delete(index=name, ignore_unavailable=True))

    def drop_all(self) -> None:
        """Remove every generation."""
        for name in self._names():
            self.drop(name)

    def _names(self) -> list[str]:
        found = self._server.ask(
            lambda client: client.indices.get_alias(index=f"{self._family}*", expand_wildcards="all")
        )
        # An index of that beginning without our alias for writing is somebody else's.
        return [name for name, told in found.items() if writing(name) in told["aliases"]]

    def _holders(self) -> set[str]:
        """Whatever has the name that readers ask by, ours or not."""
        try:
            return set(self._server.ask(lambda client: client.indices.get_alias(name=self._alias)))
        except GoneError:
            return set()

    def _check(self, name: str) -> str:
        """Whether the mapping is ours; asked once a generation."""
        if name == self._checked:
            return ""
        found = self._server.ask(lambda client: client.indices.get_mapping(index=name))
        wrong = self._schema.difference(found[name]["mappings"])
        self._checked = "" if wrong else name
        return wrong


def _document(note: Note) -> dict[str, Any]:
    return {"stored": asdict(note)}
