"""The world of the peers' figures at scale."""

from __future__ import annotations

import numpy as np

from bench.night import candidates
from bench.scale_world import scale_world
from matcher.places import Gazetteer
from matcher.record import Kind


def test_the_same_numbers_give_the_same_people() -> None:
    (one, _), (other, _) = scale_world(50, 200), scale_world(50, 200)
    assert one.person.tolist() == other.person.tolist()
    assert one.given_name.tolist() == other.given_name.tolist()


def test_six_of_ten_incoming_are_in_the_register_and_nobody_twice() -> None:
    incoming, register = scale_world(100, 500)
    known = incoming.person[incoming.person >= 0]
    assert (len(incoming), len(register), len(known), len(set(known.tolist()))) == (100, 500, 60, 60)


def test_most_of_the_true_pairs_share_a_rule_and_no_pair_comes_twice() -> None:
    incoming, register = scale_world(300, 2_000)
    left, right = candidates(incoming, register)
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    found = (incoming.person[left] == register.person[right]).sum()
    assert found / 180 > 0.9
    assert np.all(incoming.person[left][incoming.person[left] == register.person[right]] >= 0)


def test_people_become_records_whose_commune_the_gazetteer_knows_by_its_province() -> None:
    _, register = scale_world(10, 50)
    records, gazetteer = register.records(Kind.INTAKE), Gazetteer.shipped()
    assert {record.kind for record in records} == {Kind.INTAKE}
    assert all(gazetteer.look_up(record.home_place) for record in records)
    assert all(record.given_name and record.family_name and record.date_of_birth for record in records)
