"""Faces in the database: beside their record, of its present version, gone with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from indexer.store import Entry, Outcome, Store
from matcher.faces import Face
from tests.faces import EMBEDDER, face
from tests.indexer.store.builders import day, entry, number_of, put, raw
from tests.indexer.store.remains import written

A, B, C = (face(number, file=f"{name}.jpg") for number, name in ((0.1, "a"), (0.2, "b"), (0.3, "c")))


def photographed(record_id: str, *faces: Face, **cells: Any) -> Entry:
    """An entry with these faces, and their photos."""
    plain = entry(record_id, **{"photos": "; ".join(one.file for one in faces), **cells})
    return replace(plain, record=replace(plain.record, faces=faces))


def faces_of(store: Store, record_id: str) -> tuple[Face, ...]:
    stored = store.get(record_id)
    assert stored is not None
    return stored.record.faces


def test_faces_come_back_with_their_record_however_it_is_asked_for(store: Store) -> None:
    put(store, photographed("shelter/1", A, B), entry("shelter/2"))
    number = number_of(store, "shelter/1")
    assert faces_of(store, "shelter/1") == (A, B)
    assert store.get_many([number])[number].record.faces == (A, B)
    assert [stored.record.faces for stored in store.records()] == [(A, B), ()]
    assert store.faces_of(["shelter/1", "shelter/2", "shelter/9"]) == {"shelter/1": (A, B)}


def test_the_same_faces_again_change_nothing(store: Store) -> None:
    put(store, photographed("shelter/1", A))
    assert put(store, photographed("shelter/1", A)) == [Outcome.UNCHANGED]


def test_another_face_on_a_photo_of_the_same_name_is_an_update(store: Store) -> None:
    put(store, photographed("shelter/1", A))
    assert put(store, photographed("shelter/1", replace(B, file=A.file))) == [Outcome.UPDATED]
    stored = store.get("shelter/1")
    assert stored is not None
    assert (stored.version, stored.record.faces) == (2, (replace(B, file=A.file),))


def test_faces_that_come_after_the_record_are_an_update_that_the_log_has(store: Store) -> None:
    put(store, entry("shelter/1", photos="a.jpg"))
    before = store.last_change()
    assert put(store, photographed("shelter/1", A)) == [Outcome.UPDATED]
    assert [change.version for change in store.changes(after=before)] == [2]


def test_whoever_stores_the_record_without_looking_at_its_photos_takes_no_face_away(store: Store) -> None:
    put(store, photographed("shelter/1", A, B))
    assert put(store, entry("shelter/1", photos="a.jpg; b.jpg")) == [Outcome.UNCHANGED]
    assert put(store, entry("shelter/1", photos="b.jpg", full_name="Dara")) == [Outcome.UPDATED]
    assert faces_of(store, "shelter/1") == (B,)


def test_a_blank_face_takes_the_place_of_the_one_that_the_photo_showed_before(store: Store) -> None:
    put(store, photographed("shelter/1", A, B))
    assert put(store, photographed("shelter/1", replace(A, vector=b""), B)) == [Outcome.UPDATED]
    assert faces_of(store, "shelter/1") == (B,)


def test_no_more_than_five_faces_of_a_child_are_kept_whatever_was_kept_before(store: Store) -> None:
    many = [face(float(i), file=f"{i}.jpg") for i in range(8)]
    names = "; ".join(one.file for one in many)
    put(store, photographed("shelter/1", *many[:5], photos=names))
    put(store, photographed("shelter/1", *many[5:], photos="; ".join(one.file for one in many[::-1])))
    assert [one.file for one in faces_of(store, "shelter/1")] == ["7.jpg", "6.jpg", "5.jpg", "4.jpg", "3.jpg"]


def test_a_record_that_names_no_photo_any_more_has_no_face(store: Store) -> None:
    put(store, photographed("shelter/1", A))
    put(store, entry("shelter/1"))
    assert faces_of(store, "shelter/1") == ()
    assert not store.has_faces()


def test_of_two_rows_with_one_id_in_a_batch_the_later_counts(store: Store) -> None:
    put(store, photographed("shelter/1", A), photographed("shelter/1", B, C))
    assert faces_of(store, "shelter/1") == (B, C)
    put(store, photographed("shelter/1", A), entry("shelter/1", full_name="Dara"))
    assert faces_of(store, "shelter/1") == ()


def test_nothing_of_a_batch_that_fails_is_stored(store: Store) -> None:
    with pytest.raises(Exception, match="half a character"):
        put(store, photographed("shelter/1", A), entry("shelter/2", full_name="\ud800"))
    assert not store.has_faces()


def test_what_is_withdrawn_leaves_no_face_and_no_number_of_one(store: Store, database_url: str) -> None:
    ours = replace(A, file="sokha at the gate.jpg", vector=face(*[0.123456] * 128).vector)
    put(store, photographed("shelter/1", ours), photographed("shelter/2", B))
    assert ours.vector in written(database_url) or ours.file.encode() in written(database_url)
    assert store.withdraw("shelter/1", at=day(1))
    assert raw(database_url, "SELECT count(*) FROM faces") == [(1,)]
    assert ours.vector not in written(database_url)
    assert ours.file.encode() not in written(database_url)
    assert faces_of(store, "shelter/2") == (B,)


def test_what_is_withdrawn_stays_gone_after_the_next_load(store: Store) -> None:
    put(store, photographed("shelter/1", A))
    store.withdraw("shelter/1", at=day(1))
    assert put(store, photographed("shelter/1", A)) == [Outcome.WITHDRAWN_BEFORE]
    assert not store.has_faces()


def test_a_row_that_withdraws_its_record_takes_the_faces_along(store: Store) -> None:
    put(store, photographed("shelter/1", A))
    put(store, photographed("shelter/1", B), entry("shelter/1", status="withdrawn"))
    assert not store.has_faces()


def test_what_the_index_of_faces_keeps_has_no_text_and_says_who_may_find_it(store: Store) -> None:
    other = replace(C, embedder="another")
    put(
        store,
        photographed("shelter/1", A, other, full_name="Dara"),
        photographed("police/2", B, kind="report", status="closed"),
        photographed("shelter/3", other),
        photographed("hospital/4", C, consent_for_tracing="false"),
        entry("shelter/5", photos="x.jpg"),
    )
    [block] = store.all_photographed(embedder=EMBEDDER)
    told = [(one.source, str(one.kind), one.open, one.traceable, one.vectors) for one in block]
    assert told == [
        ("shelter", "intake", True, True, (A.vector,)),
        ("police", "report", False, True, (B.vector,)),
        ("hospital", "intake", True, False, (C.vector,)),
    ]
    assert store.photographed([one.number for one in block], embedder=EMBEDDER) == block
