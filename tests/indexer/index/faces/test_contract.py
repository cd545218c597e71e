"""What every index of faces does, whatever is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from secrets import token_hex

import numpy as np
import pytest

import indexer.index.faces.elasticsearch as elasticsearch_faces
from indexer.index import Removal
from indexer.index.elasticsearch.generation import Generation
from indexer.index.faces import EmbeddedFaces, FaceDocument, FaceIndex, FaceQuery, Neighbour
from matcher.record import Kind
from tests.indexer.index.faces.builders import DIM, document, found, query
from tests.indexer.index.faces.conftest import new_elasticsearch_faces

# finding and ordering


def test_the_nearest_come_first_and_nobody_beyond_the_bound(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.9), document(2, 0.2), document(3, 1.2), document(4, -0.5)]], position=1)
    neighbours = index.neighbours(query(0.0))
    assert [one.number for one in neighbours] == [2, 4, 1]
    assert [one.distance for one in neighbours] == pytest.approx([0.2, 0.5, 0.9])


def test_faces_at_one_distance_go_by_number(index: FaceIndex) -> None:
    index.rebuild([[document(7, 0.5), document(2, -0.5), document(9, (0.0, 0.5)), document(4, 0.5)]], position=1)
    assert found(index, 0.0) == [2, 4, 7, 9]


@pytest.mark.parametrize("limit", [0, 1, 3, 100])
def test_a_limit_keeps_the_nearest_and_among_equals_the_lowest_numbers(index: FaceIndex, limit: int) -> None:
    index.rebuild([[document(number, 0.25 if number % 2 else 0.5) for number in range(120, 0, -1)]], position=1)
    everybody = [*range(1, 121, 2), *range(2, 121, 2)]
    assert found(index, 0.0, limit=limit) == everybody[:limit]


def test_of_several_faces_the_nearest_counts_and_a_record_comes_up_once(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.9, 0.1), document(2, 0.4)]], position=1)
    assert [one.distance for one in index.neighbours(query(0.0))] == pytest.approx([0.1, 0.4])
    assert [one.distance for one in index.neighbours(query(0.0, 0.45))] == pytest.approx([0.05, 0.1])


def test_a_query_without_faces_or_with_another_embedders_finds_nobody(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.0)]], position=1)
    assert index.neighbours(query()) == []
    assert index.neighbours(replace(query(0.0), vectors=(b"\0" * 8,))) == []


def test_an_index_that_has_not_begun_finds_nobody_and_says_so(index: FaceIndex) -> None:
    assert not index.begun()
    assert index.position == 0
    assert index.count() == 0
    assert found(index, 0.0) == []


# who may be found


def test_only_open_records_of_the_other_kind_are_found(index: FaceIndex) -> None:
    documents = [document(1, 0.0), document(2, 0.0, kind=Kind.REPORT), document(3, 0.0, open=False)]
    index.rebuild([documents], position=1)
    assert found(index, 0.0) == [1]
    assert found(index, 0.0, kind=Kind.REPORT) == [2]


def test_without_consent_a_record_is_found_by_its_owner_only(index: FaceIndex) -> None:
    documents = [
        document(1, 0.3, traceable=False), document(2, 0.1, traceable=False, source="hospital"), document(3, 0.2),
        document(4, 0.0, traceable=False, source=""),
    ]  # fmt: skip
    index.rebuild([documents], position=1)
    assert found(index, 0.0) == [3]
    assert found(index, 0.0, sources=frozenset({"hospital"})) == [2, 3]
    assert found(index, 0.0, sources=frozenset({"hospital", "shelter", ""})) == [2, 3, 1]


# following the log


def test_what_was_applied_is_found_beside_what_was_built(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.4)], [document(3, 0.2)]], position=3)
    index.apply([document(2, 0.3), document(4, 0.2)], position=5)
    assert found(index, 0.0) == [3, 4, 2, 1]
    assert (index.position, index.count(), index.begun()) == (5, 4, True)


def test_an_index_that_was_never_built_follows_from_the_start(index: FaceIndex) -> None:
    index.apply([document(1, 0.2)], position=1)
    assert found(index, 0.0) == [1]
    assert index.position == 1


def test_a_newer_version_replaces_all_faces_of_the_older_one(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.1, 0.2)]], position=1)
    index.apply([document(1, 0.8, version=2)], position=2)
    assert [one.distance for one in index.neighbours(query(0.0))] == pytest.approx([0.8])


def test_an_older_version_never_comes_back(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.8, version=3)]], position=1)
    index.apply([document(1, 0.1, version=2)], position=2)
    index.apply([document(1, 0.2, version=3)], position=3)
    assert [one.distance for one in index.neighbours(query(0.0))] == pytest.approx([0.8])


def test_the_same_changes_twice_change_nothing(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.1)]], position=1)
    for _ in range(2):
        index.apply([document(2, 0.2), Removal(1, 2)], position=3)
    assert found(index, 0.0) == [2]
    assert index.count() == 1


@pytest.mark.parametrize("gone", [Removal(1, 1), Removal(1, 2), document(1, version=2)])
def test_what_is_removed_or_loses_its_photos_is_gone_and_stays_gone(
    index: FaceIndex, gone: FaceDocument | Removal
) -> None:
    index.rebuild([[document(1, 0.1), document(2, 0.2)]], position=1)
    index.apply([gone], position=2)
    index.apply([document(1, 0.1)], position=2)
    assert found(index, 0.0) == [2]
    assert index.count() == 1


def test_a_removal_keeps_away_a_record_that_a_slow_writer_adds_after_it(index: FaceIndex) -> None:
    index.rebuild([[document(2, 0.2)]], position=1)
    index.apply([Removal(1, 2)], position=5)
    index.apply([document(1, 0.1)], position=5)
    assert found(index, 0.0) == [2]


def test_a_position_that_was_passed_is_left_alone(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.1)]], position=9)
    index.apply([document(2, 0.1)], position=8)
    assert found(index, 0.0) == [1]
    assert index.position == 9


def test_the_newest_of_several_changes_of_one_record_counts(index: FaceIndex) -> None:
    index.apply([document(1, 0.1), document(1, 0.3, version=3), document(1, 0.2, version=2)], position=4)
    assert [one.distance for one in index.neighbours(query(0.0))] == pytest.approx([0.3])


def test_a_record_without_photos_leaves_no_trace(index: FaceIndex) -> None:
    index.apply([document(1), document(2, 0.1)], position=2)
    assert index.count() == 1


def test_building_anew_replaces_everything(index: FaceIndex) -> None:
    index.apply([document(1, 0.1)], position=1)
    index.rebuild([[document(2, 0.1), document(3, 0.2)]], position=7)
    assert found(index, 0.0) == [2, 3]
    assert (index.position, index.count()) == (7, 2)


def test_what_is_discarded_is_forgotten(index: FaceIndex) -> None:
    index.rebuild([[document(1, 0.1)]], position=1)
    index.discard()
    assert not index.begun()
    assert found(index, 0.0) == []


# the same answers


def test_a_thousand_random_changes_give_the_answers_of_a_plain_search(index: FaceIndex) -> None:
    rng = np.random.default_rng(5)
    living: dict[int, FaceDocument] = {}
    index.rebuild([], position=0)
    for step in range(1, 11):
        changes: list[FaceDocument | Removal] = []
        for number in rng.integers(1, 300, 100).tolist():
            if rng.random() < 0.2:
                changes.append(Removal(number, 100 * step + len(changes)))
                living.pop(number, None)
            else:
                faces = [tuple(rng.normal(0, 0.5, DIM).tolist()) for _ in range(rng.integers(0, 3))]
                # Versions are numbers of writings: no two changes share one.
                version = 100 * step + len(changes)
                living[number] = document(number, *faces, version=version, traceable=bool(rng.random() < 0.8))
                changes.append(living[number])
        index.apply(changes, position=step)
    plain = EmbeddedFaces(DIM)
    plain.rebuild([list(living.values())], position=1)
    for _ in range(20):
        asked = query(tuple(rng.normal(0, 0.5, DIM).tolist()), limit=int(rng.integers(1, 60)))
        assert index.neighbours(asked) == _plainly(living, asked) == plain.neighbours(asked)


def _plainly(living: Mapping[int, FaceDocument], asked: FaceQuery) -> list[Neighbour]:
    near = (
        Neighbour(one.number, min(_apart(mine, other) for mine in one.vectors for other in asked.vectors))
        for one in living.values()
        if one.vectors and one.traceable
    )
    kept = sorted((one for one in near if one.distance <= asked.furthest), key=lambda one: (one.distance, one.number))
    return kept[: asked.limit]


def _apart(first: bytes, second: bytes) -> float:
    one, other = (np.frombuffer(vector, "<f4").astype(np.float64) for vector in (first, second))
    return float(np.sqrt(((one - other) ** 2).sum()))


@pytest.mark.real("elasticsearch")
def test_the_server_is_asked_to_forget_what_was_removed_once_that_is_due(
    elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = new_elasticsearch_faces(elasticsearch_url, f"elijah-faces-test-{token_hex(8)}")
    monkeypatch.setattr(elasticsearch_faces, "_FORGET_SECONDS", 0.0)
    index.rebuild([[document(1, 0.1), document(2, 0.2)]], position=1)
    index.apply([Removal(1, 2)], position=2)
    assert isinstance(index._seen, Generation)
    assert index._seen.note.forget_from > 0
    index.tidy()
    assert index._seen.note.forget_from == 0
    assert found(index, 0.0) == [2]
    index.discard()


@pytest.mark.real("elasticsearch")
def test_a_build_that_another_one_overtook_leaves_its_place_to_that(elasticsearch_url: str) -> None:
    alias = f"elijah-faces-test-{token_hex(8)}"
    slow, quick = (new_elasticsearch_faces(elasticsearch_url, alias) for _ in range(2))

    def blocks() -> Iterator[list[FaceDocument]]:
        yield [document(1, 0.1)]
        quick.rebuild([[document(2, 0.1)]], position=7)

    slow.rebuild(blocks(), position=3)
    assert (found(slow, 0.0), slow.position) == ([2], 7)
    slow.discard()
