"""The command line in this process: what it ends with, and what it printed where."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Elijah = Callable[..., Done]


def command_line(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Elijah:
    """`elijah` with its own home: call it with the words of a command line."""
    monkeypatch.setenv("ELIJAH_HOME", str(home))

    def elijah(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["elijah", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Done(int(end.value.code or 0), printed.out, printed.err)

    return elijah
