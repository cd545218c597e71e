"""Running an engine in a process of its own, so that its memory and its packages are its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.peer_files import Answer, read_answer

_ROOT: Final = Path(__file__).resolve().parents[1]
PEERS_PYTHON: Final = _ROOT / ".venv-peers" / "bin" / "python"
SET_UP: Final = "python3.11 -m venv .venv-peers && .venv-peers/bin/pip install -r requirements-bench.txt"


@dataclass(frozen=True, slots=True)
class Engine:
    """One thing to measure: its module under bench/, the package without which it cannot run ("" for our own), what it is."""

    name: str
    module: str
    package: str
    setting: str


class EngineError(Exception):
    """An engine that is there ended with an error."""


def missing(engine: Engine, python: Path) -> str:
    """Why an engine cannot run, "" where it can."""
    if not engine.package:
        return ""
    if not python.exists():
        return f"{engine.name}: skipped, there is no {python}; {SET_UP}"
    asked = subprocess.run([python, "-c", f"import {engine.package}"], capture_output=True, check=False)
    return f"{engine.name}: skipped, {engine.package} is not installed; {SET_UP}" if asked.returncode else ""


def run(engine: Engine, folder: Path, python: Path, *options: str) -> Answer:
    """What the engine finds in the world of a folder. Raises `EngineError` where it fails."""
    interpreter = python if engine.package else Path(sys.executable)
    command = [str(interpreter), "-m", engine.module, str(folder), *options]
    # Peers talk while they train: what they say is shown where they fail.
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise EngineError(f"{engine.name} failed: {done.stdout[-2_000:]}")
    return read_answer(folder)
