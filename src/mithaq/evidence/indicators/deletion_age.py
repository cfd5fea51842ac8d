"""Age at deletion: what share of objects is deleted within the window, and how old they are then.

Unit: share of followed objects; log2 seconds. Rolling retention, user clean-up and job scratch differ.
Undetermined when the window is shorter than the retention: nothing deleted yet says nothing about later.
Source: lives of a keyed sample of objects (1 in 64), kept as histograms.
"""

from __future__ import annotations

from mithaq.evidence.indicators.read_lag import lives
from mithaq.evidence.tables import Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, gone_followed, gone_share, gone_median, gone_inner (null where none was)."""
    return lives(tables, "deletion-age", "gone")
