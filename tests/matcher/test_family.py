"""Brothers and sisters are told from the child itself, by all the evidence together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.family import against_siblings, is_same_family
from matcher.match import SAME_CHILD, SAME_FAMILY
from matcher.model import Model
from tests.builders import intake, match_of, report

PARENTS = {
    "father_name": "សុខ វុទ្ធ",
    "mother_name": "ចាន់ ស្រីមុំ",
    "home_place": "ខេត្តបាត់ដំបង",
    "phones": "012 345 678",
}
CHILD = {**PARENTS, "full_name": "សុខ ដារ៉ា", "sex": "male", "date_of_birth": "2015-04-15"}
SCORES = st.floats(-60, 60)


@pytest.mark.parametrize(
    "sibling",
    [
        {"full_name": "Sokh Bora", "date_of_birth": "2014-06-02", "sex": "male"},
        {"full_name": "Sok Sreypov", "date_of_birth": "2017-01-09", "sex": "female"},
        {"full_name": "", "date_of_birth": "2011-01-09", "sex": "female"},
        {"full_name": "Sok Dalin", "age": "6", "age_as_of": "2025-01-01", "sex": "female"},
    ],
)
def test_a_sibling_with_the_same_parents_and_telephone_is_the_same_family_and_never_likely(
    sibling: dict[str, str],
) -> None:
    match = match_of(report(**CHILD), intake(**PARENTS, **sibling))
    assert match.outcome == SAME_FAMILY
    assert match.likelihood != "likely"
    assert match.family_probability > 0.5


@pytest.mark.parametrize(
    "told",
    [
        {"full_name": "Dara SOKH", "date_of_birth": "2015-04-15", "sex": "male"},
        {"full_name": "Dara", "date_of_birth": "2015", "sex": "male"},
        {"full_name": "Sok Dara", "date_of_birth": "2014", "sex": "male"},
        {"full_name": "Sok Dara", "age": "9-10", "age_as_of": "2025-01-01"},
    ],
)
def test_the_child_itself_with_its_own_parents_stays_the_child(told: dict[str, str]) -> None:
    match = match_of(report(**CHILD), intake(**PARENTS, **told))
    assert (match.outcome, match.likelihood) == (SAME_CHILD, "likely")
    assert match.family_probability < 0.05


def test_a_stranger_is_neither() -> None:
    match = match_of(report(**CHILD), intake(full_name="Chea Vannak", father_name="Chea Rith", home_place="Kampot"))
    assert match.outcome == SAME_CHILD
    assert match.family_probability < 0.01
    assert match.probability < 0.01


def held(score: float, family: float) -> float:
    return float(against_siblings(np.array([score]), np.array([family]), Model.shipped())[0])


@given(SCORES, SCORES)
def test_counting_siblings_in_never_raises_a_score(score: float, family: float) -> None:
    assert held(score, family) <= score


@given(SCORES, SCORES, st.floats(0, 20), st.floats(0, 1))
def test_evidence_that_speaks_more_for_the_child_than_for_a_sibling_never_lowers_the_score(
    score: float, family: float, more: float, share: float
) -> None:
    assert held(score + more, family + share * more) >= held(score, family) - 0.011  # scores are kept to hundredths


def test_the_three_outcomes_share_one_probability() -> None:
    model = Model.shipped()
    for score, family in ((20.0, 5.0), (5.0, 20.0), (-30.0, -30.0)):
        assert model.family_probability(score, family) + model.probability(held(score, family)) <= 1.1


def test_the_curve_does_not_raise_the_child_over_its_sibling() -> None:
    """Where only the two are in question, their odds are those of the evidence that tells them apart."""
    model = Model.shipped()
    child = model.probability(held(40.0, 38.0))
    assert child / (1 - child) == pytest.approx(2 ** (2.0 * model.slope), rel=0.1)


def test_a_sibling_counts_only_where_the_family_agrees() -> None:
    assert held(3.0, -2.0) == 3.0
    assert held(3.0, 1.5) < 3.0
    assert held(30.0, 15.0) == 30.0


def test_the_outcome_is_the_most_probable_of_the_three() -> None:
    scores, family = np.array([3.0, 3.0, -9.0, -9.0]), np.array([-1.0, 5.0, 2.0, -2.0])
    assert is_same_family(scores, family).tolist() == [False, True, True, False]
