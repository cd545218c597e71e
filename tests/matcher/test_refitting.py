"""An installation's own weights: near the shipped ones, as far away as the pairs behind them bear, never against the order."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.fitting import UNORDERED, Seen
from matcher.model import Model
from matcher.refitting import FURTHEST, KEPT, learning, own_commonness, pairs_behind, refit, shares_of, shipped_data
from tests.builders import scorer

BASE = shipped_data()
LEVELS = {comparison.name: comparison.levels for comparison in scorer().comparisons}
MANY = st.integers(0, 20_000)


def nothing() -> dict[str, Seen]:
    return {name: Seen(levels, {share: np.zeros(len(levels)) for share in "msu"}) for name, levels in LEVELS.items()}


def counted(name: str, **shares: Sequence[float]) -> dict[str, Seen]:
    """Nothing seen but these pairs of one comparison."""
    seen = nothing()
    for share, counts in shares.items():
        seen[name].counts[share][:] = counts
    return seen


def own(seen: dict[str, Seen]) -> Model:
    return Model.from_json(json.dumps({**BASE, "comparisons": refit(BASE, seen)}))


@st.composite
def anything(draw: st.DrawFn) -> tuple[str, dict[str, Seen]]:
    name = draw(st.sampled_from(sorted(learning(BASE))))
    size = len(LEVELS[name])
    return name, counted(name, **{share: draw(st.lists(MANY, min_size=size, max_size=size)) for share in "msu"})


def test_without_own_pairs_the_weights_are_the_shipped_ones() -> None:
    mine, shipped = own(nothing()), Model.shipped()
    for name, weights in shipped.comparisons.items():
        assert mine.comparisons[name].bits == pytest.approx(weights.bits, abs=0.011)
        assert mine.comparisons[name].family_bits == pytest.approx(weights.family_bits, abs=0.011)


@settings(max_examples=60, deadline=None)
@given(anything())
def test_whatever_is_counted_no_weight_moves_too_far_or_against_the_order(drawn: tuple[str, dict[str, Seen]]) -> None:
    name, seen = drawn
    mine, shipped = own(seen).comparisons[name], Model.shipped().comparisons[name]
    bits = [mine.bits[level] for level in LEVELS[name]]
    for level in LEVELS[name]:
        assert abs(mine.bits[level] - shipped.bits[level]) <= FURTHEST + 0.011
        assert abs(mine.family_bits[level] - shipped.family_bits[level]) <= FURTHEST + 0.011
    if name not in UNORDERED:
        assert all(a <= b for a, b in pairwise(bits)), bits
    assert all(mine.family_bits[level] <= mine.bits[level] for level in LEVELS[name] if mine.bits[level] > 0)


@settings(max_examples=30, deadline=None)
@given(anything())
def test_every_share_is_a_share(drawn: tuple[str, dict[str, Seen]]) -> None:
    name, seen = drawn
    for level in refit(BASE, seen)[name]["levels"].values():
        assert all(0 < level[share] <= 1 for share in "msu")


def test_a_few_confirmed_pairs_move_a_weight_little_and_many_move_it_further() -> None:
    shipped = Model.shipped().comparisons["sex"].bits["differs"]
    moved = [
        own(counted("sex", m=[times * 3, times * 7], u=[10_000, 10_000])).comparisons["sex"].bits["differs"] - shipped
        for times in (1, 10, 1_000)
    ]
    assert 0 < moved[0] < moved[1] < moved[2] <= FURTHEST
    assert moved[0] < 1.2


def test_a_level_that_no_same_child_and_hardly_a_stranger_has_keeps_its_weight() -> None:
    # Random pairs show that the level is rare here; nothing shows that it speaks for the same child.
    seen = counted("elapsed", m=[0, 0, 0, 0, 30, 50, 20], u=[1, 1, 1, 40_000, 50_000, 60_000, 50_000])
    mine, shipped = own(seen).comparisons["elapsed"].bits, Model.shipped().comparisons["elapsed"].bits
    for level in ("found long before lost", "later"):
        assert mine[level] == pytest.approx(shipped[level], abs=0.1)


def test_what_shares_an_entry_is_counted_together() -> None:
    assert learning(BASE)["father"] == ("father", "mother")
    size = len(LEVELS["father"])
    seen = nothing()
    for name in ("father", "mother"):
        seen[name].counts["m"][-1] = 500
    entry = refit(BASE, seen)
    assert entry["mother"] == {"same_as": "father"}
    assert entry["father"]["levels"][LEVELS["father"][size - 1]]["pairs"] == {"m": 1000.0, "s": 0.0, "u": 0.0}
    assert own(seen).comparisons["mother"] == own(seen).comparisons["father"]


def test_what_cannot_be_learnt_stays_word_for_word() -> None:
    seen = nothing()
    for name in KEPT:
        seen[name].counts["m"][:] = 5_000
    fitted = refit(BASE, seen)
    assert all(fitted[name] == BASE["comparisons"][name] for name in KEPT - {"face"})
    assert "face" not in fitted
    assert not KEPT & set(learning(BASE))


def test_the_trust_in_generated_worlds_does_not_hold_back_what_the_field_says() -> None:
    assert BASE["comparisons"]["phones"]["trust"] > 10_000
    seen = counted("phones", m=[5_000, 0, 5_000], u=[100_000, 10, 10])
    fitted = refit(BASE, seen)["phones"]
    assert "trust" not in fitted
    assert fitted["levels"]["one digit off"]["m"] < BASE["comparisons"]["phones"]["levels"]["one digit off"]["m"]


def test_brothers_and_sisters_move_only_where_people_named_some() -> None:
    strangers = counted("sex", m=[10, 990], u=[8_000, 12_000])
    shipped = Model.shipped().comparisons["sex"].family_bits
    assert own(strangers).comparisons["sex"].family_bits == pytest.approx(shipped, abs=0.011)
    named = counted("sex", m=[10, 990], s=[900, 100], u=[10_000, 10_000])
    assert own(named).comparisons["sex"].family_bits["differs"] > shipped["differs"] + 0.3


def test_a_sign_of_a_sibling_stays_one_however_many_of_the_same_child_show_it() -> None:
    seen = counted("name", m=[0, 5_000, 0, 0, 0, 0, 0, 0, 0], u=[19_000, 700, 100, 5, 100, 5, 10, 60, 30])
    mine, shipped = own(seen).comparisons["name"], Model.shipped().comparisons["name"]
    assert mine.bits["one part agrees"] == 0 > shipped.bits["one part agrees"]
    assert mine.family_bits["one part agrees"] == pytest.approx(shipped.family_bits["one part agrees"], abs=0.011)


def test_each_level_keeps_its_grounds_and_says_how_many_pairs_stand_behind_it() -> None:
    seen = counted("sex", m=[1.25, 20], u=[10, 11])
    level = refit(BASE, seen)["sex"]["levels"]["differs"]
    assert level["pairs"] == {"m": 1.2, "s": 0.0, "u": 10.0}
    assert level["grounds"] == BASE["comparisons"]["sex"]["levels"]["differs"]["grounds"]
    assert pairs_behind(seen, ("sex",))["same"]["m"] == 20


def test_the_shares_of_a_comparison_come_in_the_order_asked_for_and_add_up() -> None:
    levels = LEVELS["mother"]
    shares = shares_of(BASE, "mother", levels, "m")
    assert shares.sum() == pytest.approx(1.0)
    assert shares_of(BASE, "mother", levels[::-1], "m").tolist() == pytest.approx(shares[::-1].tolist())
    assert shares.tolist() == shares_of(BASE, "father", levels, "m").tolist()


REFERENCE = {"part of the name": 0.006, "same name": 2e-5}


def test_common_names_raise_the_commonness_and_rare_ones_lower_it_by_half_at_most() -> None:
    common, rare = (own_commonness(REFERENCE, [name] * 5_000) for name in ("Sok Dara", "Xyvqua Brzthol"))
    assert rare["same name"] < REFERENCE["same name"] < common["same name"]
    for found in (common, rare):
        assert all(abs(math.log2(found[level] / REFERENCE[level])) <= 1.0 for level in REFERENCE)


def test_a_few_names_say_little_of_how_common_names_are_and_none_say_nothing() -> None:
    assert own_commonness(REFERENCE, []) == REFERENCE
    assert own_commonness(REFERENCE, ["", " "]) == REFERENCE
    few: dict[str, Any] = own_commonness(REFERENCE, ["Sok Dara"] * 5)
    assert few == pytest.approx(REFERENCE, rel=0.1)
