"""Disks of our own: small enough to be full, or read-only. They need the right to mount, which CI and most containers have."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, kilobytes: int = 1024) -> Iterator[Path]:
    """A disk of this size, mounted on a folder."""
    folder.mkdir(exist_ok=True)
    size = f"size={kilobytes}k"
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("a size-limited folder needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def make_read_only(disk: Path) -> None:
    """Let nothing more be written to a mounted disk, not even by root."""
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def fill(disk: Path, *, leave: int = 0) -> None:
    """Take all room on a disk but `leave` bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(file.tell() - leave, 0))
