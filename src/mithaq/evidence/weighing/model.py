"""The stored evidence model: simulated tenants' coordinates, calibrations, limits and origin."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from mithaq.evidence.errors import ModelError
from mithaq.evidence.features import (
    BLOCKS,
    CONDITIONS,
    GIVEN,
    GIVEN_ELSE,
    LEAST_WIDTHS,
    RHYTHM_BLOCKS,
    Stream,
)
from mithaq.evidence.weighing.density import BlockDensity, fit_block, pooled_scale
from mithaq.evidence.weighing.fits import Hypothesis, StreamFit, fit_stream
from mithaq.evidence.weighing.questions import Calibration
from mithaq.terms.vocabulary import DataKind, Purpose, Rhythm

FORMAT: Final = "mithaq-evidence-model/v1"
MIN_OF_A_RHYTHM: Final = 12
"""Tenants of one workload and rhythm below which no density of that rhythm is made of them."""

REBUILD: Final = "Rebuild it with: python -m mithaq.evidence.fit"


@dataclass(frozen=True, slots=True)
class TenantTable:
    """Simulated tenants of one workload: coordinates per block, conditions, and their own rhythm."""

    id: str
    kind: DataKind | None
    leaves_open: DataKind | None
    violating: bool
    purpose: Purpose | None
    blocks: Mapping[str, npt.NDArray[np.float32]]
    given: npt.NDArray[np.float32]
    rhythm: npt.NDArray[np.int8]
    """Position in Rhythm; -1 for streams whose rhythm is not used."""
    frames: float


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that weighing needs, ready to use."""

    hypotheses: Mapping[str, Hypothesis]
    calibrations: Mapping[str, Calibration]
    limits: Mapping[str, float]
    seed: int
    version: str
    digest: str

    def fit(self, stream: Stream) -> StreamFit:
        """Compute how well every hypothesis fits a stream."""
        return fit_stream(stream, self.hypotheses, self.limits)

    def without(self, name: str) -> Model:
        """Give the model as if a hypothesis had never been thought of; calibrations stay as they are."""
        return replace(self, hypotheses={k: h for k, h in self.hypotheses.items() if k != name})

    def calibration(self, question: str) -> Calibration:
        """Give the calibration of a question such as `stores:call-recordings` or `pattern:population`."""
        return self.calibrations[question]


def hypotheses_from(tables: Sequence[TenantTable]) -> dict[str, Hypothesis]:
    """Make densities of the simulated tenants."""
    floors = {block: np.array([f.floor for f in features]) for block, features in BLOCKS.items()}
    pooled = {
        block: pooled_scale(
            np.concatenate([t.blocks[block] for t in tables]).astype(np.float64), floors[block]
        )
        for block in BLOCKS
    }

    def density(table: TenantTable, block: str, rows: npt.NDArray[np.bool_]) -> BlockDensity:
        points = table.blocks[block][rows].astype(np.float64)
        given = table.given[rows, : GIVEN.get(block, GIVEN_ELSE)].astype(np.float64)
        return fit_block(points, given, floors[block], pooled[block], by_spread=block not in LEAST_WIDTHS)

    found: dict[str, Hypothesis] = {}
    for table in tables:
        everyone = np.ones(len(table.rhythm), np.bool_)
        rhythms = {
            rhythm: {block: density(table, block, table.rhythm == number) for block in RHYTHM_BLOCKS}
            for number, rhythm in enumerate(Rhythm)
            if int((table.rhythm == number).sum()) >= MIN_OF_A_RHYTHM
        }
        counts = {rhythm: int((table.rhythm == list(Rhythm).index(rhythm)).sum()) for rhythm in rhythms}
        found[table.id] = Hypothesis(
            id=table.id,
            kind=table.kind,
            leaves_open=table.leaves_open,
            violating=table.violating,
            purpose=table.purpose,
            blocks={block: density(table, block, everyone) for block in BLOCKS},
            rhythms=rhythms,
            shares={rhythm: count / sum(counts.values()) for rhythm, count in counts.items()},
            frames=table.frames,
        )
    return found


