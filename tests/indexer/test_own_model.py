"""The model of an installation: kept whole, checked when it is opened, gone back from step by step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indexer.own_model import go_back, keep_model, next_version, open_model, read_model
from indexer.settings import Settings
from matcher.errors import InputError
from matcher.model import Model
from matcher.refitting import shipped_data
from tests.indexer.world import AT, INTAKE, REPORT, opened

DAY = date(2026, 11, 25)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def named(version: str, **changes: object) -> dict[str, Any]:
    return {**shipped_data(), "version": version, **changes}


def in_use(settings: Settings) -> str:
    return open_model(settings).version


def test_a_home_without_a_model_uses_the_shipped_one(settings: Settings) -> None:
    assert open_model(settings) is Model.shipped()


def test_a_kept_model_is_used_and_belongs_to_its_owner_only(settings: Settings) -> None:
    keep_model(settings, named("own-1"))
    assert in_use(settings) == "own-1"
    assert settings.model_file.stat().st_mode & 0o077 == 0


def test_going_back_leads_over_every_model_to_the_shipped_one(settings: Settings) -> None:
    for version in ("own-1", "own-2", "own-3"):
        keep_model(settings, named(version))
    found = []
    for _ in range(3):
        go_back(settings)
        found.append(in_use(settings))
    assert found == ["own-2", "own-1", Model.shipped().version]
    with pytest.raises(InputError, match="nothing to go back to"):
        go_back(settings)


def test_going_back_and_fitting_again_still_leads_back_to_where_it_was(settings: Settings) -> None:
    keep_model(settings, named("own-1"))
    keep_model(settings, named("own-2"))
    go_back(settings)
    keep_model(settings, named("own-3"))
    go_back(settings)
    assert in_use(settings) == "own-1"


def test_more_than_nine_steps_lead_back_in_order(settings: Settings) -> None:
    versions = [f"own-{number}" for number in range(12)]
    for version in versions:
        keep_model(settings, named(version))
    for version in reversed(versions):
        assert in_use(settings) == version
        go_back(settings)
    assert open_model(settings) is Model.shipped()


def test_no_version_is_given_twice_even_after_going_back(settings: Settings) -> None:
    given = []
    for _ in range(3):
        given.append(next_version(settings, DAY))
        keep_model(settings, named(given[-1]))
        go_back(settings)
    assert given == ["own-2026-11-25-1", "own-2026-11-25-2", "own-2026-11-25-3"]
    assert next_version(settings, date(2026, 11, 26)) == "own-2026-11-26-1"


def test_what_was_taken_out_of_use_is_not_lost(settings: Settings) -> None:
    keep_model(settings, named("own-1"))
    go_back(settings)
    (kept,) = settings.models_folder.glob("undone/*.json")
    assert json.loads(kept.read_text(encoding="utf-8"))["version"] == "own-1"
    assert kept.stat().st_mode & 0o077 == 0


def damaged(change: Callable[[dict[str, Any]], object]) -> str:
    data = named("own-1")
    change(data)
    return json.dumps(data)


WRONG = {
    "blank": "",
    "cut short": json.dumps(named("own-1"))[:900],
    "no object": "[]",
    "of another format": json.dumps(named("own-1", format=99)),
    "without a part": damaged(lambda data: data.pop("prior")),
    "a list for a table": damaged(lambda data: data.update(caps=["name alone"])),
    "a share of nothing": damaged(lambda data: data["comparisons"]["sex"]["levels"]["same"].update(u=0)),
    "no weight": damaged(lambda data: data["prior"].update(bits="NaN")),
    "no slope": damaged(lambda data: data["calibration"].update(slope=0)),
    "a falling curve": damaged(lambda data: data["calibration"].update(slope=-1)),
    "cut-offs the wrong way": damaged(lambda data: data["cutoffs"].update(likely=0.01)),
    "certain cut-off": damaged(lambda data: data["cutoffs"].update(likely=1.0)),
    "a comparison less": damaged(lambda data: data["comparisons"].pop("marks")),
    "another level": damaged(
        lambda data: data["comparisons"]["sex"]["levels"].update(odd={"m": 0.5, "s": 0.5, "u": 0.5})
    ),
    "a cap less": damaged(lambda data: data["caps"].pop("sex differs")),
    "a circle": damaged(lambda data: data["comparisons"].update(mother={"same_as": "mother"})),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_a_model_that_cannot_be_used_is_refused_naming_the_file_and_what_to_do(settings: Settings, text: str) -> None:
    settings.home.mkdir()
    settings.model_file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"model\.json cannot be used: .*`elijah fit --undo`"):
        open_model(settings)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_going_back_from_a_model_that_cannot_be_used_reaches_the_one_before(settings: Settings, text: str) -> None:
    keep_model(settings, named("own-1"))
    keep_model(settings, named("own-2"))
    settings.model_file.write_text(text, encoding="utf-8")
    go_back(settings)
    assert in_use(settings) == "own-1"


def test_a_file_that_is_no_text_is_refused_and_gone_back_from(settings: Settings) -> None:
    settings.home.mkdir()
    settings.model_file.write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="cannot be used"):
        open_model(settings)
    go_back(settings)
    assert open_model(settings) is Model.shipped()
    assert [file.read_bytes() for file in settings.models_folder.glob("undone/*")] == [b"\xff\xfe{"]


def test_a_version_that_would_be_a_path_stays_in_its_folder(settings: Settings) -> None:
    settings.home.mkdir()
    settings.model_file.write_text(json.dumps(named("../../own")), encoding="utf-8")
    go_back(settings)
    assert [file.name for file in settings.models_folder.glob("undone/*")] == ["0001-unreadable.json"]


def test_what_cannot_be_used_is_never_kept(settings: Settings) -> None:
    keep_model(settings, named("own-1"))
    with pytest.raises(InputError):
        keep_model(settings, {"format": 1})
    assert in_use(settings) == "own-1"
    go_back(settings)
    assert open_model(settings) is Model.shipped()


def test_a_kill_between_keeping_and_replacing_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_model(settings, named("own-1"))
    keep_model(settings, named("own-2"))
    replace = os.replace

    def killed(source: object, target: object) -> None:
        if Path(str(target)) == settings.model_file:
            raise KeyboardInterrupt
        replace(str(source), str(target))

    monkeypatch.setattr("os.replace", killed)
    with pytest.raises(KeyboardInterrupt):
        keep_model(settings, named("own-3"))
    assert in_use(settings) == "own-2"
    with pytest.raises(KeyboardInterrupt):
        go_back(settings)
    assert in_use(settings) == "own-2"
    monkeypatch.undo()
    go_back(settings)
    assert in_use(settings) == "own-1"


def test_every_model_that_is_read_can_score(settings: Settings) -> None:
    assert read_model(json.dumps(named("own-1"))).version == "own-1"


def test_an_installation_scores_with_its_own_model_from_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home, REPORT, INTAKE) as running:
        (before,) = running.match("police/1").matches
        strict = shipped_data()
        strict["prior"] = {**strict["prior"], "bits": strict["prior"]["bits"] - 2}
        keep_model(running.settings, {**strict, "version": "own-1"})
        (still,) = running.match("police/1").matches
    with opened(home) as restarted:
        (after,) = restarted.match("police/1").matches
    assert (before.model, still.model, after.model) == (Model.shipped().version, Model.shipped().version, "own-1")
    assert after.score < before.score == still.score


def test_records_can_be_stored_while_the_model_is_damaged_and_a_search_says_what_is_wrong(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as installation:
        installation.settings.model_file.write_text("{", encoding="utf-8")
        installation.put([REPORT, INTAKE], at=AT)
        with pytest.raises(InputError, match=r"model\.json cannot be used"):
            installation.match("police/1")
