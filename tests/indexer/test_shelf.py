"""Candidates that are kept: the same answers, never an old version, never a withdrawn record, and bounded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.installation import Installation
from indexer.shelf import Shelf
from indexer.store import StoredRecord
from matcher.columns import Reading
from matcher.places import Gazetteer
from matcher.record import Record
from matcher.scoring import Scorer
from tests.builders import intake, report, scorer
from tests.indexer.world import INTAKE, NEXT_DAY, opened

ROWS = [{**INTAKE, "record_id": f"shelter/{number}", "full_name": "Sok Dara"} for number in range(1, 8)]
QUERY = report(full_name="Sok Dara", father_name="Sok Vuth", home_place="Battambang", phones="012345678")


def ids(installation: Installation) -> list[str]:
    return [match.record_id for match in installation.search(QUERY).matches]


def test_the_second_search_gives_the_answer_of_the_first_and_reads_no_record_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        first = here.search(QUERY).to_json()
        read: list[Record] = []
        name = here.scorer.comparisons[0]
        text = name.text

        def noted(record: Record) -> object:
            read.append(record)
            return text(record)

        monkeypatch.setattr(name, "text", noted)
        assert here.search(QUERY).to_json() == first
        assert read == [QUERY]


def test_a_changed_record_is_read_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        assert len(ids(here)) == len(ROWS)
        here.put([{**ROWS[0], "full_name": "Sok Dara", "sex": "female", "local_name": "ជា វណ្ណៈ"}], at=NEXT_DAY)
        (changed,) = [match for match in here.search(QUERY).matches if match.record_id == "shelter/1"]
        assert "ជា វណ្ណៈ" in changed.evidence[0].candidate_value
        assert here.search(QUERY).records["shelter/1"].local_name == "ជា វណ្ណៈ"


def test_what_another_process_withdrew_is_not_kept_after_the_next_question(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as one, opened(tmp_path / "home") as other:
        assert len(ids(other)) == len(other.shelf) == len(ROWS)
        one.withdraw("shelter/3", at=NEXT_DAY)
        assert "shelter/3" not in ids(other)
        other.refresh()
        assert len(other.shelf) == len(ROWS) - 1


def test_a_withdrawal_lets_go_of_the_record_at_once(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        ids(here)
        here.withdraw("shelter/3", at=NEXT_DAY)
        assert len(here.shelf) == len(ROWS) - 1


def test_the_database_has_the_last_word_before_the_log_has_been_followed(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        stored = here.shelf.get_many(range(1, 8))
        here.store.withdraw("shelter/1", at=NEXT_DAY)
        assert here.shelf.get_many(stored) == {number: stored[number] for number in list(stored)[1:]}


def test_while_nothing_has_changed_the_database_is_asked_for_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "home", *ROWS) as here, opened(tmp_path / "home") as other:
        ids(here)
        asked: list[Iterable[int]] = []
        real = here.store.versions

        def noted(numbers: Iterable[int]) -> dict[int, int]:
            asked.append(numbers)
            return real(numbers)

        monkeypatch.setattr(here.store, "versions", noted)
        kept = here.shelf.get_many(range(1, 8))
        assert (len(kept), asked) == (7, [])
        other.store.withdraw("shelter/1", at=NEXT_DAY)
        assert len(here.shelf.get_many(range(1, 8))) == 6
        assert len(asked) == 1


def test_what_was_read_before_a_withdrawal_is_not_kept_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        real = here.store.get_many

        def withdrawn_meanwhile(numbers: list[int]) -> object:
            found = real(numbers)
            monkeypatch.setattr(here.store, "get_many", real)
            here.withdraw("shelter/1", at=NEXT_DAY)
            return found

        monkeypatch.setattr(here.store, "get_many", withdrawn_meanwhile)
        assert len(here.shelf.get_many(range(1, 8))) == 7
        assert len(here.shelf) == 0


def test_records_come_in_the_order_asked_for_kept_or_not(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        assert list(here.shelf.get_many([3, 5])) == [3, 5]
        assert list(here.shelf.get_many([5, 99, 1, 3, 1])) == [5, 1, 3]
        assert here.shelf.get_many([]) == {}


@settings(max_examples=30, deadline=None)
@given(asked=st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=8), room=st.integers(0, 4))
def test_no_more_is_kept_than_there_is_room_for_and_the_last_ones_stay(
    tmp_path_factory: pytest.TempPathFactory, asked: list[list[int]], room: int
) -> None:
    with opened(tmp_path_factory.mktemp("home"), *ROWS) as here:
        one = here.shelf
        here.shelf.get_many([1])
        shelf = Shelf(here.store, most_bytes=room * one.bytes)
        for numbers in asked:
            assert shelf.get_many(numbers) == here.store.get_many(numbers)
            assert shelf.bytes <= room * one.bytes
            assert len(shelf) <= room
        assert (shelf.bytes == 0) == (len(shelf) == 0)


def test_an_installation_keeps_as_many_megabytes_as_it_is_told(tmp_path: Path) -> None:
    long = [{**row, "description": "x" * 300_000} for row in ROWS]
    with opened(tmp_path / "home", *long, kept_megabytes=1) as here:
        here.shelf.get_many(range(1, 8))
        assert 0 < here.shelf.bytes <= 1_000_000


def test_many_changes_at_once_empty_the_shelf(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        here.shelf.get_many(range(1, 8))
        here.shelf.follow(here.index.position + 5_000)
        assert (len(here.shelf), here.shelf.bytes) == (0, 0)


def test_a_database_restored_from_a_backup_empties_the_shelf(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        ids(here)
        here.shelf.follow(here.index.position - 1)
        assert len(here.shelf) == 0


def test_a_reading_is_made_anew_for_another_set_of_comparisons() -> None:
    reading, other = Reading(intake(full_name="Sok Dara", home_place="Battambang")), Scorer(Gazetteer([]))
    known = scorer().columns_of([reading])
    unknown = other.columns_of([reading])
    place = other.names.index("home")
    assert known.columns[place]
    assert not unknown.columns[place]
    assert scorer().columns_of([reading]).columns[place]


def test_only_what_the_other_side_speaks_of_is_read() -> None:
    reading = Reading(intake(full_name="Sok Dara", phones="012345678"))
    columns = scorer().columns_of([reading], beside=scorer().columns([report(full_name="Dara")]))
    assert [name for name, column in zip(scorer().names, columns.columns, strict=True) if column] == ["name", "swapped"]
    assert sum(said is not None for said in reading.by(scorer().comparisons)) == 2


def test_what_was_read_before_many_changes_is_not_kept_after_them(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *ROWS) as here:
        shelf, read = here.shelf, here.store.get_many

        def read_while_others_change(numbers: Iterable[int]) -> dict[int, StoredRecord]:
            found = read(numbers)
            shelf.follow(here.index.position + 5_000)
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(here.store, "get_many", read_while_others_change)
            shelf.get_many([1, 2])
        assert len(shelf) == 0
