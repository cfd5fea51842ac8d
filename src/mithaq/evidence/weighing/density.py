"""Kernel densities of feature blocks, conditional on volume and duration, with missing values left out.

For one workload and block: p(x | v) = Σ K(v - vᵢ) Π K(xⱼ - xᵢⱼ) / Σ K(v - vᵢ) over simulated tenants i, with
Student-t kernels (Nadaraya–Watson conditional density; heavy tails, so that no single coordinate can
decide alone). A coordinate that the stream lacks is left out of the product, which is its marginal; one that
a simulated tenant lacks is replaced by the broad density of all tenants.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi
from typing import Final

import numpy as np
import numpy.typing as npt

DEGREES: Final = 4.0
"""Degrees of freedom of the kernels."""

CONDITION_WIDTHS: Final = (0.5, 0.7, 0.2)
"""Kernel widths of log10 creations, log2 days and log10 scatter of the days."""

MIN_SPREAD: Final = 4
"""Values below which a spread means nothing."""

_CONSTANT: Final = lgamma((DEGREES + 1) / 2) - lgamma(DEGREES / 2) - 0.5 * log(DEGREES * pi)


def log_kernel(distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Log density of the standard Student t at the given distances (in widths)."""
    return _CONSTANT - (DEGREES + 1) / 2 * np.log1p(distance * distance / DEGREES)


def log_sum(values: npt.NDArray[np.float64]) -> float:
    """Log of a sum of exponentials; SciPy's own does the same for any array interface, eight times slower."""
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))


@dataclass(frozen=True, slots=True)
class BlockDensity:
    """Density of one block under one workload.

    `points` is tenants × coordinates (NaN where absent), `given` tenants × the conditions that it uses (the
    first of those that a stream gives), `widths` and the broad `centre` and `scale` are per coordinate.
    """

    points: npt.NDArray[np.float64]
    given: npt.NDArray[np.float64]
    widths: npt.NDArray[np.float64]
    centre: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]

    def log_density(self, x: npt.NDArray[np.float64], given: npt.NDArray[np.float64]) -> float:
        """Natural log of p(x | given); 0 where the stream has none of the block's coordinates."""
        seen = ~np.isnan(x)
        if not seen.any():
            return 0.0
        weights = self._weights(given)
        kernels = self._kernels(x, seen).sum(axis=1)
        return log_sum(weights + kernels) - log_sum(weights)

    def subsets(self, x: npt.NDArray[np.float64], given: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Density of every subset of the seen coordinates; bit j of the place is the j-th of them."""
        weights = self._weights(given)
        table = np.exp(weights - log_sum(weights))[None, :]
        for kernel in np.exp(self._kernels(x, ~np.isnan(x))).T:
            table = np.concatenate([table, table * kernel])
        whole: npt.NDArray[np.float64] = table.sum(axis=1)
        return whole

    def _weights(self, given: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Log weight of each tenant by how alike its conditions are; what is unknown is a width apart."""
        used = self.given.shape[1]
        apart = (given[:used] - self.given) / np.array(CONDITION_WIDTHS[:used])
        weights: npt.NDArray[np.float64] = log_kernel(np.where(np.isnan(apart), 1.0, apart)).sum(axis=1)
        return weights

    def _kernels(self, x: npt.NDArray[np.float64], seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Log kernels, tenants × seen coordinates."""
        value, points, widths = x[seen], self.points[:, seen], self.widths[seen]
        near = log_kernel((value - points) / widths) - np.log(widths)
        absent = np.isnan(points)
        if not absent.any():
            return near
        broad = log_kernel((value - self.centre[seen]) / self.scale[seen]) - np.log(self.scale[seen])
        return np.where(absent, broad, near)

    def distance(self, x: npt.NDArray[np.float64]) -> float:
        """Root mean square distance, in widths, to the nearest tenant over the seen coordinates."""
        seen = ~np.isnan(x)
        if not seen.any():
            return 0.0
        apart = (x[seen] - self.points[:, seen]) / self.widths[seen]
        known = ~np.isnan(apart)
        squares = np.where(known, apart, 0.0) ** 2
        counted = known.sum(axis=1)
        if not counted.any():
            return 0.0
        return float(np.sqrt(np.min(squares[counted > 0].sum(axis=1) / counted[counted > 0])))


def fit_block(
    points: npt.NDArray[np.float64],
    given: npt.NDArray[np.float64],
    floors: npt.NDArray[np.float64],
    pooled: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    *,
    by_spread: bool = True,
) -> BlockDensity:
    """Choose kernel widths by Silverman's rule over the workload's own spread, not below the floors.

    Without `by_spread` the floors are the widths. `pooled` is centre and scale of each coordinate over all
    workloads.
    """
    if not by_spread:
        return BlockDensity(points, given, floors, *pooled)
    count, size = points.shape
    factor = (4.0 / (size + 2)) ** (1.0 / (size + 4)) * count ** (-1.0 / (size + 4))
    spread = np.array([_spread(points[:, column]) for column in range(size)])
    return BlockDensity(points, given, np.maximum(floors, factor * spread), *pooled)


def _spread(values: npt.NDArray[np.float64]) -> float:
    """Smaller of standard deviation and interquartile range over 1.349, of the values that are there."""
    known = np.sort(values[~np.isnan(values)])
    if known.size < MIN_SPREAD:
        return 0.0
    inner = float(known[3 * known.size // 4] - known[known.size // 4]) / 1.349
    apart = known - known.sum() / known.size
    deviation = float(np.sqrt((apart * apart).sum() / known.size))
    return min(deviation, inner) if inner > 0 else deviation


def pooled_scale(
    points: npt.NDArray[np.float64], floors: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give centre and scale of each coordinate over all tenants of all workloads."""
    centre = np.zeros(points.shape[1])
    scale = np.array(floors, np.float64)
    for column in range(points.shape[1]):
        known = points[~np.isnan(points[:, column]), column]
        if known.size:
            centre[column] = float(np.median(known))
            scale[column] = max(float(floors[column]), float(np.std(known)))
    return centre, scale
