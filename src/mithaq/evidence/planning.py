"""Compile every expression of the evidence and keep what comes out: `python -m mithaq.evidence.planning`."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from typing import Final

import mithaq.evidence
from mithaq.evidence.plans import KEPT
from mithaq.evidence.tables import Build, derived, name_of, unbound
from mithaq.telemetry.lake import lifecycle
from mithaq.telemetry.plans import KeptPlans, Plan

_SHAPE: Final = {"tables": "Tables", "return": "ibis.Table"}
"""The annotations of a question: a function that takes the tables, nothing else, and gives a table."""


def questions() -> Iterator[Build]:
    """Give every question to the tables that the room asks anywhere."""
    names = [
        found.name
        for found in pkgutil.walk_packages(mithaq.evidence.__path__, f"{mithaq.evidence.__name__}.")
    ]
    for name in sorted(names):
        for build in vars(import_module(name)).values():
            own = isinstance(build, FunctionType) and build.__module__ == name
            if own and inspect.get_annotations(build) == _SHAPE:
                yield build


def compiled() -> Iterator[tuple[KeptPlans, dict[str, Plan]]]:
    """Compile them all, with the derived tables and the lake's own; gives what each file is to hold."""
    plans = {name: Plan.of(expression) for name, expression in derived().items()}
    plans |= {name_of(build): Plan.of(build(unbound())) for build in questions()}
    yield KEPT, plans
    yield lifecycle.KEPT, {lifecycle.SAMPLES: Plan.of(lifecycle.open_histograms())}


def main() -> None:
    """Write the files."""
    for kept, plans in compiled():
        kept.write(plans)


if __name__ == "__main__":
    main()
