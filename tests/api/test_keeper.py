from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.keeper import Keeper
from indexer.errors import StoreError
from indexer.installation import Installation
from indexer.settings import Settings
from tests.api.client import INTAKE, client_of, put


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    return Keeper(Settings(home=tmp_path / "home"))


def test_many_threads_get_the_same_installation_opened_once(keeper: Keeper) -> None:
    with ThreadPoolExecutor(8) as threads:
        opened = {id(installation) for installation in threads.map(lambda _: keeper.installation(), range(16))}
    keeper.close()
    assert len(opened) == 1


def test_what_was_closed_is_opened_anew(keeper: Keeper) -> None:
    first = keeper.installation()
    keeper.close()
    second = keeper.installation()
    keeper.close()
    assert first is not second


def test_closing_twice_does_no_harm(keeper: Keeper) -> None:
    keeper.warm_up()
    keeper.close()
    keeper.close()


def test_what_keeps_a_server_from_being_ready_is_said_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = tmp_path / "home"
    home.write_text("a file where the folder should be")
    keeper = Keeper(Settings(home=home))
    keeper.warm_up()
    assert "not ready" in caplog.text
    with pytest.raises(StoreError):
        keeper.installation()
    home.unlink()
    assert keeper.installation().store.count() == 0
    keeper.close()


def test_an_unexpected_error_at_the_start_is_logged_without_what_it_says(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(self: Installation) -> None:
        raise ZeroDivisionError("Sok Dara")

    monkeypatch.setattr(Installation, "refresh", breaks)
    keeper.warm_up()
    keeper.close()
    assert "ZeroDivisionError at test_keeper.py" in caplog.text
    assert "Dara" not in caplog.text


def test_records_are_still_there_when_the_server_comes_back(tmp_path: Path) -> None:
    with client_of(tmp_path / "home") as before:
        put(before, "shelter/1", INTAKE)
    with client_of(tmp_path / "home") as after:
        assert after.get("/v1/records/shelter/1").status_code == 200
        assert after.get("/readyz").json()["records"] == 1


def test_a_process_that_does_nothing_but_serve_looks_for_garbage_seldom(tmp_path: Path) -> None:
    before = gc.get_threshold()
    keeper = Keeper(Settings(home=tmp_path / "home"), alone=True)
    try:
        keeper.warm_up()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] > before[0]
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
        keeper.close()


def test_warming_up_stores_nothing(keeper: Keeper) -> None:
    keeper.warm_up()
    assert keeper.installation().store.last_change() == 0
    assert keeper.installation().store.count() == 0
    keeper.close()
