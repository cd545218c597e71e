"""The command line while the server of the index is away, or its settings cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.commands.running import Elijah
from tests.api.commands.samples import loaded


@pytest.fixture(autouse=True)
def _away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELIJAH_ELASTICSEARCH_URL", "http://127.0.0.1:9")


def test_a_load_stores_and_says_what_is_owed(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    again = elijah("load", *tmp_path.glob("*.csv"), "--json")
    assert (again.code, again.json["unchanged"]) == (0, 3)
    assert "it is found as soon as the server of the index can be used again" in again.err


@pytest.mark.parametrize(
    "words", [("search", "--name", "Sok Dara"), ("match", "police/1"), ("reconcile",), ("index", "rebuild")]
)
def test_what_needs_the_index_ends_with_2_and_says_what_is_missing(
    elijah: Elijah, tmp_path: Path, words: tuple[str, ...]
) -> None:
    loaded(elijah, tmp_path)
    done = elijah(*words)
    assert (done.code, done.out) == (2, "")
    assert "Elasticsearch at http://127.0.0.1:9 cannot be used: it cannot be reached" in done.err


def test_the_status_says_why_and_ends_with_1(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    done = elijah("index", "status", "--json")
    assert (done.code, done.json["backend"], done.json["behind"]) == (1, "elasticsearch", None)
    assert "cannot be reached" in done.json["problem"]
    assert "behind unknown" in elijah("index", "status").out


def test_a_record_can_be_withdrawn_and_exported(elijah: Elijah, tmp_path: Path) -> None:
    loaded(elijah, tmp_path)
    assert elijah("withdraw", "shelter/1", "--yes").code == 0
    assert elijah("export", tmp_path / "all.csv", "--json").json["records"] == 2


def test_settings_that_cannot_be_used_end_with_2_and_show_no_password(
    elijah: Elijah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELIJAH_ELASTICSEARCH_CA", "/nowhere/ca.pem")
    monkeypatch.setenv("ELIJAH_ELASTICSEARCH_PASSWORD", "hunter2")
    done = elijah("search", "--name", "Sok Dara")
    assert done.code == 2
    assert "ELIJAH_ELASTICSEARCH_URL" in done.err
    assert "hunter2" not in done.err
