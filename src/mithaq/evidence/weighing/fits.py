"""How well every workload fits one stream, block by block: the raw material of all weighing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mithaq.evidence.features import BLOCKS, RHYTHM_BLOCKS, Stream, block_matrix, conditions
from mithaq.evidence.weighing.density import BlockDensity, log_sum
from mithaq.evidence.weighing.frames import Frames, FrameState, find_frames
from mithaq.terms.vocabulary import DataKind, Purpose, Rhythm

ANYTHING: Final = "anything-else"
"""The broad hypothesis: any listed workload's rhythm with any other's sizes, reading, and so on.

It stands for what nobody listed. Its density per block is the mean over all workloads, so a claim must beat
not only every listed alternative but every mixture of their parts.
"""

COMPANION: Final = "companion-records"
"""Small records that accompany other objects (indexes, transcripts), from all workloads' side streams."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One workload as the model knows it.

    `frames` is the share of its tenants whose sizes show call-like codec frames; `rhythms` holds densities
    of the rhythm blocks by the tenants' own rhythm.
    """

    id: str
    kind: DataKind | None
    leaves_open: DataKind | None
    violating: bool
    purpose: Purpose | None
    blocks: Mapping[str, BlockDensity]
    rhythms: Mapping[Rhythm, Mapping[str, BlockDensity]]
    frames: float


@dataclass(frozen=True, slots=True)
class StreamFit:
    """Natural log densities of one stream under every hypothesis.

    `blocks` is hypothesis → block → log density; `rhythms` is rhythm → hypothesis → block → log density;
    `distances` is block → distance to the nearest simulated tenant over the model's own limit (above 1:
    unlike everything).
    """

    stream: Stream
    blocks: Mapping[str, Mapping[str, float]]
    rhythms: Mapping[Rhythm, Mapping[str, Mapping[str, float]]]
    distances: Mapping[str, float]
    frames: Frames

    def novel(self, blocks: tuple[str, ...]) -> bool:
        """Say whether the stream is unlike every simulated tenant in one of the blocks."""
        return any(self.distances[block] > 1.0 for block in blocks)


def fit_stream(
    stream: Stream, hypotheses: Mapping[str, Hypothesis], limits: Mapping[str, float]
) -> StreamFit:
    """Compute how well every hypothesis fits the stream."""
    given = conditions(stream)
    x = {block: block_matrix([stream], block)[0] for block in BLOCKS}
    fits = {
        name: {block: density.log_density(x[block], given) for block, density in hypothesis.blocks.items()}
        for name, hypothesis in hypotheses.items()
    }
    fits[ANYTHING] = anything(fits)
    rhythms: dict[Rhythm, dict[str, dict[str, float]]] = {rhythm: {} for rhythm in Rhythm}
    for name, hypothesis in hypotheses.items():
        for rhythm, densities in hypothesis.rhythms.items():
            rhythms[rhythm][name] = {
                block: densities[block].log_density(x[block], given) for block in RHYTHM_BLOCKS
            }
    distances = {
        block: min(hypothesis.blocks[block].distance(x[block]) for hypothesis in hypotheses.values())
        / limits.get(block, np.inf)
        for block in BLOCKS
    }
    return StreamFit(stream, fits, rhythms, distances, find_frames(stream))


def anything(fits: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Give the block densities of the broad hypothesis: the mean over the listed ones."""
    names = [name for name in fits if name != ANYTHING]
    return {
        block: log_sum(np.array([fits[name][block] for name in names])) - float(np.log(len(names)))
        for block in BLOCKS
    }


def frame_log(hypotheses: Mapping[str, Hypothesis], name: str, frames: Frames) -> float:
    """Log probability of seeing call-like codec frames under a hypothesis; 0 where none are seen."""
    if frames.state is not FrameState.CALL_LIKE:
        return 0.0
    if name == ANYTHING:
        return float(np.log(np.mean([hypothesis.frames for hypothesis in hypotheses.values()])))
    return float(np.log(hypotheses[name].frames))
