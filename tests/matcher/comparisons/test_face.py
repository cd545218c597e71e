from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.comparisons.face import FaceComparison
from matcher.faces import Face
from matcher.fingerprint import pair_fingerprint
from matcher.match import Match
from matcher.model import Model
from matcher.places import Gazetteer
from matcher.record import Record
from matcher.scoring import Scorer, Side
from matcher.withholding import without_whereabouts
from tests.builders import intake, level_of, match_of, report, scorer
from tests.faces import face


def lost(*faces: Face, **cells: object) -> Record:
    """A report of a child born in 2010 with these faces, photographed in 2018."""
    plain = {"date_of_birth": "2010-03-01", "photo_date": "2018-03-01"}
    return replace(report(**{**plain, **cells}), faces=faces)


def found(*faces: Face, **cells: object) -> Record:
    """An intake with these faces, photographed in 2020."""
    plain = {"photo_date": "2020-03-01", "age": "10", "age_as_of": "2020-03-02"}
    return replace(intake(**{**plain, **cells}), faces=faces)


def weight_of(match: Match) -> float:
    return sum(row.weight for row in match.evidence if row.comparison == "face")


@pytest.mark.parametrize(
    ("apart", "level", "bits"),
    [
        (0.01, "same picture?: a child, up to 3 years apart", 4.32),
        (0.3, "very alike: a child, up to 3 years apart", 4.32),
        (0.5, "alike: a child, up to 3 years apart", 2.32),
        (0.6, "neither", 0.0),
        (0.9, "unlike: a child, up to 3 years apart", -2.32),
    ],
)
def test_a_distance_is_worth_its_declared_bits(apart: float, level: str, bits: float) -> None:
    assert level_of("face", lost(face(0.0)), found(face(apart))) == level
    assert weight_of(match_of(lost(face(0.0)), found(face(apart)))) == bits


def test_the_gap_is_between_the_photos_and_not_between_the_records() -> None:
    later = found(face(0.3), photo_date="2025-06-01")
    assert level_of("face", lost(face(0.0)), later) == "very alike: a child, 3 to 8 years apart"


@pytest.mark.parametrize("cells", [{"photo_date": ""}, {"photo_date": "long ago"}])
def test_a_photo_without_a_date_counts_as_the_widest_gap(cells: dict[str, str]) -> None:
    widest = "very alike: a child, more than 8 years apart or undated"
    assert level_of("face", lost(face(0.0), **cells), found(face(0.3))) == widest


def test_one_birth_is_enough_and_none_counts_as_the_widest_gap() -> None:
    ageless = found(face(0.3), age="")
    assert level_of("face", lost(face(0.0)), ageless) == "very alike: a child, up to 3 years apart"
    widest = "very alike: a child, more than 8 years apart or undated"
    assert level_of("face", lost(face(0.0), date_of_birth=""), ageless) == widest


def test_a_year_alone_dates_a_photo_by_its_first_and_last_day() -> None:
    assert level_of("face", lost(face(0.0), photo_date="2017"), found(face(0.3))) == (
        "very alike: a child, 3 to 8 years apart"
    )


def test_a_record_without_faces_says_nothing() -> None:
    assert level_of("face", lost(), found(face(0.0))) is None
    assert level_of("face", lost(face(0.0)), found()) is None


def test_the_evidence_names_the_two_nearest_photos_and_their_distance() -> None:
    mine = lost(face(0.0, file="school.jpg"), face(0.9, file="family.jpg"))
    [row] = [row for row in match_of(mine, found(face(0.5, file="gate.jpg"))).evidence if row.comparison == "face"]
    assert (row.query_value, row.candidate_value) == ("family.jpg (distance 0.40)", "gate.jpg (distance 0.40)")


def test_the_score_is_the_same_from_both_sides() -> None:
    mine, other = lost(face(0.0)), found(face(0.4))
    assert match_of(mine, other).score == match_of(other, mine).score


def test_a_picture_that_both_have_says_so() -> None:
    [row] = [r for r in match_of(lost(face(0.0)), found(face(0.0))).evidence if r.comparison == "face"]
    assert "same picture" in row.reason
    assert "រូបថតតែមួយ" in row.reason_km


ADULT = {"date_of_birth": "1980-01-01", "photo_date": "2019-01-01"}


