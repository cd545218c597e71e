"""What everybody asks of an installation: search, check, match, put, withdraw; consent and withholding inside."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import NotFoundError
from indexer.installation import Installation, example_from_flat, says_something
from matcher.record import Kind, Record
from tests.indexer.world import AT, INTAKE, NEXT_DAY, REPORT, STRANGER, opened


def found(installation: Installation, **example: object) -> list[str]:
    record = example_from_flat({**example, "kind": "report"})
    return [match.record_id for match in installation.search(record).matches]


def test_khmer_finds_latin_and_the_stranger_comes_later_or_not_at_all(tmp_path: Path) -> None:
    with opened(tmp_path / "home", INTAKE, STRANGER) as installation:
        assert found(installation, full_name="សុខ ដារ៉ា")[0] == "shelter/1"
        assert found(installation, full_name="Sok Dara")[0] == "shelter/1"


def test_a_search_from_either_side_gives_the_pair_the_same_score(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        (from_report,) = installation.match("police/1").matches
        (from_intake,) = installation.match("shelter/1").matches
        assert from_report.score == from_intake.score
        assert from_report.probability == from_intake.probability


def test_search_and_match_give_a_stored_record_the_same_answer(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE, STRANGER) as installation:
        searched = installation.search(Record.from_flat({**REPORT, "record_id": "query/1"})).matches
        matched = installation.match("police/1").matches
        assert [(m.record_id, m.score) for m in searched] == [(m.record_id, m.score) for m in matched]


def test_ranks_count_from_one_and_the_limit_holds(tmp_path: Path) -> None:
    rows = [{**INTAKE, "record_id": f"shelter/{number}"} for number in range(8)]
    with opened(tmp_path / "home", REPORT, *rows) as installation:
        matches = installation.match("police/1", limit=5).matches
        assert [match.rank for match in matches] == [1, 2, 3, 4, 5]
        assert [match.record_id for match in matches] == [f"shelter/{number}" for number in range(5)]


def test_a_change_is_found_by_the_next_question(tmp_path: Path) -> None:
    with opened(tmp_path / "home", INTAKE) as installation:
        assert found(installation, full_name="Chea Vannak") == []
        installation.put([{**STRANGER, "full_name": "Chea Vannak"}], at=NEXT_DAY)
        assert found(installation, full_name="ជា វណ្ណៈ") == ["shelter/2"]


def test_another_process_sees_the_change_on_its_next_question(tmp_path: Path) -> None:
    with opened(tmp_path / "home", INTAKE) as one, opened(tmp_path / "home") as other:
        assert found(other, full_name="Chea Vannak") == []
        one.put([{**STRANGER, "full_name": "Chea Vannak"}], at=NEXT_DAY)
        assert found(other, full_name="Chea Vannak") == ["shelter/2"]


@pytest.mark.parametrize("consent", ["false", "", "perhaps"])
def test_without_consent_an_intake_is_found_by_nobody_else(tmp_path: Path, consent: str) -> None:
    with opened(tmp_path / "home", REPORT, {**INTAKE, "consent_for_tracing": consent}) as installation:
        assert found(installation, full_name="Sok Dara") == []
        assert installation.match("police/1").matches == ()


def test_without_consent_nobody_looks_from_the_intake_either(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, {**INTAKE, "consent_for_tracing": "false"}) as installation:
        answer = installation.match("shelter/1")
        assert answer.matches == ()
        assert "consent" in answer.notes[0]


def test_the_owner_may_look_from_both_sides_without_consent(tmp_path: Path) -> None:
    rows = (REPORT, {**INTAKE, "consent_for_tracing": "false"})
    with opened(tmp_path / "home", *rows, own_sources=frozenset({"shelter"})) as installation:
        assert [match.record_id for match in installation.match("shelter/1").matches] == ["police/1"]
        assert [match.record_id for match in installation.match("police/1").matches] == ["shelter/1"]


def test_consent_taken_back_counts_at_once(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        installation.put([{**INTAKE, "consent_for_tracing": "false"}], at=NEXT_DAY)
        assert found(installation, full_name="Sok Dara") == []


def test_a_closed_record_is_no_candidate(tmp_path: Path) -> None:
    with opened(tmp_path / "home", {**INTAKE, "status": "closed"}) as installation:
        assert found(installation, full_name="Sok Dara") == []


@pytest.mark.parametrize("withheld", ["ចាន់ ស្រីមុំ", "Chan Sreymom", "the mother"])
def test_a_match_is_held_and_says_nowhere_where_the_child_is(tmp_path: Path, withheld: str) -> None:
    secret = {**INTAKE, "withhold_from": withheld, "caregiver_name": "Sister Rosa", "description": "now at house 9"}
    with opened(tmp_path / "home", REPORT, secret) as installation:
        answer = installation.match("police/1")
        (match,) = answer.matches
        assert match.held
        assert match.held_reasons
        told = str(answer.to_json())
        assert not [word for word in ("Poipet", "Sister Rosa", "house 9") if word in told.replace(str(REPORT), "")] or (
            "Poipet" in str(answer.query.to_flat()) and "Sister Rosa" not in told and "house 9" not in told
        )
        shown = answer.records["shelter/1"].to_flat()
        assert not {"found_place", "caregiver_name", "description", "withhold_from"} & shown.keys()
        assert [row.candidate_value for row in match.evidence if row.comparison == "event_place"] in ([""], [])


def test_a_withdrawn_record_is_gone_and_stays_gone(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT, INTAKE) as installation:
        installation.withdraw("shelter/1", at=NEXT_DAY)
        installation.put([INTAKE], at=NEXT_DAY)
        installation.rebuild_index()
        assert found(installation, full_name="Sok Dara") == []
        with pytest.raises(NotFoundError):
            installation.match("shelter/1")


def test_withdrawing_twice_says_that_there_is_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "home", INTAKE) as installation:
        installation.withdraw("shelter/1", at=NEXT_DAY)
        with pytest.raises(NotFoundError, match="shelter/1"):
            installation.withdraw("shelter/1", at=NEXT_DAY)


def test_check_answers_row_by_row_in_order_and_stores_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "home", REPORT) as installation:
        arrivals = [Record.from_flat({**row, "record_id": f"today/{n}"}) for n, row in enumerate((STRANGER, INTAKE))]
        answers = list(installation.check(arrivals))
        assert [answer.query.record_id for answer in answers] == ["today/0", "today/1"]
        assert [match.record_id for match in answers[1].matches] == ["police/1"]
        assert installation.store.count() == 1


def test_the_index_says_how_far_behind_it_is_and_catches_up(tmp_path: Path) -> None:
    with opened(tmp_path / "home", INTAKE) as one, opened(tmp_path / "home") as other:
        other.refresh()
        assert (other.index_status()["records"], other.index_status()["behind"]) == (1, 0)
        one.store.put([], at=AT)
        one.put([STRANGER], at=NEXT_DAY)
        assert other.index_status()["behind"] == 1
        other.refresh()
        assert (other.index_status()["records"], other.index_status()["behind"]) == (2, 0)


def test_an_example_needs_neither_an_id_nor_a_kind() -> None:
    example = example_from_flat({"full_name": "Sok Dara"}, searched_kind=Kind.INTAKE)
    assert example.kind is Kind.REPORT
    assert says_something(example)


def test_an_empty_example_says_nothing() -> None:
    assert not says_something(example_from_flat({"full_name": "", "sex": None}))


def test_a_home_is_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home, INTAKE) as installation:
        installation.refresh()
    assert home.stat().st_mode & 0o077 == 0
    readable = [path for path in home.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert readable == []


def test_an_index_of_older_keys_is_removed_and_built_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home, INTAKE) as installation:
        installation.refresh()
        name = installation.store.identity()
    (present,) = (home / "index").iterdir()
    present.rename(home / "index" / f"{name}-1")
    with opened(home) as installation:
        assert found(installation, full_name="Sok Dara") == ["shelter/1"]
    assert [folder.name for folder in (home / "index").iterdir()] == [present.name]


def test_a_database_restored_from_a_backup_gives_the_index_of_that_day(tmp_path: Path) -> None:
    home = tmp_path / "home"
    opened(home, INTAKE).close()
    backup = (home / "elijah.db").read_bytes()
    with opened(home, {**STRANGER, "full_name": "Chea Vannak"}) as installation:
        assert found(installation, full_name="Chea Vannak") == ["shelter/2"]
    (home / "elijah.db").write_bytes(backup)
    for rest in home.glob("elijah.db-*"):
        rest.unlink()
    with opened(home, {**STRANGER, "record_id": "shelter/3", "full_name": "Ung Sokha"}) as installation:
        assert found(installation, full_name="Chea Vannak") == []
        assert found(installation, full_name="Ung Sokha") == ["shelter/3"]
