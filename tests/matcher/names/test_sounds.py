from __future__ import annotations

import numpy as np
import pytest

from matcher.names.sounds import CODA, FAINT, ONSET, latin_vowels, sound_space, spelling_shares
from matcher.tables import rows


def _cost(first: tuple[str, str], second: tuple[str, str]) -> float:
    space = sound_space()
    return float(space.costs[space.code(*first), space.code(*second)])


def test_a_sound_costs_nothing_against_itself_and_the_costs_are_symmetric() -> None:
    costs = sound_space().costs
    assert np.allclose(np.diag(costs), 0)
    assert np.allclose(costs, costs.T)


def test_no_substitution_costs_more_than_leaving_both_out() -> None:
    space = sound_space()
    both = space.weights[:, None] + space.weights[None, :]
    assert (space.costs <= both + 1e-6).all()
    assert (space.costs >= 0).all()


def test_padding_costs_what_the_other_sound_weighs() -> None:
    space = sound_space()
    assert np.allclose(space.costs[0], space.weights)
    assert space.weights[0] == 0


def test_every_sound_fits_in_a_byte_and_no_weight_is_above_a_full_consonant() -> None:
    assert len(sound_space().sounds) <= 256
    assert float(sound_space().weights.max()) <= 1.0


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ((("T", ONSET), ("D", ONSET)), (("T", ONSET), ("K", ONSET))),
        ((("P", CODA), ("B", CODA)), (("P", CODA), ("M", CODA))),
        ((("S", CODA), ("H", CODA)), (("S", ONSET), ("H", ONSET))),
        ((("C", CODA), ("T", CODA)), (("C", ONSET), ("T", ONSET))),
        ((("K", CODA), ("Kh", CODA)), (("K", ONSET), ("Kh", ONSET))),
        ((("ា/o", ONSET), ("ea", ONSET)), (("ា/o", ONSET), ("u", ONSET))),
        ((("ី/a", ONSET), ("ey", ONSET)), (("ី/a", ONSET), ("a", ONSET))),
        ((("ou", ONSET), ("u", ONSET)), (("ou", ONSET), ("ay", ONSET))),
    ],
)
def test_what_people_mix_up_costs_less_than_what_they_do_not(
    near: tuple[tuple[str, str], tuple[str, str]], far: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    assert _cost(*near) < _cost(*far)


def test_the_usual_spelling_of_a_vowel_costs_least() -> None:
    space = sound_space()
    for vowel, usual in space.spellings.items():
        costs = [_cost((vowel, ONSET), (spelling, ONSET)) for spelling in latin_vowels()]
        assert _cost((vowel, ONSET), (usual, ONSET)) <= min(costs) + 0.1


def test_a_rarer_spelling_of_a_vowel_costs_more() -> None:
    assert _cost(("ា/o", ONSET), ("ea", ONSET)) < _cost(("ា/o", ONSET), ("oa", ONSET))
    assert _cost(("ី/a", ONSET), ("ey", ONSET)) < _cost(("ី/a", ONSET), ("e", ONSET))


def test_the_shares_of_the_spellings_of_a_vowel_add_up_to_one() -> None:
    for vowel in sound_space().spellings:
        assert sum(spelling_shares(vowel).values()) == pytest.approx(1)


def test_a_latin_vowel_stands_for_itself() -> None:
    assert spelling_shares("ea") == {"ea": 1.0}


def test_silent_letters_weigh_less_than_heard_ones() -> None:
    space = sound_space()
    weight = {place: float(space.weights[space.code("R", place)]) for place in (ONSET, CODA, FAINT)}
    assert max(weight[CODA], weight[FAINT]) < 0.2 * weight[ONSET]


def test_a_sound_that_is_not_in_the_tables_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        sound_space().code("no such sound")


def test_the_tables_name_only_sounds_that_there_are() -> None:
    consonants = {sound.symbol for sound in sound_space().sounds if not sound.is_vowel}
    for row in rows("confusions.csv"):
        assert {row["first"], row["second"]} <= consonants
        assert row["place"] in ("any", ONSET, CODA)
        assert 0 <= float(row["cost"]) <= 1
    for row in rows("latin_readings.csv"):
        assert {sound.removesuffix("~") for sound in row["sounds"].split()} <= consonants
