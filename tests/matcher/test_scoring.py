from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.scoring import Side
from tests.builders import intake, match_of, report, scorer

CELLS = {
    "full_name": ["Sok Dara", "Dara SOKH", "សុខ ដារ៉ា", "Chea Sophea", "Dara", ""],
    "date_of_birth": ["2015-04-15", "15/4/2015", "2015", "2011-01-01", ""],
    "sex": ["male", "female", ""],
    "home_place": ["Battambang", "Siem Reap", ""],
    "father_name": ["Sok Vuth", "សុខ វុទ្ធ", "Kim Heng", ""],
    "mother_name": ["Meas Bopha", ""],
    "phones": ["012345678", "+85512345678", "099887766", ""],
    "identifiers": ["birth:123", "birth:999", ""],
    "marks": ["scar left knee", "ស្លាកស្នាមជង្គង់ឆ្វេង", "mole chin", ""],
    "languages": ["Khmer", "Cham", ""],
    "height_cm": ["120", "80", ""],
}
RECORD = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})


@settings(max_examples=120, deadline=None)
@given(RECORD, RECORD)
def test_the_evidence_and_the_prior_add_up_to_the_score(a: dict[str, str], b: dict[str, str]) -> None:
    match = match_of(report(**a), intake(**b))
    assert match.prior + sum(row.weight for row in match.evidence) == pytest.approx(match.score, abs=0.005)


@settings(max_examples=120, deadline=None)
@given(RECORD, RECORD)
def test_the_score_belongs_to_the_pair_whoever_asks(a: dict[str, str], b: dict[str, str]) -> None:
    one, other = match_of(report(**a), intake(**b)), match_of(intake(**b), report(**a))
    assert (one.score, one.probability, one.coverage, one.caps, one.outcome) == (
        other.score, other.probability, other.coverage, other.caps, other.outcome,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=5), st.lists(RECORD, min_size=1, max_size=5))
def test_a_batch_gives_what_pair_by_pair_gives(reports: list[dict[str, str]], intakes: list[dict[str, str]]) -> None:
    left, right = [report(**cells) for cells in reports], [intake(**cells) for cells in intakes]
    a, b = scorer().columns(left), scorer().columns(right)
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(len(left)), np.arange(len(right)), indexing="ij"))
    scores = scorer().score(a, b, i, j)
    for row in range(len(i)):
        in_batch = scorer().explain(
            scores, row, Side(left[0].kind, a, int(i[row])), Side(right[0].kind, b, int(j[row])), rank=1, number=1
        )
        assert in_batch == match_of(left[int(i[row])], right[int(j[row])])


@settings(max_examples=80, deadline=None)
@given(RECORD, RECORD, st.sampled_from(sorted(CELLS)))
def test_a_blank_is_silence(a: dict[str, str], b: dict[str, str], column: str) -> None:
    match = match_of(report(**{**a, column: ""}), intake(**b))
    comparison = {
        "full_name": "name",
        "date_of_birth": "birth",
        "home_place": "home",
        "father_name": "father",
        "mother_name": "mother",
        "height_cm": "height",
    }.get(column, column)
    assert comparison not in {row.comparison for row in match.evidence}


def test_nothing_compared_is_the_prior_and_no_coverage() -> None:
    match = match_of(report(), intake())
    assert (match.score, match.coverage, match.evidence) == (match.prior, 0.0, ())


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = match_of(report(full_name="Sok Dara"), intake(full_name="Sok Dara"))
    rare = match_of(report(full_name="Thlang Krusna"), intake(full_name="Thlang Krusna"))
    assert rare.evidence[0].weight > common.evidence[0].weight


def test_more_of_the_evidence_is_more_coverage() -> None:
    less = match_of(report(full_name="Sok Dara"), intake(full_name="Sok Dara"))
    more = match_of(report(full_name="Sok Dara", sex="male"), intake(full_name="Sok Dara", sex="male"))
    assert 0 < less.coverage < more.coverage <= 1


def test_a_khmer_report_finds_its_latin_intake_likely() -> None:
    match = match_of(
        report(
            local_name="សុខ ដារ៉ា",
            sex="male",
            date_of_birth="ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥",
            home_place="បាត់ដំបង",
            father_name="សុខ វុទ្ធ",
        ),
        intake(
            full_name="Dara SOKH", sex="M", date_of_birth="2015-04-15", home_place="Battambang", father_name="Sok Vuth"
        ),
    )
    assert match.likelihood == "likely"
    assert match.outcome == "same_child"


def test_the_values_that_met_stand_with_the_side_they_came_from() -> None:
    asked = match_of(intake(full_name="Dara SOKH"), report(local_name="សុខ ដារ៉ា"))
    assert (asked.evidence[0].query_value, asked.evidence[0].candidate_value) == ("Dara SOKH", "សុខ ដារ៉ា")


def test_every_reason_is_in_khmer_and_english() -> None:
    match = match_of(report(full_name="Sok Dara", sex="male"), intake(full_name="Sok Dara", sex="female"))
    assert all(row.reason and any("\u1780" <= letter <= "\u17ff" for letter in row.reason_km) for row in match.evidence)


@settings(max_examples=100, deadline=None)
@given(RECORD, RECORD)
def test_adding_an_agreeing_sex_never_lowers_the_score(a: dict[str, str], b: dict[str, str]) -> None:
    without = match_of(report(**{**a, "sex": ""}), intake(**{**b, "sex": ""}))
    agreeing = match_of(report(**{**a, "sex": "male"}), intake(**{**b, "sex": "male"}))
    assert agreeing.score >= without.score


@pytest.mark.parametrize(
    "agreeing",
    [
        {"sex": "male"}, {"date_of_birth": "2015-04-17"}, {"home_place": "Battambang"}, {"father_name": "Kong Vibol"},
        {"mother_name": "Meas Chanthou"}, {"phones": "012 345 678"}, {"identifiers": "birth:77"}, {"languages": "Cham"},
        {"marks": "scar on left knee"}, {"sibling_names": "Kong Sreypov"}, {"birth_place": "Takeo"},
    ],
    ids=lambda cells: next(iter(cells)),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
@given(RECORD, RECORD)
def test_a_field_on_which_both_agree_never_lowers_the_score(
    agreeing: dict[str, str], a: dict[str, str], b: dict[str, str]
) -> None:
    blank = dict.fromkeys(agreeing, "")
    before = match_of(report(**{**a, **blank}), intake(**{**b, **blank}))
    after = match_of(report(**{**a, **agreeing}), intake(**{**b, **agreeing}))
    assert after.score >= before.score - 0.05  # weights and caps are rounded to hundredths
