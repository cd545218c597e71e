"""Functions as machine code. Importing this imports numba, half a second: only modules that are loaded when needed do so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}


def compiled(function: Function) -> Function:
    """Compile with the first call; the result is `kept`."""
    return kept(function, **_OPTIONS)


def kept(function: Function, *types: str, **options: Any) -> Function:
    """Compile: here and now where the types are given. The result is kept beside the file, or in the user's cache folder."""
    compiler: Any = numba.njit
    try:
        return cast("Function", compiler(*types, cache=True, **options)(function))
    except RuntimeError:
        # No folder to keep the compiled code in: a read-only container.
        return cast("Function", compiler(*types, **options)(function))
