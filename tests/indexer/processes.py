"""Other processes for tests: they run a few lines of Python, say when they have come to a point, and can be killed there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(code: str, *args: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process on these lines; killed -9 at the end, where it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    """Read the process's output up to this line."""
    assert process.stdout is not None
    for said in process.stdout:
        if said.strip() == line:
            return
    assert process.stderr is not None
    raise AssertionError(f"the process ended before it said {line}: {process.stderr.read()}")


def let_go_together(*processes: subprocess.Popen[str]) -> list[tuple[str, str]]:
    """Let processes that wait for a line after saying "ready" go on at one moment; what each printed, and its errors."""
    for process in processes:
        wait_for(process, "ready")
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [process.communicate(timeout=60) for process in processes]


def run(code: str, *args: object) -> str:
    """Run these lines to their end in another process; what they printed."""
    with running(code, *args) as process:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return out.strip()
