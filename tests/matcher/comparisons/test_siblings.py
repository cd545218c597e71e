"""Brothers and sisters as evidence, and as the other child of one family."""

from __future__ import annotations

import pytest

from matcher.match import SAME_CHILD, SAME_FAMILY
from tests.builders import intake, level_of, match_of, report

EACH = "each is named as the other's brother or sister"
ONE = "one is named as the other's brother or sister"
FAMILY = {"father_name": "Eang Lout", "mother_name": "Bou Sokhun", "home_place": "Battambang"}


@pytest.mark.parametrize(
    ("reported", "arrived", "level"),
    [
        ("Sok Dalin", "Dalin", "one agrees"),
        ("សុខ ដាលីន", "Dalin SOK", "one agrees"),
        ("Sok Dalin; Sok Davuth", "Davuth; Dalin", "two or more agree"),
        ("Sok Dalin", "Chea Vannak", "none agrees"),
        ("Sok Dalin", "", None),
        ("", "", None),
    ],
)
def test_brothers_and_sisters_are_counted_in_either_script_and_by_given_name(
    reported: str, arrived: str, level: str | None
) -> None:
    assert level_of("siblings", report(sibling_names=reported), intake(sibling_names=arrived)) == level


def test_twins_who_sound_alike_are_told_apart_when_each_list_names_the_other() -> None:
    one = report(full_name="អ៊ាង សុខហេង", sibling_names="អ៊ាង សុខហុង", date_of_birth="2013-03-03", **FAMILY)
    other = intake(full_name="Sokhong Eang", sibling_names="Sok Heng", date_of_birth="2013-03-03", **FAMILY)
    match = match_of(one, other)
    assert level_of("swapped", one, other) == EACH
    assert match.outcome == SAME_FAMILY
    assert match.likelihood != "likely"


def test_one_list_is_enough_to_see_a_sister_under_a_similar_name() -> None:
    one = report(full_name="ទេស សុភា", sibling_names="ទេស សុភី")
    other = intake(full_name="Sophy TES")
    assert level_of("swapped", one, other) == ONE


def test_a_list_of_siblings_that_holds_the_child_too_says_nothing_against_it() -> None:
    one = report(full_name="Sok Dara", sibling_names="Sok Dara; Sok Dalin")
    other = intake(full_name="Dara SOKH", sibling_names="Dalin")
    assert level_of("swapped", one, other) is None


def test_strangers_and_empty_lists_are_silent() -> None:
    assert (
        level_of("swapped", report(full_name="Sok Dara", sibling_names="Sok Dalin"), intake(full_name="Chea Vy"))
        is None
    )
    assert level_of("swapped", report(full_name="Sok Dara"), intake(full_name="Sok Dalin")) is None
    assert level_of("swapped", report(sibling_names="Sok Dalin"), intake(full_name="Sok Dalin")) is None


def test_a_common_family_name_alone_never_makes_a_sibling() -> None:
    one = report(full_name="Sok Dara", sibling_names="Sok Rithy")
    other = intake(full_name="Sok Bopha", sibling_names="Sok Phalla")
    assert level_of("swapped", one, other) is None


def test_it_is_the_same_evidence_from_either_side() -> None:
    one = report(full_name="អ៊ាង សុខហេង", sibling_names="អ៊ាង សុខហុង", **FAMILY)
    other = intake(full_name="Sokhong Eang", sibling_names="Sok Heng", **FAMILY)
    assert match_of(one, other).score == match_of(other, one).score


def test_the_child_itself_with_its_siblings_on_both_sides_stays_the_same_child() -> None:
    one = report(full_name="អ៊ាង សុខហេង", sibling_names="អ៊ាង សុខហុង", date_of_birth="2013-03-03", **FAMILY)
    other = intake(full_name="Sok Heng EANG", sibling_names="Sokhong", date_of_birth="2013-03-03", **FAMILY)
    match = match_of(one, other)
    assert (match.outcome, match.likelihood) == (SAME_CHILD, "likely")


def test_the_mother_who_asks_is_counted_once() -> None:
    one = report(mother_name="ចាន់ ស្រីមុំ", inquirer_name="ចាន់ ស្រីមុំ")
    other = intake(mother_name="Chan Sreymom")
    assert level_of("relatives", one, other) is None


def test_a_caregiver_who_is_the_mother_of_the_report_agrees_in_another_role() -> None:
    one, other = report(mother_name="ចាន់ ស្រីមុំ"), intake(caregiver_name="Chan Sreymom")
    assert level_of("relatives", one, other) == "a relative in another role agrees"
