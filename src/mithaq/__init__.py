"""Mithaq: enforce a provider's terms of service with due process, without reading customer content."""

from typing import Final

__version__: Final = "0.1.0"
