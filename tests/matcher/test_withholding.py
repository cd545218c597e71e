from __future__ import annotations

import pytest

from matcher.withholding import held_reasons, without_whereabouts
from tests.builders import intake, match_of, report

CHILD = {"full_name": "Kong Thlang", "sex": "male"}


@pytest.mark.parametrize("withheld", ["Chan Rithy", "CHAN Rithi", "ចាន់ រិទ្ធី", "the uncle", "ពូ"])
def test_who_must_not_learn_where_the_child_is_holds_the_match_in_either_script_or_by_role(withheld: str) -> None:
    asks = report(**CHILD, inquirer_name="Chan Rithy", inquirer_relation="uncle")
    assert held_reasons(asks, intake(**CHILD, withhold_from=withheld))


def test_a_withheld_relative_who_is_not_the_one_who_asks_holds_it_too() -> None:
    asks = report(**CHILD, inquirer_name="Meas Bopha", father_name="Kong Vibol")
    assert held_reasons(asks, intake(**CHILD, withhold_from="Kong Vibol"))


def test_a_stranger_to_the_withheld_person_is_not_held() -> None:
    asks = report(**CHILD, inquirer_name="Meas Bopha", father_name="Kong Vibol")
    assert held_reasons(asks, intake(**CHILD, withhold_from="Tep Samnang")) == ()


def test_where_nobody_says_who_asks_a_withheld_child_is_held() -> None:
    assert held_reasons(report(**CHILD), intake(**CHILD, withhold_from="Tep Samnang"))


@pytest.mark.parametrize("concern", ["trafficked by Chan Rithy", "abused by uncle"])
def test_a_protection_concern_that_names_the_inquirer_holds_the_match(concern: str) -> None:
    asks = report(**CHILD, inquirer_name="Chan Rithy", inquirer_relation="uncle")
    assert held_reasons(asks, intake(**CHILD, protection_concerns=concern))


@pytest.mark.parametrize("concern", ["trafficked_smuggled", "street_child", "serious_health_issue"])
def test_a_concern_that_names_nobody_does_not_hold(concern: str) -> None:
    asks = report(**CHILD, inquirer_name="Chan Rithy", inquirer_relation="uncle")
    assert held_reasons(asks, intake(**CHILD, protection_concerns=concern)) == ()


def test_protection_concerns_are_never_scored() -> None:
    plain = match_of(report(**CHILD), intake(**CHILD))
    concerned = match_of(report(**CHILD), intake(**CHILD, protection_concerns="trafficked_smuggled"))
    assert plain.score == concerned.score


def test_a_held_record_says_nowhere_where_the_child_is() -> None:
    child = intake(
        **CHILD, found_place="Poipet", caregiver_name="Shelter Mother", description="now at Poipet", phones="012999888",
        withhold_from="Chan Rithy", home_place="Battambang", ward="Poipet house 3",
    )  # fmt: skip
    shown = without_whereabouts(child).to_flat()
    assert "Poipet" not in repr(shown)
    assert shown["home_place"] == "Battambang"


def test_the_reasons_repeat_no_name() -> None:
    asks = report(**CHILD, inquirer_name="Chan Rithy")
    assert "Rithy" not in " ".join(held_reasons(asks, intake(**CHILD, withhold_from="Chan Rithy")))


def test_a_held_match_shows_no_place_in_its_evidence_and_still_adds_up() -> None:
    asks = report(**CHILD, inquirer_name="Chan Rithy", last_seen_place="Battambang")
    child = intake(**CHILD, found_place="Poipet", withhold_from="Chan Rithy")
    match = match_of(asks, child)
    held = match.hold(held_reasons(asks, child))
    assert held.held
    assert "Poipet" not in repr(held.to_json())
    assert sum(row.weight for row in held.evidence) == sum(row.weight for row in match.evidence)
