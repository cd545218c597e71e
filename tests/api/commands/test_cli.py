"""The command line as a whole: help, exit codes, errors without a traceback, the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.commands import index as index_command
from api.commands import serve as serve_command
from tests.api.commands.running import Elijah

COMMANDS = (
    "demo", "load", "search", "check", "match", "reconcile", "review", "evaluate", "fit", "names", "dates", "places", "index",
    "serve", "withdraw", "export",
)  # fmt: skip


def test_help_names_every_command(elijah: Elijah) -> None:
    out = elijah("--help").out
    assert [command for command in COMMANDS if command not in out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(elijah: Elijah, command: str) -> None:
    done = elijah(command, "--help")
    assert done.code == 0
    assert "Usage" in done.out


@pytest.mark.parametrize("words", [("fly",), ("search", "--colour", "red"), ("match",), ("search", "--limit", "0")])
def test_a_wrong_command_line_ends_with_two_and_says_why(elijah: Elijah, words: tuple[str, ...]) -> None:
    done = elijah(*words)
    assert done.code == 2
    assert done.err


def test_an_unexpected_error_shows_its_place_and_none_of_its_content(
    elijah: Elijah, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("Sok Dara lives at house 9")

    monkeypatch.setattr(index_command, "opened", broken)
    done = elijah("index", "status")
    assert done.code == 2
    assert "RuntimeError" in done.err
    assert "Sok Dara" not in done.err


def test_the_demo_loads_reconciles_and_prints_the_best_with_their_evidence(
    elijah: Elijah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_ONCE", "1")
    done = elijah("demo")
    assert done.code == 0
    assert "150 created" in done.out
    assert "likely" in done.out
    again = elijah("demo")
    assert "150 unchanged" in again.out


def test_the_server_listens_on_this_machine_only_while_nobody_is_defined(
    elijah: Elijah, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELIJAH_PORT", "0")
    done = elijah("serve", "--host", "0.0.0.0", "--port", "8765")  # noqa: S104  # it must be refused
    assert done.code == 2
    assert serve_command is not None


def test_a_home_that_cannot_be_made_is_named(elijah: Elijah, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("ELIJAH_HOME", str(tmp_path / "file" / "home"))
    done = elijah("index", "status")
    assert done.code == 2
    assert "file" in done.err


@pytest.mark.parametrize(("name", "value"), [("ELIJAH_PORT", "many"), ("ELIJAH_CANDIDATES", "-1")])
def test_a_wrong_setting_is_named(elijah: Elijah, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    done = elijah("index", "status")
    assert done.code == 2
    assert name in done.err
