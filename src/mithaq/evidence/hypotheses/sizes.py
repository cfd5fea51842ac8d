"""How large objects are: durations in a codec's whole frames, mixtures, chunks, parts, bundles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.hypotheses.codecs import Codec
from mithaq.evidence.hypotheses.ranges import Choice, Range, pick

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

_HARDLY_ANY: Final = 0.01
_LOGISTIC: Final = math.sqrt(3) / math.pi
"""Scale of a logistic distribution whose standard deviation is 1."""


class DurationFamily(StrEnum):
    """Form of the distribution of durations. Models are fitted on the first; the other tests them.

    A truncated log-logistic fits single users better than a lognormal (Vaz de Melo et al., 2010).
    """

    LOGNORMAL = "lognormal"
    LOG_LOGISTIC = "log-logistic"


class Dressing(StrEnum):
    """What is done to an object before it is stored."""

    PLAIN = "plain"
    SEALED = "sealed"
    """Encrypted in a stream mode: a few bytes more, the same for all."""
    PADDED_16 = "padded-16"
    PADDED_4096 = "padded-4096"
    COMPRESSED = "compressed"


class Sampler(Protocol):
    """One tenant's sizes."""

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        ...


class SizeTemplate(Protocol):
    """Ranges of sizes of a workload."""

    def draw(self, rng: np.random.Generator, family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        ...


@dataclass(frozen=True, slots=True)
class Durations:
    """Lengths in seconds: `exp(mu)` is the median, sigma the spread of the logarithm."""

    mu: Range
    sigma: Range
    shortest: float = 1.0
    longest: float = 7200.0

    def draw(self, rng: np.random.Generator, family: DurationFamily) -> FixedDurations:
        """Fix the lengths of one tenant."""
        return FixedDurations(self.mu.draw(rng), self.sigma.draw(rng), self.shortest, self.longest, family)


@dataclass(frozen=True, slots=True)
class FixedDurations:
    """One tenant's lengths in seconds."""

    mu: float
    sigma: float
    shortest: float
    longest: float
    family: DurationFamily

    def sample(self, rng: np.random.Generator, count: int) -> npt.NDArray[np.float32]:
        """Draw lengths in seconds."""
        if self.family is DurationFamily.LOGNORMAL:
            logs = rng.standard_normal(count, np.float32)
            logs *= np.float32(self.sigma)
            logs += np.float32(self.mu)
        else:
            logs = rng.logistic(self.mu, self.sigma * _LOGISTIC, count).astype(np.float32)
        lengths = np.exp(logs, out=logs)
        return np.clip(lengths, np.float32(self.shortest), np.float32(self.longest), out=lengths)


@dataclass(frozen=True, slots=True)
class AudioSizes:
    """Audio: durations in a codec, one or two channels, dressed or not."""

    durations: Durations
    codecs: tuple[Choice[Codec], ...]
    dressings: tuple[Choice[Dressing], ...]
    stereo: float = 0.0
    """Share of tenants that keep both sides of a call as two channels."""

    def draw(self, rng: np.random.Generator, family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        codec = pick(self.codecs, rng)
        channels = 2 if codec.frame_bytes and rng.random() < self.stereo else 1
        header = int(codec.headers[int(rng.integers(len(codec.headers)))])
        durations = self.durations.draw(rng, family)
        return dressed(FixedAudio(durations, codec, channels, header), pick(self.dressings, rng), rng)


@dataclass(frozen=True, slots=True)
class FixedAudio:
    """One tenant's audio."""

    durations: FixedDurations
    codec: Codec
    channels: int
    header: int

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes: header plus whole frames, or a varying rate where a codec has no frames."""
        seconds = self.durations.sample(rng, count)
        if self.codec.frame_bytes:
            seconds *= np.float32(1000.0 / self.codec.frame_ms)
            sizes = np.maximum(np.rint(seconds, out=seconds), 1, out=seconds).astype(np.int64)
            sizes *= self.codec.frame_bytes * self.channels
            sizes += self.header
            return sizes
        rate = self.codec.bytes_per_second * (1 + self.codec.rate_spread * rng.standard_normal(count))
        return self.header + np.rint(seconds * np.maximum(rate, 100.0)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a lognormal mixture: natural logarithm of the median in bytes, spread, weight."""

    mu: Range
    sigma: Range
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class MixtureSizes:
    """A mixture of lognormals, within limits, optionally in whole records or pages."""

    components: tuple[Component, ...]
    dressings: tuple[Choice[Dressing], ...]
    smallest: int = 1
    largest: int = 5 * 2**40
    unit: tuple[Choice[int], ...] = (Choice(1.0, 1),)
    """Sizes are whole multiples of this many bytes: fixed-length records, database pages."""
    header: Range | None = None

    def draw(self, rng: np.random.Generator, _family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        weights = np.array([part.weight for part in self.components]) * rng.uniform(
            0.7, 1.3, len(self.components)
        )
        mixture = FixedMixture(
            mus=tuple(part.mu.draw(rng) for part in self.components),
            sigmas=tuple(part.sigma.draw(rng) for part in self.components),
            weights=tuple((weights / weights.sum()).tolist()),
            smallest=self.smallest,
            largest=self.largest,
            unit=pick(self.unit, rng),
            header=0 if self.header is None else self.header.whole(rng),
        )
        return dressed(mixture, pick(self.dressings, rng), rng)


@dataclass(frozen=True, slots=True)
class FixedMixture:
    """One tenant's mixture."""

    mus: tuple[float, ...]
    sigmas: tuple[float, ...]
    weights: tuple[float, ...]
    smallest: int
    largest: int
    unit: int
    header: int

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        if len(self.mus) == 1:
            logs = rng.normal(self.mus[0], self.sigmas[0], count)
        else:
            part = np.searchsorted(np.cumsum(self.weights)[:-1], rng.random(count), side="right")
            logs = np.array(self.mus)[part] + np.array(self.sigmas)[part] * rng.standard_normal(count)
        sizes = np.clip(np.exp(logs), self.smallest, self.largest).astype(np.int64)
        if self.unit > 1:
            sizes = self.header + np.maximum(-(-sizes // self.unit), 1) * self.unit
        return sizes


@dataclass(frozen=True, slots=True)
class ChunkSizes:
    """Video cut in chunks of one length: length × bit rate, with the rate's variation."""

    seconds: tuple[Choice[float], ...]
    kbit_per_second: Range
    spread: Range

    def draw(self, rng: np.random.Generator, _family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        mean = pick(self.seconds, rng) * self.kbit_per_second.draw(rng) * 125.0
        return FixedChunks(mean, self.spread.draw(rng))


@dataclass(frozen=True, slots=True)
class FixedChunks:
    """One tenant's chunks."""

    mean: float
    spread: float

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        sizes = self.mean * np.maximum(1 + self.spread * rng.standard_normal(count), 0.05)
        return sizes.astype(np.int64)


@dataclass(frozen=True, slots=True)
class QuantileSizes:
    """Sizes by measured quantiles, log-linear between them, moved by a factor per tenant."""

    quantiles: tuple[tuple[float, float], ...]
    scale: Range

    def draw(self, rng: np.random.Generator, _family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        return FixedQuantiles(self.quantiles, math.log(self.scale.draw(rng)))


@dataclass(frozen=True, slots=True)
class FixedQuantiles:
    """One tenant's sizes by quantiles."""

    quantiles: tuple[tuple[float, float], ...]
    log_scale: float

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        shares = np.array([share for share, _ in self.quantiles])
        logs = np.log(np.array([size for _, size in self.quantiles]))
        drawn = np.exp(np.interp(rng.random(count), shares, logs) + self.log_scale)
        sizes: Ints = np.maximum(drawn, 1.0).astype(np.int64)
        return sizes


@dataclass(frozen=True, slots=True)
class PartSizes:
    """Large things cut in parts of one exact size, the remainders, and small manifests beside them."""

    part_bytes: tuple[Choice[int], ...]
    full_parts: Range
    """Share of objects that are whole parts."""
    manifests: Range
    """Share of objects that are manifests; what is left are remainders."""
    manifest: Component

    def draw(self, rng: np.random.Generator, _family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        return FixedParts(
            pick(self.part_bytes, rng), self.full_parts.draw(rng), self.manifests.draw(rng),
            self.manifest.mu.draw(rng), self.manifest.sigma.draw(rng),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FixedParts:
    """One tenant's parts."""

    part_bytes: int
    full: float
    manifests: float
    mu: float
    sigma: float

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        kind = rng.random(count)
        small = np.exp(rng.normal(self.mu, self.sigma, count))
        rest = rng.uniform(1.0, self.part_bytes, count)
        sizes = np.where(
            kind < self.full, self.part_bytes, np.where(kind < self.full + self.manifests, small, rest)
        )
        return np.maximum(sizes, 1.0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class BundleSizes:
    """Many recordings packed into one object: the sum of so many, in 512-byte blocks or compressed."""

    audio: AudioSizes
    per_bundle: Range
    variation: Range
    """Coefficient of variation of how many a bundle holds."""
    blocked: float
    """Share of tenants whose archive keeps each member in blocks of 512 bytes."""

    def draw(self, rng: np.random.Generator, family: DurationFamily) -> Sampler:
        """Fix the sizes of one tenant."""
        pool = self.audio.draw(rng, family).sample(rng, 4096).astype(np.float64)
        block = 512 if rng.random() < self.blocked else 1
        if block > 1:
            pool = np.ceil(pool / block) * block + block
        return FixedBundles(
            self.per_bundle.draw(rng), self.variation.draw(rng), float(pool.mean()), float(pool.std()), block
        )


@dataclass(frozen=True, slots=True)
class FixedBundles:
    """One tenant's bundles; a sum of many is drawn from the gamma law with the same mean and variance."""

    members: float
    variation: float
    mean: float
    spread: float
    block: int

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        if self.variation > _HARDLY_ANY:
            shape = self.variation**-2
            members = np.maximum(np.rint(rng.gamma(shape, self.members / shape, count)), 1.0)
        else:
            members = np.full(count, max(round(self.members), 1), np.float64)
        ratio = (self.mean / self.spread) ** 2
        total = rng.gamma(members * ratio, self.mean / ratio)
        blocks: Ints = np.maximum(np.ceil(total / self.block), 1.0).astype(np.int64)
        return blocks * self.block


@dataclass(frozen=True, slots=True)
class Dressed:
    """Sizes after encryption, padding or compression."""

    inner: Sampler
    overhead: int
    pad: int
    ratio: float
    ratio_spread: float

    def sample(self, rng: np.random.Generator, count: int) -> Ints:
        """Draw sizes in bytes."""
        sizes = self.inner.sample(rng, count)
        if self.ratio < 1.0:
            factor = np.clip(self.ratio + self.ratio_spread * rng.standard_normal(count), 0.02, 1.0)
            sizes = np.maximum(sizes * factor, 1.0).astype(np.int64)
        if self.pad > 1:
            sizes = (sizes // self.pad + 1) * self.pad
        return sizes + self.overhead


def dressed(inner: Sampler, dressing: Dressing, rng: np.random.Generator) -> Sampler:
    """Dress a tenant's sizes. Padding always adds at least a byte, as PKCS#7 does (RFC 5652, 6.3)."""
    match dressing:
        case Dressing.PLAIN:
            return inner
        case Dressing.SEALED:
            return Dressed(inner, int(rng.choice([16, 28, 40, 57])), 1, 1.0, 0.0)
        case Dressing.PADDED_16:
            return Dressed(inner, int(rng.choice([0, 16, 48])), 16, 1.0, 0.0)
        case Dressing.PADDED_4096:
            return Dressed(inner, 0, 4096, 1.0, 0.0)
        case Dressing.COMPRESSED:
            return Dressed(inner, 18, 1, float(rng.uniform(0.3, 0.95)), float(rng.uniform(0.03, 0.12)))
