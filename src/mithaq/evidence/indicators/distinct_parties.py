"""Distinct subjects in keys, and distinct principals who write: how many, never which.

Unit: estimates over the period (standard error 6.5 %) per creation. Millions of subjects with few objects
each are people; few subjects with many objects each are devices or sensors. It cannot name or follow anyone:
hashes are not stored, only sketch registers. Absent where keys carry no subject.
Source: sketch registers of the lake (HyperLogLog, Flajolet et al. 2007).
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import sketch_estimate
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, subjects, principals: distinct estimates over the period (null where none)."""
    subjects = sketch_estimate(tables, "subject").rename(subjects="distinct")
    principals = sketch_estimate(tables, "principal").rename(principals="distinct")
    base = tables.totals.select(*STREAM, "made")
    joined = base
    for part in (subjects, principals):
        joined = joined.left_join(part, list(STREAM)).drop("subject_right", "bucket_right", "shape_right")
    return joined.drop("made")
