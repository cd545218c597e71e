from __future__ import annotations

import json

import pytest

from matcher.comparisons.child_name import ChildName
from matcher.names import Name, NameFrequencies, analyse, frequency, shipped_frequencies
from tests.builders import report


def _name(text: str) -> Name:
    return analyse(text)[0]


def test_a_listed_part_is_commoner_than_an_unlisted_one_in_both_scripts() -> None:
    for common in ("Sok", "សុខ", "Sokha", "សុខា"):
        assert frequency(_name(common)) > frequency(_name("Zoltan"))


def test_a_full_name_is_rarer_than_its_parts_but_never_below_one_in_two_million() -> None:
    assert frequency(_name("Sok Dara")) < min(frequency(_name("Sok")), frequency(_name("Dara")))
    assert frequency(_name("Zoltan Xavier Quentin Fabrice")) == 5e-7


def test_what_many_children_of_an_installation_bear_becomes_common() -> None:
    own = [_name("Chhunly Sok")] * 400 + [_name("Vichet Lim")] * 600
    learned = shipped_frequencies().learned(own)
    assert learned.of(_name("Chhunly")) > 50 * frequency(_name("Chhunly"))
    assert learned.of(_name("Chhunly")) == pytest.approx(400 / 3000, rel=0.05)


def test_a_name_that_an_installation_never_meets_becomes_rarer() -> None:
    learned = shipped_frequencies().learned([_name("Vichet")] * 4000)
    assert learned.of(_name("Dara")) < frequency(_name("Dara"))


def test_both_scripts_of_one_name_are_learned_as_one() -> None:
    learned = shipped_frequencies().learned([_name("ដារ៉ា")] * 500 + [_name("Dara")] * 500)
    assert learned.of(_name("ដារ៉ា")) == learned.of(_name("Dara")) > 0.3


def test_what_one_or_two_children_bear_is_not_kept() -> None:
    prior = NameFrequencies({})
    assert prior.learned([_name("Zoltan"), _name("Zoltan"), _name("Sok")]).shares == {}
    assert len(prior.learned([_name("Zoltan")] * 3).shares) == 1


def test_a_part_twice_in_one_name_counts_one_child() -> None:
    prior = NameFrequencies({})
    assert prior.learned([_name("Dara Dara")] * 10).shares == prior.learned([_name("Dara")] * 10).shares


def test_learned_shares_go_through_json() -> None:
    learned = shipped_frequencies().learned([_name("Sok Dara")] * 50)
    again = NameFrequencies(json.loads(json.dumps(dict(learned.shares))))
    assert again.of(_name("Sok Dara")) == learned.of(_name("Sok Dara"))


def test_the_comparison_of_names_goes_by_what_was_learned() -> None:
    learned = shipped_frequencies().learned([_name("Zoltan")] * 3000)
    sides = []
    for comparison in (ChildName(), ChildName(learned)):
        names = comparison.read(comparison.text(report(full_name="Zoltan")))
        assert names is not None
        sides.append(float(comparison.compare([names], [names]).commonness[0]))
    prior, own = sides
    assert own > 100 * prior


def test_an_initial_stands_for_one_name_in_ten_however_seldom_a_letter_is_a_name() -> None:
    assert frequency(_name("W")) == pytest.approx(0.1)
    assert frequency(_name("W. Dara")) == pytest.approx(0.1 * frequency(_name("Dara")))


def test_no_part_is_thought_to_be_borne_by_more_than_half() -> None:
    assert NameFrequencies({}).learned([_name("Sok")] * 50_000).of(_name("Sok")) == 0.5
