"""A document tells what it was at any position since the last freeze, and forgets what nobody may ask for any more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.index import DocumentBlock, Removal
from indexer.index.elasticsearch.lives import Life, lives, tombstone
from tests.indexer.index.builders import document


def life(version: int, at: int, *keys: str) -> Life:
    (made,) = lives(DocumentBlock.from_documents([document(1, *keys, version=version)]), at)
    return made


def stored(one: Life) -> Life:
    """As it comes back from the server."""
    action, body = one.action()
    return Life.read({"_version": action["index"]["version"], "_source": body})


@given(
    st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from("abc"), unique=True, max_size=2)), max_size=8),
    st.integers(0, 9),
)
def test_a_document_knows_its_keys_at_every_position_from_the_freeze_on(
    steps: list[tuple[bool, list[str]]], freeze: int
) -> None:
    kept: Life | None = None
    keys_at: dict[int, list[str]] = {0: []}
    for at, (removed, keys) in enumerate(steps, start=1):
        now = tombstone(Removal(1, at), at) if removed else life(at, at, *keys)
        kept = stored(now.after(kept, freeze))
        keys_at[at] = [] if removed else list(life(at, at, *keys).keys)
        if removed:
            break
    if kept is None:
        return
    last = max(keys_at)
    for position in range(freeze, 12):
        assert list(kept.keys_at(position)) == keys_at[min(position, last)]


def test_what_was_before_the_freeze_is_forgotten_with_the_next_change() -> None:
    old = life(2, 5, "b").after(life(1, 3, "a"), freeze=3)
    assert [one.at for one in old.past] == [3]
    assert [one.at for one in life(3, 9, "c").after(old, freeze=6).past] == [5]


def test_a_tombstone_keeps_its_past_until_it_is_made_bare() -> None:
    changed = life(2, 5, "b").after(life(1, 3, "a"), freeze=3)
    gone = tombstone(Removal(1, 2), 7).after(changed, freeze=3)
    assert [one.at for one in gone.past] == [3, 5]
    assert gone.action()[1]["lost"] is True
    assert (stored(gone).is_tombstone, stored(gone).past) == (True, gone.past)
    assert stored(gone.bare()).past == ()
    assert gone.bare().action()[1] == {"number": 1, "at": 7}


def test_a_removal_beats_its_own_version_and_the_next_version_beats_it() -> None:
    assert life(3, 1).version < tombstone(Removal(1, 3), 1).version < life(4, 1).version
