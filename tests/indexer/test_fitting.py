"""A fit: from an installation's own records and decisions to a model of its own, put in use when somebody says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from indexer import calibrating
from indexer.errors import ConflictError
from indexer.fitted import Fit
from indexer.fitting import LEAST_PAIRS, adopt, fit, go_back
from indexer.installation import Installation
from indexer.own_model import open_model
from indexer.reconcile import only_one, reconcile
from indexer.store import Decision, MatchFilter, MatchStatus, Saying
from indexer.truth import Truth
from matcher.errors import InputError
from matcher.model import Model
from matcher.names import NameFrequencies, analyse
from matcher.scoring import Scorer
from tests.builders import intake, report
from tests.indexer.families import children, known_pairs
from tests.indexer.world import AT, NEXT_DAY, opened

COUNT = 30
DAY = date(2026, 11, 25)
SHIPPED = Model.shipped().version


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Thirty children told twice; nothing is decided and no model is put in use."""
    with opened(tmp_path_factory.mktemp("fitting") / "home", *children(COUNT)) as one:
        yield one


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Installation]:
    with opened(tmp_path / "home", *children(COUNT)) as one:
        yield one


def moved(fitted: Fit) -> dict[tuple[str, str], float]:
    return {(weight.comparison, weight.level): weight.new - weight.old for weight in fitted.weights()}


def name_weight(scorer: Scorer, name: str) -> float:
    """What it is worth that both sides give this name."""
    one = np.zeros(1, np.int64)
    reports, intakes = scorer.columns([report(full_name=name)]), scorer.columns([intake(full_name=name)])
    return float(scorer.score(reports, intakes, one, one).weights[0, 0])


def decide(installation: Installation, decision: Decision, pairs: list[tuple[str, str]]) -> None:
    for match in installation.store.list_matches(limit=1_000).matches:
        if (match.report_id, match.intake_id) in pairs:
            installation.store.decide(match.id, Saying(decision, by="reviewer"), at=AT)


def test_confirmed_pairs_move_the_weights_of_what_they_show(fresh: Installation) -> None:
    reconcile(fresh, at=AT)
    decide(fresh, Decision.CONFIRMED, known_pairs(COUNT))
    fitted = fit(fresh, on=DAY)
    assert fitted.method == "decisions"
    assert fitted.found["same_child"] == COUNT
    # One intake in five has the other sex: far more slips than in the shipped model.
    assert moved(fitted)["sex", "differs"] > 0.3
    (differs,) = [weight for weight in fitted.weights() if (weight.comparison, weight.level) == ("sex", "differs")]
    assert differs.same_child == 6


def test_a_truth_file_teaches_as_decisions_do(fresh: Installation, installation: Installation) -> None:
    reconcile(fresh, at=AT)
    decide(fresh, Decision.CONFIRMED, known_pairs(COUNT))
    told = fit(installation, Truth.of(known_pairs(COUNT)), on=DAY)
    assert told.data["comparisons"] == fit(fresh, on=DAY).data["comparisons"]


def test_a_fit_gives_the_same_model_every_time(installation: Installation) -> None:
    first, second = (fit(installation, Truth.of(known_pairs(COUNT)), on=DAY).data for _ in range(2))
    assert first == second


def test_without_decisions_em_finds_the_pairs_and_says_so(installation: Installation) -> None:
    fitted = fit(installation, on=DAY)
    assert fitted.method == "em"
    assert fitted.found["same_child"] == 0
    assert fitted.found["same_child_by_em"] == pytest.approx(COUNT, abs=1.5)
    assert moved(fitted)["sex", "differs"] > 0.3


def test_too_few_decisions_are_added_to_by_em(installation: Installation) -> None:
    fitted = fit(installation, Truth.of(known_pairs(LEAST_PAIRS - 1)), on=DAY)
    assert (fitted.method, fitted.found["same_child"]) == ("em", LEAST_PAIRS - 1)
    assert fit(installation, Truth.of(known_pairs(LEAST_PAIRS)), on=DAY).method == "decisions"


def test_a_fit_on_too_little_is_refused_with_the_number_that_is_needed(tmp_path: Path) -> None:
    with opened(tmp_path / "home", *children(5)) as small, pytest.raises(InputError) as refused:
        fit(small, Truth.of(known_pairs(3)), on=DAY)
    assert f"{LEAST_PAIRS} pairs" in refused.value.message
    assert "3 are known" in refused.value.message
    assert "--truth" in refused.value.message


