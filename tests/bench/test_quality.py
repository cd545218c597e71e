"""What can be linked at all: pairs on which both records say enough."""

from __future__ import annotations

from bench.quality import linkable_pairs
from bench.world import World, make_world
from tests.builders import scorer


def one_pair(told: dict[str, str], found: dict[str, str], intakes: int) -> World:
    report = {"record_id": "police/m1", "kind": "report", **told}
    arrived = {"record_id": "shelter/a1", "kind": "intake", "consent_for_tracing": "true", **found}
    others = [{"record_id": f"shelter/b{n}", "kind": "intake", "consent_for_tracing": "true"} for n in range(intakes)]
    return World([report], [arrived, *others], [("police/m1", "shelter/a1")], [])


FULL = {"full_name": "Sok Thlang", "sex": "male", "date_of_birth": "2015-04-17", "father_name": "Sok Vuth"}


def test_a_pair_with_much_evidence_is_linkable_in_any_world() -> None:
    assert len(linkable_pairs(scorer(), one_pair(FULL, FULL, 2_000))) == 1


def test_a_nickname_and_a_sex_are_not_enough_among_thousands() -> None:
    world = one_pair(FULL, {"nickname": "Pov", "sex": "male"}, 2_000)
    assert linkable_pairs(scorer(), world) == []


def test_among_ten_children_little_is_enough() -> None:
    world = one_pair(FULL, {"sex": "male", "date_of_birth": "2015"}, 5)
    assert len(linkable_pairs(scorer(), world)) == 1


def test_a_world_without_pairs_has_none() -> None:
    assert linkable_pairs(scorer(), make_world(3, 0, seed=1)) == []


def test_only_pairs_that_may_be_found_count() -> None:
    world = make_world(60, 120, seed=3, noise="clean")
    found = linkable_pairs(scorer(), world)
    assert set(found) <= set(world.findable)
    assert len(found) > 0.9 * len(world.findable)
