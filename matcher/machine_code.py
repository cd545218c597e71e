"""Functions as machine code. Importing this imports numba, half a second: only modules that are loaded when needed do so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])
_njit: Final[Any] = njit
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}


def compiled(function: Function) -> Function:
    """Compile with the first call; the result is kept beside the file, or in the user's cache folder, where there is one."""
    try:
        return cast("Function", _njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:
        # No folder to keep the compiled code in: a read-only container.
        return cast("Function", _njit(**_OPTIONS)(function))
