"""The plans of the evidence: `plans.json`, with every question that is put to the rollups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mithaq.telemetry import vocabulary
from mithaq.telemetry.lake import schema
from mithaq.telemetry.plans import KeptPlans


def _modules() -> Iterator[Path]:
    """Give the modules in which expressions are written, and those that name what they read."""
    yield from (Path(str(module.__file__)) for module in (schema, vocabulary))
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        if b" import ibis\n" in path.read_bytes():
            yield path


KEPT: Final = KeptPlans(Path(__file__).with_name("plans.json"), _modules)
