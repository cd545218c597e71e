"""The next freeze: the frequencies of today, from those of the last freeze and the documents that changed since."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from indexer.index.elasticsearch.building import new_table
from indexer.index.elasticsearch.bulk import write
from indexer.index.elasticsearch.frequencies import Counts, Frequencies, bits_for, delta_action, table_actions
from indexer.index.elasticsearch.generation import Generation, Generations, Note
from indexer.index.elasticsearch.lives import Life
from indexer.index.elasticsearch.reading import LIVING, after, changed_since, count
from indexer.index.elasticsearch.server import Server
from indexer.index.elasticsearch.terms import hashes

# As in the embedded index: due when more than this and more than a share of the documents have changed.
_MANY: Final = 200
_SHARE: Final = 0.05
# Small changes are added up by every reader; beyond this many entries a new table is written.
_MOST_ENTRIES: Final = 100_000
_AT_ONCE: Final = 500
# Until then the server keeps what was deleted for copies that were away: their leases are renewed every 30 s.
_FORGET_SECONDS: Final = 90.0


def is_due(server: Server, generation: Generation, *, force: bool) -> bool:
    """Whether there is something to freeze, and it is much, or a removed record is in the frequencies (rule 8), or `force`."""
    freeze, documents = generation.note.freeze, generation.note.documents
    changed = count(server, generation.name, after(freeze))
    if force or changed == 0:
        return changed > 0
    if changed > max(_MANY, _SHARE * documents):
        return True
    gone = changed_since(server, generation.name, freeze, lost_only=True)
    return any(life.keys_at(freeze) for life in gone)


def purge(server: Server, generations: Generations, generation: Generation) -> Generation | None:
    """Of records that came and went since the last freeze keep nothing but the number. None where another process was first."""
    note = generation.note
    gone = [
        life
        for life in changed_since(server, generation.name, note.freeze, lost_only=True)
        # What the frequencies count waits for the freeze; what is not acknowledged yet for whoever writes it.
        if life.body["at"] <= note.position and not life.keys_at(note.freeze)
    ]
    if not gone:
        return generation
    _make_bare(server, generation, gone)
    return generations.advance(generation, replace(note, forget_from=_later()))


def forget(server: Server, generations: Generations, generation: Generation) -> Generation | None:
    """Ask the server to rewrite its files without what was removed, once that is due; it does so in its own time (rule 8)."""
    note = generation.note
    if not is_to_forget(note):
        return generation
    server.ask(lambda client: client.indices.flush(index=generation.name))
    server.ask(
        lambda client: client.indices.forcemerge(
            index=generation.name, only_expunge_deletes=True, wait_for_completion=False
        )
    )
    return generations.advance(generation, replace(note, forget_from=0.0))


def is_to_forget(note: Note) -> bool:
    """Whether the server can be asked to forget now."""
    return 0.0 < note.forget_from <= time.time()


def freeze(
    server: Server, generations: Generations, generation: Generation, frequencies: Frequencies
) -> Generation | None:
    """Move the freeze to where the index has followed. None where another process was first: nothing is changed then."""
    note = generation.note
    difference, purged = _difference(server, generation)
    documents = count(server, generation.name, LIVING)
    forget_from = _later() if purged else note.forget_from
    frozen = replace(note, freeze=note.position, documents=documents, forget_from=forget_from)
    if note.changed + len(difference) > _MOST_ENTRIES:
        whole = Counts.sum([frequencies.whole(), difference])
        table, bits = new_table(), bits_for(len(whole))
        write(server, generation.writing, table_actions(table, bits, whole))
        frozen = replace(frozen, table=table, bits=bits, deltas=(), changed=0)
    elif len(difference):
        name = f"difference-{secrets.token_hex(6)}"
        write(server, generation.writing, [delta_action(name, difference)])
        frozen = replace(frozen, deltas=(*note.deltas, name), changed=note.changed + len(difference))
    moved = generations.advance(generation, frozen)
    if moved is not None:
        _tidy(server, generation, frozen, purged)
    return moved


def _difference(server: Server, generation: Generation) -> tuple[Counts, list[Life]]:
    """What the frequencies gain and lose, and the tombstones that may forget their past now."""
    note, parts, purged = generation.note, [Counts.sum(())], []
    gained: list[str] = []
    lost: list[str] = []
    for life in changed_since(server, generation.name, note.freeze):
        gained += life.keys_at(note.position)
        lost += life.keys_at(note.freeze)
        if life.is_tombstone and life.past and life.body["at"] <= note.position:
            purged.append(life)
        if len(gained) + len(lost) > _MOST_ENTRIES:
            parts = [Counts.sum([*parts, *_taken(gained, lost)])]
            gained, lost = [], []
    return Counts.sum([*parts, *_taken(gained, lost)]), purged


def _taken(gained: Iterable[str], lost: Iterable[str]) -> list[Counts]:
    return [Counts.of(hashes(gained)), Counts.of(hashes(lost)).minus()]


def _tidy(server: Server, generation: Generation, frozen: Note, purged: list[Life]) -> None:
    """Remove what nothing refers to any more. A kill before the end leaves some of it, which the next build removes."""
    if frozen.table != generation.note.table:
        old = [
            *generation.note.deltas,
            *(f"{generation.note.table}-{bucket}" for bucket in range(1 << generation.note.bits)),
        ]
        for start in range(0, len(old), _AT_ONCE):
            lines = [{"delete": {"_id": name}} for name in old[start : start + _AT_ONCE]]
            server.ask(
                lambda client, lines=lines: client.bulk(index=generation.writing, operations=lines, require_alias=True)  # type: ignore[misc]
            )
    _make_bare(server, generation, purged)


def _make_bare(server: Server, generation: Generation, gone: Sequence[Life]) -> None:
    write(server, generation.writing, (life.bare().action(again=True) for life in gone))


def _later() -> float:
    return time.time() + _FORGET_SECONDS
