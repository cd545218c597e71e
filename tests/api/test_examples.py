from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.examples import answer, query_of
from matcher.errors import InputError
from matcher.record import Kind
from tests.indexer.world import INTAKE, REPORT, opened

TODAY = date(2026, 1, 10)


@pytest.mark.parametrize(("sought", "own"), [(Kind.INTAKE, Kind.REPORT), (Kind.REPORT, Kind.INTAKE)])
def test_an_example_without_a_kind_stands_on_the_other_side_of_what_is_sought(sought: Kind, own: Kind) -> None:
    assert query_of({"full_name": "Sok Dara"}, sought=sought, limit=5, today=TODAY).example.kind is own


def test_the_examples_own_kind_comes_first() -> None:
    query = query_of({"kind": "intake", "full_name": "Sok Dara"}, sought=Kind.INTAKE, limit=5, today=TODAY)
    assert query.example.kind is Kind.INTAKE


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        ({"age": "7"}, "2026-01-10"),
        ({"age": 7}, "2026-01-10"),
        ({"age": "7", "age_as_of": "2024-05-01"}, "2024-05-01"),
        ({"age": "7", "recorded_on": "2024-05-01"}, ""),
        ({"full_name": "Sok Dara"}, ""),
    ],
)
def test_an_age_is_of_today_unless_the_example_says_when(cells: dict[str, object], day: str) -> None:
    assert query_of(cells, sought=Kind.INTAKE, limit=5, today=TODAY).example.age_as_of == day


def test_the_cells_that_were_given_are_left_as_they_are() -> None:
    flat: dict[str, object] = {"age": "7"}
    query_of(flat, sought=Kind.INTAKE, limit=5, today=TODAY)
    assert flat == {"age": "7"}


def test_what_cannot_be_read_is_said_with_its_column() -> None:
    with pytest.raises(InputError) as refused:
        query_of({"sex": "perhaps"}, sought=Kind.INTAKE, limit=5, today=TODAY)
    assert refused.value.column == "sex"


def test_an_empty_query_has_no_candidates_and_a_full_one_at_most_its_limit(tmp_path: Path) -> None:
    others = [{**INTAKE, "record_id": f"shelter/{number}"} for number in range(3)]
    with opened(tmp_path / "home", *others) as here:
        assert answer(query_of({}, sought=Kind.INTAKE, limit=2, today=TODAY), here).matches == ()
        assert len(answer(query_of(REPORT, sought=Kind.INTAKE, limit=2, today=TODAY), here).matches) == 2
