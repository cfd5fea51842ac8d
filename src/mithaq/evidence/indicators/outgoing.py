"""Outgoing bytes per hour, for sliding windows and bursts.

Unit: bytes handed out by successful reads, per hour. It shows how much left the storage and how fast. It
cannot show where to, and copies made inside the provider hand out no bytes. Source: hourly activity.
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import storage
from mithaq.evidence.tables import Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation


def indicator(tables: Tables) -> ibis.Table:
    """Columns: subject, hour, bytes_out, in order of hour; hours without reads are absent."""
    rows = storage(tables)
    reads = rows.filter(rows.operation == Operation.READ.value)
    found = reads.group_by(["subject", "hour"]).aggregate(bytes_out=reads.bytes_out.sum())
    return found.order_by(["subject", "hour"])
