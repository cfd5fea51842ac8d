"""Size location and spread of created objects.

Unit: log2 bytes for the median, doublings for the distances between quantiles, shares for the fullest bin
and for tiny and huge objects. Talk has lengths like talk: a wide, one-humped spread; chunks, parts and
records are narrow or many-humped. It cannot see inside: a photograph and a call may be equally long.
Source: daily sizes of the lake, four bins per doubling; call lengths: lognormal with sigma about 0.9.
"""

from __future__ import annotations

from typing import Final

from mithaq.evidence.indicators.base import cumulative, histogram_quantile
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import BINS_PER_DOUBLING

TINY_BIN: Final = 4 * 11
"""Bins below 2 KiB."""

HUGE_BIN: Final = 4 * 24
"""Bins from 16 MiB."""


def histogram(tables: Tables) -> ibis.Table:
    """Objects per size bin over the period. Columns: STREAM, bin, objects."""
    rows = tables.sizes
    summed = rows.group_by([*STREAM, "bin"]).aggregate(objects=rows.objects.sum())
    return summed.select(*STREAM, "objects", bin=summed.bin.cast("int64"))


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, sized (objects), and the ten columns from size_mode to size_skew."""
    rows = cumulative(histogram(tables))
    share = rows.objects / rows.total
    found = rows.group_by(list(STREAM)).aggregate(
        sized=rows.objects.sum(),
        q05=histogram_quantile(rows, 0.05),
        q25=histogram_quantile(rows, 0.25),
        q50=histogram_quantile(rows, 0.50),
        q75=histogram_quantile(rows, 0.75),
        q95=histogram_quantile(rows, 0.95),
        size_mode=share.max(),
        size_entropy=-(share * share.log2()).sum(),
        size_tiny=share.sum(where=rows.bin < TINY_BIN).fill_null(0.0),
        size_huge=share.sum(where=rows.bin >= HUGE_BIN).fill_null(0.0),
    )
    return found.select(
        *STREAM,
        "sized",
        "size_mode",
        "size_entropy",
        "size_tiny",
        "size_huge",
        size_median=found.q50 / BINS_PER_DOUBLING,
        size_inner=(found.q75 - found.q25) / BINS_PER_DOUBLING,
        size_upper=(found.q95 - found.q50) / BINS_PER_DOUBLING,
        size_lower=(found.q50 - found.q05) / BINS_PER_DOUBLING,
        size_skew=(found.q95 + found.q05 - 2 * found.q50) / (found.q95 - found.q05).nullif(0.0),
    )
