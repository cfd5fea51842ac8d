"""Silent hours: the share of observed hours without any creation, and the longest unbroken silence.

Unit: share; hours. Offices and jobs fall silent for long; people at large and round-the-clock machines do
not, unless the stream is so small that silence is chance, which is why the weighing reads it beside the
volume. It cannot say whose hours they are. Source: hourly activity; observed hours from coverage.
"""

from __future__ import annotations

from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, silent_hours (share), longest_silence (observed hours)."""
    rows = tables.grid
    ordered = ibis.window(group_by=list(STREAM), order_by="hour", preceding=(None, 0))
    # Between two hours with creations the running count of such hours stands still: it names the silence.
    marked = rows.mutate(spell=(rows.made > 0).cast("int64").sum().over(ordered))
    silent = marked.made == 0
    spells = marked.group_by([*STREAM, "spell"]).aggregate(
        hours=marked.count(), silence=silent.cast("int64").sum()
    )
    found = spells.group_by(list(STREAM)).aggregate(
        hours=spells.hours.sum(), silence=spells.silence.sum(), longest_silence=spells.silence.max()
    )
    return found.select(*STREAM, "longest_silence", silent_hours=found.silence / found.hours)