def test_a_fit_on_nothing_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as empty, pytest.raises(InputError, match="0 are known"):
        fit(empty, on=DAY)


def test_random_pairs_of_own_records_say_how_common_a_level_is(tmp_path: Path) -> None:
    rows = [{**row, "home_place": "Kampot"} for row in children(COUNT)]
    with opened(tmp_path / "home", *rows) as one:
        fitted = fit(one, Truth.of(known_pairs(COUNT)), on=DAY)
    # Where every family lives in one province, the same province says nothing.
    (same,) = [weight for weight in fitted.weights() if (weight.comparison, weight.level) == ("home", "same province")]
    assert same.strangers > 500
    assert same.new < same.old - 1.5


def test_the_model_says_where_it_comes_from(installation: Installation) -> None:
    data = fit(installation, Truth.of(known_pairs(COUNT), [("police/1", "shelter/2")]), on=DAY).data
    assert data["version"] == "own-2026-11-25-1"
    provenance = data["provenance"]
    assert {name: provenance[name] for name in ("base", "replaces", "on", "method")} == {
        "base": SHIPPED, "replaces": SHIPPED, "on": "2026-11-25", "method": "decisions",
    }  # fmt: skip
    assert provenance["pairs"] == {
        "same_child": COUNT, "same_family": 1, "other_child": 0, "strangers": COUNT * COUNT - COUNT - 1,
    }  # fmt: skip
    assert "elijah fit" in data["made"]
    assert all(
        "grounds" in level for entry in data["comparisons"].values() for level in entry.get("levels", {}).values()
    )


def test_a_model_holds_no_child(fresh: Installation) -> None:
    adopt(fresh.settings, fit(fresh, Truth.of(known_pairs(COUNT)), on=DAY))
    text = fresh.settings.model_file.read_text(encoding="utf-8")
    assert [word for word in ("police/", "shelter/", "Bopha", "Sok", "Kampot") if word in text] == []


def test_a_name_that_many_children_here_bear_is_worth_less_after_a_fit_and_a_rare_one_is_not_kept(
    tmp_path: Path,
) -> None:
    named: list[dict[str, object]] = [
        {"record_id": f"police/c{number}", "kind": "report", "full_name": f"Xyvan {name}"}
        for number, name in enumerate([*["Tumnea"] * 40, "Qorvik"])
    ]
    with opened(tmp_path / "home", *children(COUNT), *named) as here:
        fitted = fit(here, Truth.of(known_pairs(COUNT)), on=DAY)
        before, after = (Scorer(here.gazetteer, model) for model in (Model.shipped(), fitted.new))
    lost = {name: name_weight(after, name) - name_weight(before, name) for name in ("Xyvan Tumnea", "Krolm Vezhnik")}
    assert lost["Xyvan Tumnea"] < lost["Krolm Vezhnik"] - 1
    once, never = (NameFrequencies(fitted.new.name_shares).of(analyse(name)[0]) for name in ("Qorvik", "Zhelbrut"))
    assert once == never


def test_what_is_fitted_is_not_in_use_before_it_is_adopted(fresh: Installation) -> None:
    fitted = fit(fresh, on=DAY)
    assert open_model(fresh.settings) is Model.shipped()
    adopt(fresh.settings, fitted)
    assert open_model(fresh.settings) == fitted.new


def test_the_next_night_compares_everything_again_with_the_new_model_and_after_going_back_too(tmp_path: Path) -> None:
    def night(at_day: int) -> tuple[int, int, set[str]]:
        with opened(tmp_path / "home") as one:
            run = reconcile(one, at=NEXT_DAY + timedelta(days=at_day))
            waiting = one.store.list_matches(MatchFilter(status=MatchStatus.POTENTIAL), limit=1_000).matches
            used = {match.model for match in waiting}
        return run.records, run.new, used

    with opened(tmp_path / "home", *children(COUNT)) as one:
        everything = reconcile(one, at=AT).records
        assert reconcile(one, at=NEXT_DAY).records == 0
        fitted = fit(one, Truth.of(known_pairs(COUNT)), on=DAY)
        adopt(one.settings, fitted)
        # The installation that is open keeps the model that it was opened with.
        assert reconcile(one, at=NEXT_DAY).records == 0
        settings = one.settings
    assert night(1) == (everything, 0, {"own-2026-11-25-1"})
    assert night(2)[0] == 0
    assert go_back(settings).version == SHIPPED
    assert night(3) == (everything, 0, {SHIPPED})