def _match(mine: Record, other: Record, *, prior: float) -> Match:
    """The match of a pair in an installation so small that its prior is this."""
    here = Scorer(Gazetteer.shipped(), replace(Model.shipped(), prior=prior, family_prior=prior - 20.0))
    left, right = here.columns([mine]), here.columns([other])
    zero = np.zeros(1, dtype=np.int64)
    scores = here.score(left, right, zero, zero)
    return here.explain(scores, 0, Side(mine.kind, left, 0), Side(other.kind, right, 0), rank=1, number=1)


def test_a_photo_alone_is_never_likely_however_small_the_installation() -> None:
    # The birth is known on one side only: nothing but the photos is compared, and the sex.
    mine, other = lost(face(0.0), sex="male"), found(face(0.3), sex="male", age="")
    match = _match(mine, other, prior=5.0)
    assert {row.comparison for row in match.evidence} == {"sex", "face", "cap"}
    assert match.caps == ("photo alone",)
    assert match.likelihood != "likely"
    assert match.score == pytest.approx(match.prior + sum(row.weight for row in match.evidence))


def test_a_photo_beside_a_name_is_not_held_down() -> None:
    name = {"full_name": "Thlang Krusnabrith"}
    match = _match(lost(face(0.0), **name, **ADULT), found(face(0.3), **name, **ADULT), prior=-13.0)
    assert match.caps == ()


def test_a_photo_and_a_name_alone_are_never_likely_whoever_took_a_child_may_have_both() -> None:
    name = {"full_name": "Thlang Krusnabrith", "sex": "male"}
    match = _match(lost(face(0.0), **name), found(face(0.1), **name, age=""), prior=5.0)
    assert {row.comparison for row in match.evidence} == {"name", "sex", "face", "cap"}
    assert set(match.caps) == {"name alone", "photo alone"}
    assert match.likelihood != "likely"


def test_an_unlike_face_is_no_photo_that_stands_alone() -> None:
    assert "photo alone" not in _match(lost(face(0.0)), found(face(1.0)), prior=0.0).caps


def test_the_best_of_photos_moves_no_pair_from_nothing_to_possible() -> None:
    best = max(Model.shipped().comparisons["face"].bits.values())
    assert Model.shipped().likelihood(Model.shipped().probability(Model.shipped().prior + best)) == "unlikely"


def test_coverage_is_the_same_with_and_without_photos() -> None:
    name = {"full_name": "Kong Thlang"}
    with_photos = match_of(lost(face(0.0), **name), found(face(0.3), **name))
    assert with_photos.coverage == match_of(lost(**name), found(**name)).coverage


def test_a_held_match_shows_no_photo() -> None:
    match = match_of(lost(face(0.0)), found(face(0.3))).hold(("for a reason",))
    [row] = [row for row in match.evidence if row.comparison == "face"]
    assert (row.query_value, row.candidate_value) == ("", "")
    hidden = without_whereabouts(found(face(0.3), photos="gate.jpg"))
    assert (hidden.photos, hidden.faces) == ((), ())


def test_faces_are_no_column_of_a_record() -> None:
    assert "faces" not in lost(face(0.0)).to_flat()
    assert Record.from_flat({**report().to_flat(), "faces": "1"}).extra == {"faces": "1"}


def test_what_was_said_of_a_pair_stays_said_when_one_side_gets_a_photo_and_not_when_both_have() -> None:
    pairs = [(lost(), found()), (lost(face(0.0)), found()), (lost(face(0.0)), found(face(0.1)))]
    bare, one, both = (pair_fingerprint(mine, other, scorer().comparisons) for mine, other in pairs)
    assert bare == one != both


def test_a_photo_that_is_only_renamed_or_moved_among_the_others_opens_no_match_again() -> None:
    other, far = found(face(0.1)), face(0.9)
    before = pair_fingerprint(lost(face(0.0, file="a.jpg"), far), other, scorer().comparisons)
    assert before == pair_fingerprint(lost(far, face(0.0, file="b.jpg")), other, scorer().comparisons)
    assert before != pair_fingerprint(lost(far, face(0.2, file="a.jpg")), other, scorer().comparisons)


def test_nothing_of_a_face_is_remembered_when_its_record_is_gone() -> None:
    comparison = FaceComparison()
    text = comparison.text(lost(face(0.0)))
    assert comparison.said(text) is not comparison.said(text)


def test_pairs_without_photos_have_the_fingerprint_that_they_had_before_photos_were_compared() -> None:
    before = [one for one in scorer().comparisons if one.name != "face"]
    assert pair_fingerprint(lost(), found(), scorer().comparisons) == pair_fingerprint(lost(), found(), before)
