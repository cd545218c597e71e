from __future__ import annotations

import pytest

from tests.builders import intake, level_of, report


@pytest.mark.parametrize(
    ("column", "comparison", "one", "other", "level"),
    [
        ("sex", "sex", "male", "ប្រុស", "same"),
        ("sex", "sex", "male", "female", "differs"),
        ("sex", "sex", "male", "other", None),
        ("phones", "phones", "012 345 678", "+855 12 345 678", "same number"),
        ("phones", "phones", "012345678", "12345678.0", "same number"),
        ("phones", "phones", "០១២៣៤៥៦៧៨", "012345678 / 099111222", "same number"),
        ("phones", "phones", "012345678", "012345679", "one digit off"),
        ("phones", "phones", "012345678", "099111222", "other numbers"),
        ("identifiers", "identifiers", "Birth: 12-34", "birth:1234", "same number"),
        ("identifiers", "identifiers", "birth:1", "birth:2", "same type, other number"),
        ("identifiers", "identifiers", "birth:1", "unhcr:2", None),
        ("identifiers", "identifiers", "birth:0102345", "birth:0102346", "one digit off"),
        ("identifiers", "identifiers", "birth:0102345", "birth:0120345", "one digit off"),
        ("identifiers", "identifiers", "birth:0102345", "0102346", "one digit off"),
        ("identifiers", "identifiers", "birth:0102345", "unhcr:0102346", None),
        ("identifiers", "identifiers", "birth:0102345", "birth:0102777", "same type, other number"),
        ("identifiers", "identifiers", "birth:0102345", "passport:0102345", "same number, other type"),
        ("identifiers", "identifiers", "birth:0102345", "0102345", "same number, other type"),
        ("identifiers", "identifiers", "birth:12", "case:12", None),
        ("identifiers", "identifiers", "birth:12", "birth:13", "same type, other number"),
        ("identifiers", "identifiers", "birth:1; unhcr:0102345", "birth:2; unhcr:0102345", "same number"),
        ("marks", "marks", "scar on left knee", "ស្លាកស្នាមនៅជង្គង់ខាងឆ្វេង", "same kind, part and side"),
        ("marks", "marks", "scar on left knee", "knee scar", "same kind and part"),
        ("marks", "marks", "scar on left knee", "scar on right knee", "same part, other kind or side"),
        ("marks", "marks", "birthmark on the back", "tattoo, arm", "other marks"),
        ("marks", "marks", "lovely smile", "scar", None),
        ("languages", "languages", "Khmer; Cham", "ចាម", "a rare one in common"),
        ("languages", "languages", "Khmer", "ខ្មែរ", "the common one"),
        ("religion", "religion", "Islam", "Buddhist", "none in common"),
        ("hair", "appearance", "black", "ខ្មៅ", "agrees"),
        ("home_place", "home", "Siem Reap", "សៀមរាប", "same province"),
        ("home_place", "home", "Battambang", "Svay Rieng", "elsewhere"),
        ("father_name", "father", "សុខ វុទ្ធ", "Sok Vuth", "same sounds"),
        ("sibling_names", "siblings", "Dara; Bopha", "ដារ៉ា; Kosal", "one agrees"),
        ("sibling_names", "siblings", "Dara; Bopha", "Kosal; Vichet", "none agrees"),
    ],
)
def test_what_two_records_say_gives_this_level(
    column: str, comparison: str, one: str, other: str, level: str | None
) -> None:
    assert level_of(comparison, report(**{column: one}), intake(**{column: other})) == level


@pytest.mark.parametrize(
    ("lost", "found", "level"),
    [
        ("2024-03-01", "2024-03-04", "within a week"),
        ("2024-03-01", "2024-05-01", "within three months"),
        ("2024-03-01", "2024-02-20", "found shortly before lost"),
        ("2024-03-01", "2022-02-20", "found long before lost"),
        ("2014-03-01", "2024-02-20", "later"),
        ("2024", "2024-01-05", "within a week"),
    ],
)
def test_the_time_between_losing_and_finding_has_levels(lost: str, found: str, level: str) -> None:
    assert level_of("elapsed", report(last_seen_date=lost), intake(found_date=found)) == level


def test_a_caregiver_who_is_the_aunt_is_found_across_roles() -> None:
    level = level_of("relatives", report(inquirer_name="Meas Chanthou"), intake(caregiver_name="មាស ចន្ធូ"))
    assert level == "a relative in another role agrees"


def test_other_relatives_on_both_sides_say_nothing_against() -> None:
    assert level_of("relatives", report(inquirer_name="Meas Chanthou"), intake(caregiver_name="Kim Heng")) is None


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [("120", "128", "fits"), ("120", "90", "does not fit"), ("100", "180", "does not fit")],
)
def test_children_grow_and_do_not_shrink(before: str, after: str, level: str) -> None:
    older = report(height_cm=before, recorded_on="2023-01-01")
    assert level_of("height", older, intake(height_cm=after, recorded_on="2024-06-01")) == level


def test_clothes_count_only_while_they_may_still_be_worn() -> None:
    lost = report(clothing="red shirt, blue shorts", last_seen_date="2024-03-01")
    assert (
        level_of("clothing", lost, intake(clothing="blue shorts red shirt", found_date="2024-03-03")) == "same clothes"
    )
    assert level_of("clothing", lost, intake(clothing="blue shorts red shirt", found_date="2024-04-03")) is None


def test_the_khmer_word_for_the_arm_is_the_hand_too() -> None:
    one = report(marks="ស្លាកស្នាមនៅដៃឆ្វេង")
    assert level_of("marks", one, intake(marks="scar on left hand")) == "same kind, part and side"
    assert level_of("marks", one, intake(marks="scar on left arm")) == "same kind, part and side"
    assert level_of("marks", one, intake(marks="scar on left leg")) == "other marks"
