"""Region: where objects were created, by the provider's own region names.

Unit: successful creations (or, where there were none, requests) per region. It shows where data is kept, to
compare with the claim and with the home region in the register. It never enters the weighing of what is
stored or in whose rhythm. Source: hourly activity of the lake.
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import storage
from mithaq.evidence.tables import Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation


def indicator(tables: Tables) -> ibis.Table:
    """Columns: subject, region, made, events, bytes, in order of region."""
    rows = storage(tables)
    made = rows.operation == Operation.CREATE.value
    found = rows.group_by(["subject", "region"]).aggregate(
        made=(rows.events - rows.errors).sum(where=made).fill_null(0),
        events=rows.events.sum(),
        bytes=rows.bytes_in.sum(where=made).fill_null(0),
    )
    return found.order_by(["subject", "region"])
