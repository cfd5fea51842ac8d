"""Writes against reads: requests and bytes read, headed, listed and deleted per object created.

Unit: requests per creation; bytes out per byte in. Archives are hardly read, media are read far more than
written. Low reading does not discriminate by itself: call centres play 1–3 % of their recordings.
It cannot show who reads. Source: hourly activity of the lake.
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import storage
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.vocabulary import Operation


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, reads, bytes_read (per byte written), lists, deletes, each per creation."""
    rows = storage(tables)
    done = rows.events - rows.errors
    ops = rows.operation
    per = rows.group_by(list(STREAM)).aggregate(
        read=done.sum(where=ops == Operation.READ.value).fill_null(0),
        out=rows.bytes_out.sum(where=ops == Operation.READ.value).fill_null(0),
        look=done.sum(where=ops.isin([Operation.HEAD.value, Operation.LIST.value])).fill_null(0),
        gone=done.sum(where=ops.isin([Operation.DELETE.value, Operation.EXPIRE.value])).fill_null(0),
    )
    both = tables.totals.join(per, list(STREAM))
    return both.select(
        *STREAM,
        reads=both.read / both.made,
        bytes_read=both.out / both.bytes.cast("float64").nullif(0.0),
        looks=both.look / both.made,
        deletes=both.gone / both.made,
    )
