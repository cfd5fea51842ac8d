"""Volume: successful creations per day, and bytes per creation.

Unit: objects per 24 observed hours; bytes. It shows how much is written. It cannot show what, and says
nothing on its own about who: the weighing uses it only to know how noisy the other indicators are.
Source: hourly activity of the lake; observed hours from coverage.
"""

from __future__ import annotations

from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, made, bytes, hours (observed), per_day."""
    rows = tables.grid
    hours = rows.group_by(list(STREAM)).aggregate(hours=rows.count())
    summed = tables.totals.join(hours, list(STREAM))
    return summed.select(
        *STREAM, "source", "made", "bytes", "hours", per_day=summed.made * 24.0 / summed.hours
    )
