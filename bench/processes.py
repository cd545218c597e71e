"""One run of the installed command in a process of its own, with what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_COMMAND = Path(sys.executable).with_name("elijah")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command printed, seconds by the clock and of the processors (its own children included), peak in megabytes."""

    output: str
    seconds: float
    processor_seconds: float
    peak: int


def run_command(home: Path, *args: object) -> Run:
    """Run `elijah` on this home. Raises `AssertionError` where it could not run."""
    environment = {**os.environ, "ELIJAH_HOME": str(home)}
    started = time.perf_counter()
    with subprocess.Popen([_COMMAND, *map(str, args)], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        # Waited for here and not by `Popen`: only so its own peak is known, and not that of the largest child so far.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), args
    return Run(output, time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)
