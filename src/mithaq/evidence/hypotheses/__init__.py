"""Generative workloads: what each kind of use looks like in metadata, as data with sources.

`WORKLOADS` holds them, `draw_tenant` fixes one tenant's parameters, `Tenant.rollups` simulates its rows of
the lake directly and `Tenant.events` the single events from which a pretend provider writes logs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from mithaq.evidence.hypotheses.catalogue import SIMULATED_PER_DAY, WORKLOADS
from mithaq.evidence.hypotheses.ranges import Choice, Range, Tag
from mithaq.evidence.hypotheses.sizes import DurationFamily
from mithaq.evidence.hypotheses.workload import Role, Workload

if TYPE_CHECKING:
    from mithaq.evidence.hypotheses.events import NOBODY, OPERATIONS, SERVICES, EventBatch
    from mithaq.evidence.hypotheses.sketch import sketch_entry
    from mithaq.evidence.hypotheses.streams import Stream
    from mithaq.evidence.hypotheses.tenant import Evasion, Tenant, draw_tenant

__all__ = [
    "NOBODY",
    "OPERATIONS",
    "SERVICES",
    "SIMULATED_PER_DAY",
    "WORKLOADS",
    "Choice",
    "DurationFamily",
    "Evasion",
    "EventBatch",
    "Range",
    "Role",
    "Stream",
    "Tag",
    "Tenant",
    "Workload",
    "draw_tenant",
    "sketch_entry",
]

_SIMULATING: Final = {
    "NOBODY": "events",
    "OPERATIONS": "events",
    "SERVICES": "events",
    "EventBatch": "events",
    "sketch_entry": "sketch",
    "Stream": "streams",
    "Evasion": "tenant",
    "Tenant": "tenant",
    "draw_tenant": "tenant",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # PEP 562: what it gives depends on the name
    """Import what simulates only when it is asked for: a review reads the tables and needs no compiler."""
    if name not in _SIMULATING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_SIMULATING[name]}"), name)
