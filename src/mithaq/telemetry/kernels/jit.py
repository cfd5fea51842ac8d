"""The one place where numba is applied, typed for the rest of the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

_Function = TypeVar("_Function", bound=Callable[..., Any])

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.uint64]


def compiled(function: _Function) -> _Function:
    """Compile with numba, kept on disk between processes, without the global interpreter lock."""
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))


def inlined(function: _Function) -> _Function:
    """Compile a small helper that only other kernels call."""
    return cast("_Function", numba.njit(cache=True, nogil=True, inline="never")(function))
