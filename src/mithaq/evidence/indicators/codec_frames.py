"""Codec frame structure: whether sizes fall on whole frames of a speech codec.

Unit: for each frame length, how much likelier two objects agree modulo that length than by chance (1 = no
structure, the frame length itself = every object is whole frames behind one header). Speech codecs write
whole frames, so their files agree; few other things do. One-sided: structure speaks for coded speech,
its absence for nothing (Opus and transcoded files have none). It cannot tell calls from other speech. Guards:
objects under 2 KiB are not counted, exact repeats are seen in `distinct_sizes`, and powers of two (blocks,
pages, ciphers) agree on all the even moduli in their own way, which the weighing tells apart.
Source: residue counts of the lake; index of coincidence (Friedman 1922); frame lengths from the codecs'
specifications (G.729, AMR-NB 12.2, GSM-FR and AMR-WB 12.65, G.711 20 ms, 16-bit PCM 8 kHz 20 ms).
"""

from __future__ import annotations

from mithaq.evidence.indicators.base import sketch_estimate
from mithaq.evidence.tables import STREAM, Tables
from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import RESIDUE_MODULI


def _coincidence(tables: Tables) -> ibis.Table:
    """Index of coincidence of the residues of each modulus. Columns: STREAM, modulus, framed, agree."""
    rows = tables.residues.select(*STREAM, "modulus", "counts").unnest("counts", offset="residue")
    residues = rows.group_by([*STREAM, "modulus", "residue"]).aggregate(n=rows.counts.sum())
    # Pairs of thousands of millions of objects do not fit into 64-bit integers.
    n = residues.n.cast("float64")
    pairs = residues.group_by([*STREAM, "modulus"]).aggregate(
        framed=residues.n.sum(), pairs=(n * (n - 1)).sum()
    )
    framed = pairs.framed.cast("float64")
    possible = (framed * (framed - 1)).nullif(0.0)
    return pairs.select(*STREAM, "modulus", "framed", agree=pairs.pairs * pairs.modulus / possible)


def indicator(tables: Tables) -> ibis.Table:
    """Columns: STREAM, framed (objects counted), agree_20 … agree_320, distinct_sizes."""
    found = _coincidence(tables)
    wide = found.group_by(list(STREAM)).aggregate(
        framed=found.framed.max(),
        **{f"agree_{m}": found.agree.max(where=found.modulus == m) for m in RESIDUE_MODULI},
    )
    sizes = sketch_estimate(tables, "size")
    joined = wide.left_join(sizes, list(STREAM)).drop("subject_right", "bucket_right", "shape_right")
    return joined.rename(distinct_sizes="distinct")
