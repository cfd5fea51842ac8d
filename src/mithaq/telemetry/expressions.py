"""Ibis, loaded when the first expression is written: who finds plans compiled does not wait for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis
else:

    class _Ibis:
        """Stands for the module until something of it is asked for."""

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the module holds
            return getattr(import_module("ibis"), name)

    ibis = _Ibis()

__all__ = ["ibis"]
