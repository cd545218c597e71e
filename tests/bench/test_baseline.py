"""The baseline does what it says, so that beating it means something."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.baseline import baseline_rankings, best, birth_year, romanised_name
from bench.world import World, make_world
from indexer.metrics import recall_at


def row(record_id: str, **columns: str) -> dict[str, str]:
    return {"record_id": record_id, **columns}


def world(reports: list[dict[str, str]], intakes: list[dict[str, str]]) -> World:
    return World(reports, intakes, [], [])


def test_the_same_words_in_any_order_come_first() -> None:
    found = baseline_rankings(
        world(
            [row("r", full_name="Sok Dara")],
            [
                row("x", full_name="Chea Bopha"),
                row("y", full_name="Dara SOK"),
                row("z", full_name="Sok Darith"),
            ],
        ),
        limit=3,
    )
    assert found["r"][0] == "y"
    assert len(found["r"]) == 3


def test_sex_and_birth_year_break_ties_but_never_outweigh_a_better_name() -> None:
    report = row("r", full_name="Sok Dara", sex="male", date_of_birth="2015-04-15")
    intakes = [
        row("girl", full_name="Sok Dara", sex="female", date_of_birth="2015"),
        row("older", full_name="Sok Dara", sex="male", date_of_birth="2009"),
        row("same", full_name="Sok Dara", sex="male", age="9", recorded_on="2024-11-21"),
        row("other", full_name="Sok Darat", sex="male", date_of_birth="2015-04-15"),
    ]
    assert baseline_rankings(world([report], intakes), limit=4)["r"] == ["same", "girl", "older", "other"]


def test_the_limit_holds_and_must_be_positive() -> None:
    small = make_world(5, 30, seed=1)
    assert all(len(ranking) == 7 for ranking in baseline_rankings(small, 7).values())
    assert all(len(ranking) == 30 for ranking in baseline_rankings(small, 99).values())
    with pytest.raises(ValueError, match="limit"):
        baseline_rankings(small, 0)


def test_every_report_has_a_ranking_even_without_intakes() -> None:
    assert baseline_rankings(world([row("r", full_name="Sok")], []), limit=3) == {"r": []}


def test_khmer_names_are_romanised_and_a_nickname_stands_in() -> None:
    assert romanised_name(row("r", full_name="Sok DARA")) == "sok dara"
    assert romanised_name(row("r", full_name="សុខា")).isascii()
    assert romanised_name(row("r", full_name="សុខា")) != ""
    assert romanised_name(row("r", nickname="Pov")) == "pov"
    assert romanised_name(row("r")) == ""


@pytest.mark.parametrize(
    ("columns", "year"),
    [
        ({"date_of_birth": "15/4/2015"}, 2015),
        ({"date_of_birth": "ព.ស. ២៥៥៨"}, 2015),
        ({"age": "about 7", "recorded_on": "2024-03-10"}, 2017),
        ({"age": "៧ ឆ្នាំ", "recorded_on": "2024-03-10"}, 2017),
    ],
)
def test_the_birth_year_is_the_first_year_or_age_written(columns: dict[str, str], year: int) -> None:
    assert birth_year(row("r", **columns)) == year


def test_a_birth_year_that_nobody_wrote_is_not_a_number() -> None:
    assert math.isnan(birth_year(row("r", date_of_birth="ឆ្នាំមមែ")))
    assert math.isnan(birth_year(row("r", age="7")))


def test_equal_scores_keep_the_order_of_the_intakes() -> None:
    assert best(np.array([1, 3, 2, 3, 3], dtype=np.float32), 3) == [1, 3, 4]
    assert best(np.array([1, 3], dtype=np.float32), 5) == [1, 0]


def test_the_baseline_finds_many_children_in_a_clean_world_and_fewer_in_a_harsh_one() -> None:
    found = {}
    for noise in ("clean", "harsh"):
        made = make_world(120, 600, seed=4, noise=noise)
        found[noise] = recall_at(baseline_rankings(made, 10), made.truth, 10)
    assert found["clean"] > 0.75
    assert found["clean"] > found["harsh"] + 0.1
