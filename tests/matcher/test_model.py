from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

import pytest

from matcher.errors import InputError
from matcher.model import Model
from matcher.reasons import reason
from tests.builders import scorer

SHIPPED = files("matcher").joinpath("data", "model.json").read_text(encoding="utf-8")


def test_every_declared_level_has_a_weight_and_words_in_both_languages() -> None:
    for comparison in scorer().comparisons:
        assert set(Model.shipped().comparisons[comparison.name].bits) == set(comparison.levels)
        for level in comparison.levels:
            assert all(reason(comparison.name, level))


def test_the_model_has_no_comparison_that_nobody_declares() -> None:
    assert set(Model.shipped().comparisons) == set(scorer().names)


def test_every_cap_has_words_in_both_languages() -> None:
    assert all(all(reason("cap", cap)) for cap in Model.shipped().caps)


def test_every_weight_states_its_grounds() -> None:
    for entry in json.loads(SHIPPED)["comparisons"].values():
        assert all(level["grounds"] for level in entry.get("levels", {}).values())


def test_the_shares_of_true_pairs_add_up_to_one_where_a_comparison_always_answers() -> None:
    for name, entry in json.loads(SHIPPED)["comparisons"].items():
        for side in ("m", "u"):
            if "levels" in entry and name not in ("relatives", "swapped"):  # mostly silent
                assert sum(level[side] for level in entry["levels"].values()) == pytest.approx(1.0, abs=0.03), (
                    name,
                    side,
                )


@pytest.mark.parametrize("name", ["name", "birth", "home", "birth_place", "father", "phones", "elapsed"])
def test_a_better_level_is_never_worth_less(name: str) -> None:
    comparison = next(one for one in scorer().comparisons if one.name == name)
    bits = [Model.shipped().comparisons[name].bits[level] for level in comparison.levels]
    ordered = bits if name != "elapsed" else bits[1:]
    assert all(a <= b for a, b in pairwise(ordered)), bits


def test_probability_rises_strictly_with_the_score() -> None:
    model = Model.shipped()
    probabilities = [model.probability(score / 10) for score in range(-400, 400)]
    assert all(a < b for a, b in pairwise(probabilities))


def test_likelihood_comes_from_the_cut_offs_alone() -> None:
    model = Model.shipped()
    assert [model.likelihood(p) for p in (model.likely, model.possible, 0.0)] == ["likely", "possible", "unlikely"]


@pytest.mark.parametrize(
    "text", ["", SHIPPED[: len(SHIPPED) // 2], "[]", '{"format": 99}', '{"format": 1, "version": "x"}']
)
def test_a_model_file_that_is_cut_short_or_of_another_format_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match="model file"):
        Model.from_json(text)


@pytest.mark.parametrize("share", [0, -0.1, 1.5, "many", None])
def test_a_share_of_children_that_cannot_be_is_refused(share: object) -> None:
    data = {**json.loads(SHIPPED), "names": {"shares": {"SK.o": share}}}
    with pytest.raises(InputError, match="model file"):
        Model.from_json(json.dumps(data))


def test_the_shipped_model_leaves_the_commonness_of_names_to_the_shipped_table() -> None:
    assert Model.shipped().name_shares == {}
