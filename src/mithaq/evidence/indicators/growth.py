"""Growth: creations per hour in the second half of the observed hours over the first half.

Unit: log2 of the ratio, half a creation per half added. It shows a stream that starts, swells or stops.
It cannot show why. Source: hourly activity of the lake; observed hours from coverage.
"""

from __future__ import annotations

from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, growth."""
    rows = tables.grid
    ordered = ibis.window(group_by=list(STREAM), order_by="hour")
    whole = ibis.window(group_by=list(STREAM))
    placed = rows.mutate(place=ibis.row_number().over(ordered), hours=rows.count().over(whole))
    late = placed.place * 2 >= placed.hours
    halves = placed.group_by(list(STREAM)).aggregate(
        late=placed.made.sum(where=late) + 0.5,
        early=placed.made.sum(where=~late) + 0.5,
        late_hours=late.cast("int64").sum(),
        hours=placed.count(),
    )
    early_hours = (halves.hours - halves.late_hours).cast("float64").nullif(0.0)
    ratio = (halves.late / halves.late_hours) / (halves.early / early_hours)
    return halves.select(*STREAM, growth=ratio.log2())