def test_fits_do_not_drift_the_shipped_model_is_always_the_base(tmp_path: Path) -> None:
    fitted: list[Fit] = []
    for _ in range(3):
        with opened(tmp_path / "home", *([] if fitted else children(COUNT))) as one:
            fitted.append(fit(one, Truth.of(known_pairs(COUNT)), on=DAY))
            adopt(one.settings, fitted[-1])
    assert [one.old.version for one in fitted] == [SHIPPED, "own-2026-11-25-1", "own-2026-11-25-2"]
    assert {one.data["provenance"]["base"] for one in fitted} == {SHIPPED}
    assert fitted[0].data["comparisons"] == fitted[2].data["comparisons"]


def test_no_model_is_replaced_while_the_night_runs(fresh: Installation) -> None:
    fitted = fit(fresh, on=DAY)
    with only_one(fresh.settings), pytest.raises(ConflictError, match="wait for it to end"):
        adopt(fresh.settings, fitted)
    adopt(fresh.settings, fitted)
    with only_one(fresh.settings), pytest.raises(ConflictError):
        go_back(fresh.settings)
    assert open_model(fresh.settings).version == fitted.new.version


def test_the_curve_is_kept_on_few_labelled_pairs_and_it_says_how_many_there_are(installation: Installation) -> None:
    fitted = fit(installation, Truth.of(known_pairs(COUNT)), on=DAY)
    assert (fitted.calibration.refitted, fitted.calibration.same_child, fitted.calibration.needed) == (
        False,
        COUNT,
        100,
    )
    assert (fitted.new.slope, fitted.new.offset) == (Model.shipped().slope, Model.shipped().offset)


def test_the_curve_is_refitted_where_both_kinds_are_many(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrating, "LEAST", COUNT)
    fitted = fit(installation, Truth.of(known_pairs(COUNT)), on=DAY)
    # Whoever else is brought up for a report of the truth file is another child.
    assert fitted.calibration.refitted
    assert fitted.calibration.other > 100
    assert fitted.new.slope == fitted.calibration.slope != Model.shipped().slope
    assert f"{COUNT} labelled pairs" in fitted.data["calibration"]["grounds"]


def test_the_curve_is_kept_where_all_labelled_pairs_are_of_one_kind(
    fresh: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrating, "LEAST", COUNT)
    reconcile(fresh, at=AT)
    decide(fresh, Decision.CONFIRMED, known_pairs(COUNT))
    calibration = fit(fresh, on=DAY).calibration
    assert (calibration.refitted, calibration.same_child, calibration.other) == (False, COUNT, 0)


def test_a_curve_that_cannot_be_believed_is_not_used(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrating, "LEAST", COUNT)
    for slope in (-1.0, 0.1, 3.0, float(np.nan)):
        monkeypatch.setattr(calibrating, "fit_calibration", lambda scores, is_same, *, near, slope=slope: (slope, 0.0))
        assert not fit(installation, Truth.of(known_pairs(COUNT)), on=DAY).calibration.refitted


def test_people_who_denied_a_match_count_for_the_curve(fresh: Installation) -> None:
    reconcile(fresh, at=AT)
    assert fresh.store.list_matches(MatchFilter(record_id="police/3")).total
    decide(fresh, Decision.NOT_A_MATCH, [("police/3", "shelter/3")])
    fitted = fit(fresh, on=DAY)
    assert (fitted.found["other_child"], fitted.calibration.other) == (1, 1)


def test_the_fit_as_json_has_both_models_side_by_side(installation: Installation) -> None:
    shape = json.loads(json.dumps(fit(installation, Truth.of(known_pairs(COUNT)), on=DAY).to_json()))
    assert (shape["model"], shape["in_use"], shape["base"], shape["method"]) == (
        "own-2026-11-25-1", SHIPPED, SHIPPED, "decisions",
    )  # fmt: skip
    assert {"comparison", "also", "level", "old", "new", "old_family", "new_family", "same_child", "strangers"} <= set(
        shape["weights"][0]
    )
    assert shape["calibration"]["old_slope"] == Model.shipped().slope
    (father,) = {tuple(one["also"]) for one in shape["weights"] if one["comparison"] == "father"}
    assert father == ("mother",)
