"""How well every workload fits one stream, block by block: the raw material of all weighing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mithaq.evidence.features import BLOCKS, REST, RHYTHM_BLOCKS, Stream, block_matrix, conditions
from mithaq.evidence.weighing.density import BlockDensity, log_sum
from mithaq.evidence.weighing.frames import Frames, FrameState, find_frames
from mithaq.terms.vocabulary import DataKind, Purpose, Rhythm

ANYTHING: Final = "anything-else"
"""The broad hypothesis: any listed workload's rhythm with any other's sizes, reading, and so on.

It stands for what nobody listed. Its density per block is the mean over all workloads, so a claim must beat
not only every listed alternative but every mixture of their parts.
"""

UNLISTED: Final = "unlisted"
"""What nobody listed of a kind (`unlisted:call-recordings`), the counterpart of ANYTHING inside a claim.

A kind of data is told by its sizes; in whose rhythm it comes, and how it is read, is for those to choose who
keep it. So it has the sizes of the kind's workloads, and all else from any workload. Without it a claim
would be refuted merely because its keeper does something that no listed keeper does.
"""

KIND_BLOCK: Final = "sizes"
"""The block that tells a kind of data."""

KEEPERS_CHOICE: Final = ("reading", "ending")
"""Blocks that tell what is done with things once they are kept, by whoever keeps them."""

COMPANION: Final = "companion-records"
"""Small records that accompany other objects (indexes, transcripts), from all workloads' side streams."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One workload as the model knows it.

    `frames` is the share of its tenants whose sizes show call-like codec frames; `rhythms` holds densities
    of the rhythm blocks by the tenants' own rhythm, `shares` how many tenants have each.
    """

    id: str
    kind: DataKind | None
    leaves_open: DataKind | None
    violating: bool
    purpose: Purpose | None
    blocks: Mapping[str, BlockDensity]
    rhythms: Mapping[Rhythm, Mapping[str, BlockDensity]]
    shares: Mapping[Rhythm, float]
    frames: float


@dataclass(frozen=True, slots=True)
class StreamFit:
    """Natural log densities of one stream under every hypothesis.

    `blocks` is hypothesis → block → log density; `rhythms` is rhythm → hypothesis → block → log density;
    `apart` is hypothesis → block → distance to its nearest simulated tenant over the model's own limit;
    `kinds` is hypothesis → kind, of the listed ones. `blocks` also holds the broad hypotheses.
    """

    stream: Stream
    blocks: Mapping[str, Mapping[str, float]]
    rhythms: Mapping[Rhythm, Mapping[str, Mapping[str, float]]]
    apart: Mapping[str, Mapping[str, float]]
    kinds: Mapping[str, DataKind | None]
    frames: Frames

    def distance(self, block: str) -> float:
        """Give the distance to the nearest simulated tenant of all; above 1 the stream is unlike them."""
        return min(distances[block] for distances in self.apart.values())

    def novel(self, blocks: tuple[str, ...]) -> bool:
        """Say whether the stream is unlike every simulated tenant in one of the blocks."""
        return any(self.distance(block) > 1.0 for block in blocks)

    def without(self, name: str) -> StreamFit:
        """Give the same as if a hypothesis had never been thought of."""
        kinds = {other: kind for other, kind in self.kinds.items() if other != name}
        listed = {other: self.blocks[other] for other in kinds}
        return replace(
            self,
            blocks={**listed, **broad(listed, kinds)},
            kinds=kinds,
            rhythms={
                rhythm: {other: found for other, found in fits.items() if other != name}
                for rhythm, fits in self.rhythms.items()
            },
            apart={other: found for other, found in self.apart.items() if other != name},
        )

    def best_rest(self, rhythm: Rhythm) -> float:
        """Give how well the rest days of any listed workload of a rhythm fit (natural log).

        Minus infinity where no listed workload has the rhythm.
        """
        return max((found[REST] for found in self.rhythms[rhythm].values()), default=-np.inf)

    def however_kept(self, name: str) -> float:
        """Give how well a workload fits if it is read and deleted as any listed one is (natural log)."""
        own, anything = self.blocks[name], self.blocks[ANYTHING]
        return sum(anything[block] if block in KEEPERS_CHOICE else own[block] for block in own)


def fit_stream(
    stream: Stream, hypotheses: Mapping[str, Hypothesis], limits: Mapping[str, float]
) -> StreamFit:
    """Compute how well every hypothesis fits the stream."""
    given = conditions(stream)
    x = {block: block_matrix([stream], block)[0] for block in BLOCKS}
    fits: dict[str, dict[str, float]] = {}
    apart: dict[str, dict[str, float]] = {}
    rhythms: dict[Rhythm, dict[str, dict[str, float]]] = {rhythm: {} for rhythm in Rhythm}
    for name, hypothesis in hypotheses.items():
        own = {
            rhythm: {block: densities[block].log_density(x[block], given) for block in RHYTHM_BLOCKS}
            for rhythm, densities in hypothesis.rhythms.items()
        }
        for rhythm, found in own.items():
            rhythms[rhythm][name] = found
        fits[name] = {
            block: _mixed(own, hypothesis.shares, block)
            if own and block in RHYTHM_BLOCKS
            else density.log_density(x[block], given)
            for block, density in hypothesis.blocks.items()
        }
        apart[name] = {
            block: density.distance(x[block]) / limits.get(block, np.inf)
            for block, density in hypothesis.blocks.items()
        }
    kinds = {name: hypothesis.kind for name, hypothesis in hypotheses.items()}
    blocks = {**fits, **broad(fits, kinds)}
    return StreamFit(stream, blocks, rhythms, apart, kinds, find_frames(stream))


def _mixed(own: Mapping[Rhythm, Mapping[str, float]], shares: Mapping[Rhythm, float], block: str) -> float:
    """Give the density of a workload of several rhythms: their mixture, each as narrow as it is."""
    if len(own) == 1:
        (only,) = own.values()
        return only[block]
    return log_sum(np.array([np.log(shares[rhythm]) + found[block] for rhythm, found in own.items()]))


def unlisted(kind: DataKind) -> str:
    """Name the broad hypothesis of a kind."""
    return f"{UNLISTED}:{kind}"


def broad(
    fits: Mapping[str, Mapping[str, float]], kinds: Mapping[str, DataKind | None]
) -> dict[str, dict[str, float]]:
    """Give the block densities of the broad hypotheses: means over the listed ones, or those of a kind."""
    anything = {block: _mean(fits, kinds, block) for block in BLOCKS}
    found = {ANYTHING: anything}
    for kind in dict.fromkeys(kind for kind in kinds.values() if kind is not None):
        alike = [name for name, own in kinds.items() if own is kind]
        found[unlisted(kind)] = {**anything, KIND_BLOCK: _mean(fits, alike, KIND_BLOCK)}
    return found


def _mean(fits: Mapping[str, Mapping[str, float]], names: Collection[str], block: str) -> float:
    return _log_mean([fits[name][block] for name in names])


def _log_mean(values: Sequence[float]) -> float:
    """Log of the mean of densities."""
    return log_sum(np.array(values)) - float(np.log(len(values)))


def frame_log(hypotheses: Mapping[str, Hypothesis], name: str, frames: Frames) -> float:
    """Log probability of seeing call-like codec frames under a hypothesis; 0 where none are seen.

    A broad hypothesis has the mean over those that it is made of.
    """
    if frames.state is not FrameState.CALL_LIKE:
        return 0.0
    if name in hypotheses:
        return float(np.log(hypotheses[name].frames))
    alike = [
        h.frames for h in hypotheses.values() if name == ANYTHING or (h.kind and name == unlisted(h.kind))
    ]
    return float(np.log(np.mean(alike)))
