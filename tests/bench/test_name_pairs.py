from __future__ import annotations

import random

import pytest

from bench.name_keys import distinct_people, index_of
from bench.name_pairs import DISTRACTORS, Row, haystack, respell, with_typo
from matcher.names import analyse, keys

_ROWS = [
    Row("សុខ ដារ៉ា", "Sok Dara", ("Sokh Dara",), ("Suk Dara",), "person"),
    Row("ចាន់ សុភាព", "Chan Sopheap", (), (), "person"),
    *(Row(family, "", (), (), "family") for family in ("លី", "កែវ", "ហេង", "ជា", "ម៉ៅ", "ទេព", "លឹម", "គឹម", "មាស", "សេង")),
]
_GIVEN = [Row(f"{first}{second}", "", (), (), "given") for first in "កខគចជ" for second in ("ា", "ី", "ូ", "េ", "ៃ")]


def _rng(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311  # a repeatable draw, no secret


def test_a_respelled_name_differs_in_letters_and_keeps_its_words() -> None:
    written = [respell("Sok Sopheap", _rng(seed)) for seed in range(50)]
    assert sum(text != "Sok Sopheap" for text in written) > 40  # now and then the second habit undoes the first
    assert all(len(text.split()) == 2 for text in written)


def test_a_typo_changes_at_most_one_place() -> None:
    for seed in range(50):
        assert abs(len(with_typo("Sok Dara", _rng(seed))) - len("Sok Dara")) <= 1


def test_the_people_come_first_and_the_others_are_near_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.name_pairs.DISTRACTORS", 20)
    stack = haystack([*_ROWS, *_GIVEN], _rng())
    assert stack.people == 2
    assert len(stack.names) == len(set(stack.names)) == 22
    for name in stack.names[2:]:
        assert any(set(name.split(" ")) & set(person.split(" ")) for person in stack.names[:2])
    assert DISTRACTORS == 3000


def test_every_query_knows_its_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.name_pairs.DISTRACTORS", 5)
    stack = haystack([*_ROWS, *_GIVEN], _rng())
    assert stack.queries["main spelling"] == [("Sok Dara", 0), ("Chan Sopheap", 1)]
    assert stack.queries["attested"] == [("Sokh Dara", 0)]
    assert [i for _, i in stack.queries["respelled+swapped"]] == [0, 0, 1, 1]


def test_a_name_that_has_its_keys_ranks_before_strangers_and_one_without_is_not_found() -> None:
    people = distinct_people(50, _rng())
    index = index_of(people)
    own = {key for name in analyse(people[7].khmer) for key in keys(name)}
    assert index.rank(own, 7) <= 3
    assert index.rank({"no such key"}, 7) > 50


def test_the_people_of_the_key_bench_are_all_different() -> None:
    people = distinct_people(200, _rng())
    assert len({person.khmer for person in people}) == 200
