"""All workloads, by id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mithaq.evidence.hypotheses.tables import calls, documents, files, messages, pictures, records
from mithaq.evidence.hypotheses.workload import Workload

WORKLOADS: Final[Mapping[str, Workload]] = MappingProxyType(
    {
        workload.id: workload
        for table in (
            calls.WORKLOADS,
            messages.WORKLOADS,
            records.WORKLOADS,
            pictures.WORKLOADS,
            files.WORKLOADS,
            documents.WORKLOADS,
        )
        for workload in table
    }
)
"""Every workload that a stream is weighed against, by its id (the purpose's word where it is one)."""

SIMULATED_PER_DAY: Final = (200.0, 50_000.0)
"""Objects a day of the simulated tenants: full-scale use is scaled down to what the models are fitted on."""
