from __future__ import annotations

import numpy as np
import pytest

from matcher.caps import Caps
from matcher.match import SAME_CHILD, SAME_FAMILY
from matcher.model import Model
from tests.builders import intake, match_of, report, scorer

FAMILY = {"father_name": "Kong Vibol", "mother_name": "Meas Chanthou", "home_place": "Battambang"}
CHILD = {"full_name": "Kong Thlang", "date_of_birth": "2015-04-17", "sex": "male", **FAMILY}


def test_a_name_alone_is_never_likely() -> None:
    match = match_of(
        report(full_name="Thlang Krusnabrith", sex="male"), intake(full_name="Thlang Krusnabrith", sex="male")
    )
    assert "name alone" in match.caps
    assert match.likelihood != "likely"


@pytest.mark.parametrize(
    ("cap", "changed"),
    [
        ("sex differs", {"sex": "female"}),
        ("birth far apart", {"date_of_birth": "2005-04-17", "full_name": "Kong Sophal"}),
        ("found long before lost", {"found_date": "2019-01-01"}),
    ],
)
def test_a_contradiction_holds_a_pair_below_likely_and_does_not_hide_it(cap: str, changed: dict[str, str]) -> None:
    match = match_of(report(**CHILD, last_seen_date="2023-05-01"), intake(**{**CHILD, **changed}))
    assert cap in match.caps
    assert match.likelihood != "likely"
    assert match.evidence


FAR = {"date_of_birth": "2009-04-17"}


@pytest.mark.parametrize(
    ("brother", "both"),
    [
        ({"full_name": "Kong Sophal"}, {}),
        ({"full_name": "Kong Sophal"}, {"home_place": "House 12, Street 271, Wat Svay Chas, Phnom Penh"}),
        ({"full_name": "Kong Sophal"}, {"phones": "012345678", "sibling_names": "Kong Dara; Kong Bopha"}),
        ({"full_name": "Kong Sophal"}, {"identifiers": "family book:0102345"}),
        ({"full_name": ""}, {"phones": "012345678", "sibling_names": "Kong Dara; Kong Bopha"}),
    ],
)
def test_a_brother_of_another_age_is_never_likely_whatever_the_family_shares(
    brother: dict[str, str], both: dict[str, str]
) -> None:
    match = match_of(report(**{**CHILD, **both}), intake(**{**CHILD, **FAR, **both, **brother}))
    assert "birth far apart" in match.caps
    assert match.likelihood != "likely"


@pytest.mark.parametrize(
    "own", [{}, {"identifiers": "birth:0102345"}, {"full_name": "", "identifiers": "birth:0102345"}]
)
def test_a_wrong_birth_does_not_hold_down_a_child_whose_own_name_or_document_agrees(own: dict[str, str]) -> None:
    match = match_of(report(**{**CHILD, **own}), intake(**{**CHILD, **FAR, **own}))
    assert "birth far apart" not in match.caps
    assert any(row.comparison == "birth" and row.weight < 0 for row in match.evidence)


def test_two_documents_of_one_type_hold_a_pair_below_possible() -> None:
    match = match_of(report(**CHILD, identifiers="birth:1"), intake(**CHILD, identifiers="birth:2"))
    assert match.likelihood == "unlikely"


def test_what_a_cap_takes_is_a_row_of_the_evidence() -> None:
    match = match_of(report(**CHILD), intake(**{**CHILD, "sex": "female"}))
    assert match.evidence[-1].comparison == "cap"
    assert match.evidence[-1].weight < 0


def test_a_brother_is_the_same_family_and_not_likely_the_same_child() -> None:
    brother = {**CHILD, "full_name": "Kong Sophal", "date_of_birth": "2012-09-03"}
    match = match_of(report(**CHILD), intake(**brother))
    assert match.outcome == SAME_FAMILY
    assert match.likelihood != "likely"


def test_a_sister_whose_name_is_not_known_is_told_by_her_sex_and_age() -> None:
    match = match_of(report(**CHILD), intake(**FAMILY, sex="female", date_of_birth="2010-02-02"))
    assert match.outcome == SAME_FAMILY


def test_the_same_child_with_a_wrong_age_stays_the_same_child() -> None:
    match = match_of(report(**CHILD), intake(**{**CHILD, "date_of_birth": "2013"}))
    assert match.outcome == SAME_CHILD
    assert match.likelihood == "likely"


def test_a_child_renamed_after_separation_stays_the_same_child() -> None:
    match = match_of(report(**CHILD), intake(**{**CHILD, "full_name": "Pov"}))
    assert match.outcome == SAME_CHILD


def test_a_cap_keeps_the_order_and_raises_nothing() -> None:
    caps = Caps(Model.shipped(), scorer().comparisons)
    scores = np.linspace(-20, 40, 200)
    applies = np.zeros((200, len(Model.shipped().caps)), dtype=bool)
    applies[:, 0] = True
    limited = caps.limit(scores, applies)
    assert (limited <= scores).all()
    assert (np.diff(limited) >= 0).all()
    assert limited.max() < next(iter(Model.shipped().caps.values()))


def test_without_a_cap_scores_stay_as_they_are() -> None:
    caps = Caps(Model.shipped(), scorer().comparisons)
    scores = np.array([-3.25, 0.0, 31.5])
    assert (caps.limit(scores, np.zeros((3, len(Model.shipped().caps)), dtype=bool)) == scores).all()
