from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest

from api.pages.subjects import SUBJECTS, facts, lines, names
from api.pages.texts import texts
from api.pages.views import MatchView, match_view, shown_value, side_by_side
from api.pages.wording import Wording
from matcher.evidence import declared_comparisons
from matcher.match import Match
from matcher.model import Model
from matcher.places import Gazetteer
from matcher.record import COLUMNS, Record
from tests.builders import intake, match_of, report

MISSING = {"full_name": "សុខ ដារ៉ា", "sex": "male", "mother_name": "Chan Sreymom", "home_place": "Battambang"}
FOUND = {"full_name": "Dara SOKH", "sex": "male", "mother_name": "Chan Srey Mom", "home_place": "Takeo"}


@cache
def wording(language: str = "en") -> Wording:
    return Wording(texts(language), Gazetteer.shipped(), Model.shipped())


def view_of(first: Record, second: Record, language: str = "en") -> MatchView:
    return match_view(match_of(first, second), second, wording(language))


def subject_lines(record: Record, key: str) -> list[tuple[str, str]]:
    (subject,) = [subject for subject in SUBJECTS if subject.key == key]
    return [(line.label, line.value) for line in lines(record, subject, wording())]


def test_every_column_but_the_id_and_the_kind_stands_in_one_subject() -> None:
    shown = [column for subject in SUBJECTS for column in subject.columns]
    assert sorted(shown) == sorted(set(COLUMNS) - {"record_id", "kind"})


def test_every_comparison_marks_one_subject() -> None:
    marked = [name for subject in SUBJECTS for name in subject.comparisons]
    assert sorted(marked) == sorted(comparison.name for comparison in declared_comparisons(Gazetteer.shipped()))


def test_the_evidence_is_told_in_the_readers_language() -> None:
    english, khmer = (view_of(report(**MISSING), intake(**FOUND), language) for language in ("en", "km"))
    assert [row.comparison for row in english.evidence] == [row.comparison for row in khmer.evidence]
    assert (english.evidence[0].label, english.evidence[0].reason) == ("Name", "The names sound the same.")
    assert (khmer.evidence[0].label, khmer.evidence[0].reason) == ("ឈ្មោះ", "ឈ្មោះអានដូចគ្នា។")


def test_the_strongest_reasons_come_first_on_their_own_side() -> None:
    view = view_of(report(**MISSING), intake(**FOUND))
    for_, against = view.strongest_for, view.strongest_against
    assert [row.weight for row in for_] == sorted((row.weight for row in for_), reverse=True)
    assert all(row.weight > 0 for row in for_)
    assert [row.comparison for row in against] == ["home"]


def test_no_more_than_three_reasons_stand_at_the_head() -> None:
    many = {**MISSING, "father_name": "Sok Vuth", "phones": "012000111", "date_of_birth": "2015-04-15", "marks": "scar"}
    assert len(view_of(report(**many), intake(**many)).strongest_for) == 3


def test_the_bars_lead_from_the_prior_to_the_score() -> None:
    view = view_of(report(**MISSING), intake(**FOUND))
    assert view.waterfall.first.after == view.match.prior
    assert view.evidence[-1].bar.after == pytest.approx(view.match.score, abs=0.01)


def test_a_cap_has_a_bar_and_a_reason_of_its_own() -> None:
    same = {**MISSING, "date_of_birth": "2015-04-15", "father_name": "Sok Vuth"}
    view = view_of(report(**same), intake(**{**same, "sex": "female"}))
    assert (view.evidence[-1].comparison, view.evidence[-1].label) == ("cap", "Held down")
    assert "sex" in view.evidence[-1].reason
    assert view.evidence[-1].bar.after == pytest.approx(view.match.score, abs=0.01)


def test_the_cut_offs_of_another_model_are_not_drawn() -> None:
    match = match_of(report(**MISSING), intake(**FOUND))
    assert len(match_view(match, None, wording()).waterfall.cuts) == 2
    assert match_view(replace(match, model="older"), None, wording()).waterfall.cuts == ()


def test_the_cut_offs_stand_where_their_probability_is_reached() -> None:
    model = Model.shipped()
    match = match_of(report(**MISSING), intake(**FOUND))
    score = (math.log2(model.likely / (1 - model.likely)) - model.offset) / model.slope
    at = replace(match, score=score, evidence=(), prior=score)
    likely = match_view(at, None, wording()).waterfall
    assert model.probability(score) == pytest.approx(model.likely, abs=0.01)
    assert likely.cuts[1] == pytest.approx(likely.last.end, abs=0.2)


