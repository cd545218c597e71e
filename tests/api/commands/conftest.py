"""A command line with a home of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.commands.running import Elijah, command_line


@pytest.fixture
def elijah(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Elijah:
    return command_line(tmp_path / "home", monkeypatch, capsys)
