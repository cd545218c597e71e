"""The child's names: which part agrees is known where both sources have the given name apart."""

from __future__ import annotations

import pytest

from matcher.comparisons.child_name import ChildName
from matcher.names import NameLevel
from matcher.record import Record
from tests.builders import intake, report


def level(first: Record, second: Record) -> str:
    comparison = ChildName()
    values = [comparison.read(comparison.text(record)) for record in (first, second)]
    compared = comparison.compare(values[:1], values[1:])  # type: ignore[arg-type]  # both records have a name
    return comparison.levels[int(compared.levels[0])]


def apart(family: str, given: str) -> dict[str, str]:
    return {"family_name": family, "given_name": given}


def test_a_given_name_that_agrees_beside_another_family_is_told_from_a_sibling() -> None:
    assert level(report(**apart("Sok", "Dara")), intake(**apart("Heng", "Dara"))) == "the given name agrees"
    assert level(report(**apart("សុខ", "ដារ៉ា")), intake(**apart("Heng", "Dara"))) == "the given name agrees"


def test_a_family_that_agrees_beside_another_given_name_is_a_part_that_siblings_share() -> None:
    assert level(report(**apart("Sok", "Dara")), intake(**apart("Sok", "Bopha"))) == "one part agrees"


@pytest.mark.parametrize("other", [{"full_name": "Heng Dara"}, {"given_name": "Heng Dara"}])
def test_where_one_source_has_no_given_name_apart_nobody_knows_which_part_it_is(other: dict[str, str]) -> None:
    assert level(report(**apart("Sok", "Dara")), intake(**other)) == "one part agrees"


def test_a_given_name_written_in_the_familys_column_is_the_same_name_in_another_order() -> None:
    assert level(report(**apart("Sok", "Dara")), intake(**apart("Dara", "Sok"))) == "same name"


def test_every_level_of_two_names_is_one_of_the_childs_in_the_same_order() -> None:
    kept = [label for label in ChildName.levels if label != "the given name agrees"]
    assert kept == [one.label for one in NameLevel]


def test_a_given_name_alone_says_what_it_said_before() -> None:
    assert level(report(**apart("Sok", "Dara")), intake(given_name="Dara")) == "part of the name"


def test_names_are_shown_as_they_were_written_each_once() -> None:
    comparison = ChildName()
    text = comparison.text(report(full_name="Sok Dara", nickname="Pov", **apart("Sok", "Dara")))
    assert comparison.show(text) == "Sok Dara / Pov"
    assert comparison.text(report()) == ()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (
            {"full_name": "Sok Dara", "nickname": "Pov"},
            {"full_name": "Heng Bopha", "nickname": "Pov"},
            "part of the name",
        ),
        (
            {"full_name": "Sok Dara", "nickname": "Pov"},
            {"full_name": "Sok Bopha", "nickname": "Peou"},
            "part of the name",
        ),
        ({"full_name": "Sok Dara", "nickname": "Pov"}, {"nickname": "Pov"}, "same name"),
        ({"full_name": "Sok Dara", "nickname": "Pov"}, {"full_name": "Dara Sok", "nickname": "Touch"}, "same name"),
        ({"full_name": "Dara", "nickname": "Pov"}, {"full_name": "Heng Bopha", "nickname": "Pov"}, "same name"),
    ],
)
def test_a_nickname_that_agrees_beside_full_names_that_contradict_is_a_part_of_the_name(
    first: dict[str, str], second: dict[str, str], expected: str
) -> None:
    assert level(report(**first), intake(**second)) == expected
    assert level(report(**second), intake(**first)) == expected
