"""The compiled kernels of names: the same whole numbers as numpy, many times as many pairs a second.

numba compiles them (`compiled`) on first use and keeps the result beside that file (or in the user's cache folder).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Final
from zlib import crc32

from matcher.names import layout

# The longest run of units: longer names are cut.
MOST_UNITS: Final = 40
# What is measured of two names: see `measures`.
MEASURES: Final = 9
WHOLE, WEAKEST, PART, CALLED, BEST, WORST_OF_FEWER, WORST, LETTERS, SPELLING = range(MEASURES)

Kernel = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Kernels:
    """`align` for runs of sounds, `measure` for whole names; both without the interpreter's lock."""

    align: Kernel
    measure: Kernel


def is_loaded() -> bool:
    """Whether the kernels are ready: a server loads them before the first question."""
    return load.cache_info().currsize > 0


@cache
def load() -> Kernels:
    """The compiled kernels; half a second the first time in a process, many seconds the first time on a machine."""
    from matcher.names import compiled, compiled_letters  # noqa: PLC0415  # numba is as slow to import as all the rest of a search

    version = version_of(compiled, compiled_letters, layout, sys.modules[__name__])
    align, whole = (
        _compile(types, function, version)
        for types, function in ((compiled.ALIGN, compiled.align), (compiled.MEASURE, compiled.measure))
    )
    return Kernels(
        lambda *arguments: align(*arguments, compiled.row()), lambda *arguments: whole(*arguments, *compiled.scratch())
    )


def version_of(*modules: ModuleType) -> int:
    """A number that changes with the source of any of these."""
    return crc32("".join(map(inspect.getsource, modules)).encode())


def _compile(types: str, function: Callable[..., None], version: int) -> Kernel:
    from matcher.machine_code import kept  # noqa: PLC0415  # as above
    from matcher.names.compiled_letters import OPTIONS  # noqa: PLC0415  # as above

    # numba keeps what it compiled under this name, and looks at the file of the function alone: it is made of other files too.
    function.__qualname__ = f"{function.__name__}-{version:08x}"
    # Compiled here and now, not when the first question waits for it.
    return kept(function, types, **OPTIONS)