def test_two_records_stand_side_by_side_with_the_evidence_in_which_they_met() -> None:
    missing, found = report(**MISSING, clothing="red shirt"), intake(**FOUND, found_place="Poipet")
    rows = {row.label: row for row in side_by_side(missing, found, view_of(missing, found), wording())}
    assert [line.value for line in rows["Name"].report] == ["សុខ ដារ៉ា"]
    assert [line.value for line in rows["Name"].intake] == ["Dara SOKH"]
    assert (rows["Name"].side, rows["Home"].side, rows["Clothing"].side) == ("for", "against", "")
    assert [line.value for line in rows["Where lost or found"].intake] == ["Poipet"]
    assert "Religion" not in rows


def test_columns_that_elijah_does_not_know_are_shown_under_their_own_names() -> None:
    missing, found = report(**MISSING, ward="B"), intake(**FOUND)
    last = side_by_side(missing, found, view_of(missing, found), wording())[-1]
    assert [(line.label, line.value) for line in last.report] == [("ward", "B")]


@pytest.mark.parametrize(
    ("comparison", "value", "english", "khmer"),
    [
        ("birth", "age 9 on 2024-01-05", "age 9 on 2024-01-05", "អាយុ 9 នៅថ្ងៃ 2024-01-05"),
        ("birth", "age 9", "age 9", "អាយុ 9"),
        ("birth", "2015-04-15", "2015-04-15", "2015-04-15"),
        ("relatives", "father: Sok; sibling: Age 9", "father: Sok; brother or sister: Age 9", "ឪពុក: Sok; បងប្អូន: Age 9"),
        ("name", "age 9", "age 9", "age 9"),
        ("home", "0201", "0201 (Banan)", "0201 (បាណន់)"),
        ("home", "Poipet", "Poipet", "Poipet"),
        ("event_place", "", "", ""),
    ],
)
def test_the_few_english_words_in_a_value_are_told_in_the_readers_language(
    comparison: str, value: str, english: str, khmer: str
) -> None:
    assert (shown_value(comparison, value, wording()), shown_value(comparison, value, wording("km"))) == (
        english,
        khmer,
    )


def test_a_code_of_no_place_is_shown_as_it_is() -> None:
    assert wording().place("99") == "99"


def test_codes_are_words_and_what_people_wrote_stays() -> None:
    child = intake(sex="female", full_name="Chan  BOPHA", nickname="ពៅ; Pov", home_place="17")
    assert subject_lines(child, "sex") == [("", "female")]
    assert subject_lines(child, "home") == [("", "17 (Siem Reap)")]
    assert subject_lines(child, "consent") == [("", "yes")]
    assert subject_lines(child, "name") == [("", "Chan BOPHA"), ("Nickname", "ពៅ; Pov")]


def test_a_child_is_headed_by_all_that_it_is_called_the_khmer_first() -> None:
    assert names(intake(full_name="Chan Bopha", local_name="ចាន់ បុប្ផា", nickname="Pov")) == (
        "ចាន់ បុប្ផា",
        "Chan Bopha",
        "Pov",
    )
    assert names(intake(family_name="Chan", given_name="Bopha")) == ("Chan Bopha",)
    assert names(intake()) == ()


def test_the_facts_at_a_glance_leave_out_what_is_not_known() -> None:
    told = [
        (fact.label, fact.value)
        for fact in facts(intake(age="9", age_as_of="2026-01-10", found_place="Poipet"), wording())
    ]
    assert told == [("Birth or age", "age 9 on 2026-01-10"), ("Found at", "Poipet")]


def test_a_held_match_shows_neither_where_the_child_is_nor_who_has_it() -> None:
    missing = report(**MISSING, last_seen_place="Battambang", phones="012111222", inquirer_name="Sok Vuth")
    found = intake(**FOUND, found_place="Poipet", phones="012999888", caregiver_name="House Mother")
    match: Match = match_of(missing, found).hold(("held",))
    shown = repr(match_view(match, None, wording()))
    assert not [word for word in ("Poipet", "012999888", "House Mother") if word in shown]