def _features() -> dict[str, list[str]]:
    """Name what the stored coordinates are: per block, and the conditions."""
    blocks = {block: [feature.name for feature in features] for block, features in BLOCKS.items()}
    return {**blocks, "given": list(CONDITIONS)}


def _archive(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Write arrays as NumPy's own archive, without times, so that equal arrays are equal bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files_of:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            files_of.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def dump(
    tables: list[TenantTable],
    calibrations: Mapping[str, Calibration],
    limits: Mapping[str, float],
    about: Mapping[str, object],
) -> tuple[bytes, bytes]:
    """Give the model's two files: coordinates (npz) and description (JSON with the digest of both)."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for number, table in enumerate(tables):
        arrays[f"{number}.given"] = table.given
        arrays[f"{number}.rhythm"] = table.rhythm
        for block in BLOCKS:
            arrays[f"{number}.{block}"] = table.blocks[block]
    coordinates = _archive(arrays)
    description = {
        "format": FORMAT,
        **about,
        "features": _features(),
        "hypotheses": [
            {
                "id": table.id,
                "kind": table.kind,
                "leaves_open": table.leaves_open,
                "violating": table.violating,
                "purpose": table.purpose,
                "frames": round(table.frames, 6),
                "tenants": len(table.rhythm),
            }
            for table in tables
        ],
        "calibrations": {
            name: {
                "slope": c.slope,
                "offset": c.offset,
                "cap_for": c.cap_for,
                "cap_against": c.cap_against,
            }
            for name, c in calibrations.items()
        },
        "limits": dict(limits),
        "coordinates": "sha256:" + hashlib.sha256(coordinates).hexdigest(),
    }
    return coordinates, (json.dumps(description, indent=1) + "\n").encode()


def parse(coordinates: bytes, description: bytes) -> Model:
    """Read a model from its two files; raises ModelError if they do not belong together or to this code."""
    about = json.loads(description)
    digest = "sha256:" + hashlib.sha256(coordinates).hexdigest()
    if about.get("format") != FORMAT or about.get("features") != _features():
        raise ModelError(
            "the evidence model was made for other features than this code computes", hint=REBUILD
        )
    if about["coordinates"] != digest:
        raise ModelError("the evidence model's two files do not belong together", hint=REBUILD)
    with np.load(io.BytesIO(coordinates)) as arrays:
        tables = [
            TenantTable(
                id=entry["id"],
                kind=None if entry["kind"] is None else DataKind(entry["kind"]),
                leaves_open=None if entry["leaves_open"] is None else DataKind(entry["leaves_open"]),
                violating=entry["violating"],
                purpose=None if entry["purpose"] is None else Purpose(entry["purpose"]),
                blocks={block: arrays[f"{number}.{block}"] for block in BLOCKS},
                given=arrays[f"{number}.given"],
                rhythm=arrays[f"{number}.rhythm"],
                frames=entry["frames"],
            )
            for number, entry in enumerate(about["hypotheses"])
        ]
    return Model(
        hypotheses=hypotheses_from(tables),
        calibrations={name: Calibration(**values) for name, values in about["calibrations"].items()},
        limits=about["limits"],
        seed=about["seed"],
        version=about["version"],
        digest="sha256:" + hashlib.sha256(coordinates + description).hexdigest(),
    )


@cache
def stored_model() -> Model:
    """Load the model that comes with the package; raises ModelError if it is not there."""
    folder = files("mithaq.evidence") / "model"
    try:
        coordinates = (folder / "coordinates.npz").read_bytes()
        description = (folder / "model.json").read_bytes()
    except FileNotFoundError as missing:
        raise ModelError("the package holds no evidence model", hint=REBUILD) from missing
    return parse(coordinates, description)
