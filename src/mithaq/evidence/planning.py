"""Compile every expression of the evidence and keep what comes out: `python -m mithaq.evidence.planning`."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from typing import Final

import mithaq.evidence
from mithaq.evidence.plans import FILE, Plan, compiled_from
from mithaq.evidence.tables import DERIVED, TABLES, Build, name_of

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


def document() -> dict[str, object]:
    """Compile them all, with the derived tables; gives what the file holds."""
    plans = {name: Plan.of(expression) for name, expression in DERIVED.items()}
    plans |= {name_of(build): Plan.of(build(TABLES)) for build in questions()}
    return {
        "compiled_from": compiled_from(),
        "plans": {name: plan.document for name, plan in sorted(plans.items())},
    }


def main() -> None:
    """Write the file."""
    FILE.write_text(json.dumps(document(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
