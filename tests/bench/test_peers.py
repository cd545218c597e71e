"""What peers are given, and the arithmetic that measures every engine alike. No peer is needed here."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import peers
from bench.peer_baseline import main as run_baseline
from bench.peer_columns import columns, romanised, sorted_words
from bench.peer_elijah import main as run_elijah
from bench.peer_engines import Engine, EngineError, missing, run
from bench.peer_figures import at_cut, best_f1, called_among, every_cut, order, recall_with_precision, scored
from bench.peer_files import Answer, peak_mb, ranked, read_answer, read_columns, write_answer, write_columns
from bench.world import World, make_world, write_world
from matcher.places import Gazetteer

TRUTH = [("r1", "a"), ("r2", "b"), ("r3", "c")]
PAIRS = [(0.9, ("r1", "a")), (0.8, ("r1", "b")), (0.8, ("r2", "b")), (0.3, ("r2", "a"))]


def answer(**cells: object) -> Answer:
    given_cells: dict[str, object] = {
        "engine": "test", "cut": 0.5, "probable": True, "rankings": {}, "ready": 0.0, "seconds": 1.0, "peak_mb": 9,
    }  # fmt: skip
    return Answer(**{**given_cells, **cells})  # type: ignore[arg-type]  # a test names only what it is about


def prepared(**cells: str) -> dict[str, object]:
    return columns({"record_id": "police/1", "kind": "report", **cells}, Gazetteer.shipped())


# What peers are given


def test_names_are_romanised_and_the_latin_form_in_brackets_is_preferred() -> None:
    assert romanised("សុខ ដារ៉ា (SOK Dara)") == ["sok", "dara"]
    assert romanised("Sok Dara (ដារ៉ា)")[:2] == ["sok", "dara"]
    khmer = romanised("សុខ ដារ៉ា")
    assert len(khmer) == 2
    assert all(word.isascii() and word for word in khmer)


def test_the_order_of_family_and_given_name_does_not_show_in_sorted_names() -> None:
    assert sorted_words("Dara SOK") == sorted_words("Sok Dara") == "dara sok"
    assert sorted_words("") is None


def test_a_name_of_one_word_is_a_given_name() -> None:
    alone, both = prepared(full_name="Dara"), prepared(full_name="Sok Dara Rith")
    assert (alone["surname"], alone["given"]) == (None, "dara")
    assert (both["surname"], both["given"], both["name"]) == ("sok", "dara rith", "dara rith sok")


def test_a_nickname_stands_in_for_a_name_and_stands_beside_one() -> None:
    assert prepared(nickname="Pov")["name"] == "pov"
    assert prepared(full_name="Sok Dara", nickname="Pov")["name"] == "dara sok"
    assert prepared(full_name="Sok Dara", nickname="Pov")["words"] == ["dara", "pov", "sok"]


@pytest.mark.parametrize("written", ["2015-04-15", "15/4/2015", "ថ្ងៃទី១៥ ខែមេសា ឆ្នាំ២០១៥"])
def test_peers_are_lent_the_reading_of_dates(written: str) -> None:
    assert prepared(date_of_birth=written)["dob"] == "2015-04-15"
    assert prepared(date_of_birth=written)["birth_year"] == 2015


def test_an_age_becomes_the_days_between_which_the_child_was_born() -> None:
    child = prepared(age="7", recorded_on="2024-03-10")
    assert child["dob"] is None
    assert child["birth_year"] in (2016, 2017)
    assert isinstance(child["born_from"], int)
    assert isinstance(child["born_to"], int)
    assert 364 <= child["born_to"] - child["born_from"] <= 800


def test_peers_are_lent_the_reading_of_places_and_telephones() -> None:
    child = prepared(home_place="ខេត្តសៀមរាប", phones="+855 12 345 678")
    assert child["home_province"] == "17"
    assert child["home_district"] is None
    assert child["phone"] == "12345678"


def test_where_the_event_was_is_the_place_of_loss_or_of_arrival() -> None:
    arrived = columns({"record_id": "x/1", "kind": "intake", "found_place": "Siem Reap"}, Gazetteer.shipped())
    assert arrived["event_province"] == prepared(last_seen_place="Siem Reap")["event_province"] == "17"


def test_nothing_known_is_none_or_empty_and_never_a_guess() -> None:
    blank = prepared()
    assert {name: cell for name, cell in blank.items() if cell not in (None, [], {})} == {"unique_id": "police/1"}
    assert prepared(date_of_birth="soon", home_place="broadbeach waters")["dob"] is None
    assert prepared(date_of_birth="soon", home_place="broadbeach waters")["home_province"] is None


def test_both_sides_have_the_same_columns_so_that_a_peer_can_pair_them() -> None:
    world = make_world(20, 40, seed=3)
    rows = [columns(row, Gazetteer.shipped()) for row in (*world.reports, *world.intakes)]
    assert {tuple(row) for row in rows} == {tuple(rows[0])}


# What passes between the processes


def test_columns_and_answers_come_back_as_they_were_left(tmp_path: Path) -> None:
    write_columns(tmp_path, [{"unique_id": "r", "name": "សុខ"}], [])
    assert read_columns(tmp_path) == ([{"unique_id": "r", "name": "សុខ"}], [])
    left = answer(rankings={"r": [("a", 0.5), ("b", 0.25)], "s": []}, cut=None, notes=["one"])
    write_answer(tmp_path, left)
    assert read_answer(tmp_path) == left


def test_pairs_are_ranked_by_score_then_by_what_decides_between_equals_then_by_name() -> None:
    found = ranked(
        [("r", "d", 0.5, 1.0), ("r", "c", 0.5, 2.0), ("r", "b", 0.9, 0.0), ("s", "b", 0.1, 0), ("s", "a", 0.1, 0)]
    )
    assert found == {"r": [("b", 0.9), ("c", 0.5), ("d", 0.5)], "s": [("a", 0.1), ("b", 0.1)]}


def test_a_ranking_is_cut_at_the_depth_to_which_elijah_looks() -> None:
    assert len(ranked(("r", f"{number}", -number, 0.0) for number in range(300))["r"]) == 200


def test_the_memory_is_that_of_this_process() -> None:
    assert 10 < peak_mb() < 100_000


# Running engines


def test_a_peer_without_its_interpreter_or_its_package_is_left_out_saying_how_to_get_it(tmp_path: Path) -> None:
    peer = Engine("splink", "bench.peer_splink", "no_such_package", "")
    assert "requirements-bench.txt" in missing(peer, tmp_path / "python")
    assert "no_such_package is not installed" in missing(peer, Path(sys.executable))
    assert missing(Engine("own", "bench.peer_baseline", "", ""), tmp_path / "python") == ""


def test_an_engine_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"own failed(.|\n)*reports\.csv"):
        run(Engine("own", "bench.peer_baseline", "", ""), tmp_path, tmp_path)


def test_the_bench_goes_on_without_the_peers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    peers.main(
        ["--reports", "30", "--intakes", "60", "--noise", "clean", "--engines", "splink", "baseline",
         "--peers-python", str(tmp_path / "python")]
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert "splink: skipped" in shown
    assert "rapidfuzz" in shown
    assert "not among the first 10: baseline" in shown


@pytest.mark.parametrize(("engine", "cut"), [(run_elijah, True), (run_baseline, False)])
def test_our_own_engines_answer_from_the_flat_files_of_a_folder(engine: object, cut: bool, tmp_path: Path) -> None:
    world = peers.with_consent(make_world(40, 120, seed=5, noise="clean"))
    write_world(world, tmp_path)
    assert callable(engine)
    engine([str(tmp_path)])
    found = read_answer(tmp_path)
    assert (found.cut is not None) is cut
    firsts = {(report, ranking[0][0]) for report, ranking in found.rankings.items() if ranking}
    assert len(firsts.intersection(world.truth)) > len(world.truth) / 3
    assert {report for report, _ in firsts} <= {row["record_id"] for row in world.reports}


# Figures


def test_only_intakes_with_consent_are_compared_and_only_their_pairs_count() -> None:
    whole = make_world(60, 200, seed=2, noise="harsh")
    free = peers.with_consent(whole)
    assert {row["consent_for_tracing"] for row in free.intakes} == {"true"}
    known = {row["record_id"] for row in free.intakes}
    assert free.truth == whole.findable
    assert free.siblings == [pair for pair in whole.siblings if pair[1] in known]
    assert len(free.intakes) < len(whole.intakes)


def test_a_cut_takes_the_pairs_at_it_too() -> None:
    found = at_cut(PAIRS, TRUTH, 0.8)
    assert found.pairs == 3
    assert [found.precision, found.recall] == pytest.approx([2 / 3, 2 / 3])
    assert found.f1 == pytest.approx(2 / 3)


def test_a_cut_above_everything_has_no_precision_and_finds_nothing() -> None:
    found = at_cut(PAIRS, TRUTH, 0.95)
    assert math.isnan(found.precision)
    assert (found.pairs, found.recall, found.f1) == (0, 0.0, 0.0)


def test_equal_scores_stand_or_fall_together() -> None:
    assert [(one.cut, one.pairs) for one in every_cut(PAIRS, TRUTH)] == [(0.9, 1), (0.8, 3), (0.3, 4)]


def test_the_best_cut_and_the_surest_are_chosen_from_all() -> None:
    cuts = every_cut(PAIRS, TRUTH)
    best, sure = best_f1(cuts), recall_with_precision(cuts, 0.99)
    assert best is not None
    assert best.cut == 0.8
    assert sure is not None
    assert [sure.cut, sure.recall] == pytest.approx([0.9, 1 / 3])
    assert best_f1([]) is None
    assert recall_with_precision(every_cut([(0.9, ("r1", "x"))], TRUTH), 0.99) is None


def test_brothers_and_sisters_are_counted_where_they_are_called_a_match() -> None:
    assert called_among(PAIRS, [("r1", "b"), ("r2", "a")], 0.8) == 1
    assert called_among(PAIRS, [("r1", "b"), ("r2", "a")], 0.3) == 2


def test_rankings_become_scored_pairs_highest_first() -> None:
    rankings = {"r1": [("a", 0.2)], "r2": [("b", 0.7), ("a", 0.1)]}
    assert scored(rankings) == [(0.7, ("r2", "b")), (0.2, ("r1", "a")), (0.1, ("r2", "a"))]
    assert order(answer(rankings=rankings)) == {"r1": ["a"], "r2": ["b", "a"]}


def test_a_line_shows_the_figures_at_the_documented_cut() -> None:
    world = World([], [], TRUTH, [("r1", "b")])
    rankings = {"r1": [("a", 0.99), ("b", 0.97)], "r2": [("x", 0.6), ("b", 0.2)]}
    shown = peers.line("test", answer(rankings=rankings, cut=0.5), world)
    assert "0.333 0.667" in shown  # one of three at rank 1, two of three among ten
    assert "0.333 0.333" in shown  # at .5: three called, one of them true; one of three found
    assert "1/1" in shown  # the brother is among the called


def test_an_engine_without_scores_shows_its_ranks_alone() -> None:
    shown = peers.line("test", answer(cut=None, rankings={"r1": [("a", 0.0)]}), World([], [], TRUTH, []))
    assert "no score" in shown
    assert "0.333" in shown


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_every_cut_agrees_with_counting_at_that_cut(rows: list[tuple[int, bool]]) -> None:
    pairs = sorted(
        ((score / 5, (f"r{number}", "true" if same else "false")) for number, (score, same) in enumerate(rows)),
        reverse=True,
    )
    truth = [(f"r{number}", "true") for number in range(len(rows))]
    for one in every_cut(pairs, truth):
        assert one == at_cut(pairs, truth, one.cut)
