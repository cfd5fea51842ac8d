"""Rebuild the stored evidence model, bit for bit: `python -m mithaq.evidence.fit`."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mithaq.evidence.features import BLOCKS, Stream, block_matrix, conditions
from mithaq.evidence.hypotheses import WORKLOADS, Workload
from mithaq.evidence.weighing.calibrate import bearable, calibrate
from mithaq.evidence.weighing.fits import COMPANION, Hypothesis, StreamFit, fit_stream
from mithaq.evidence.weighing.frames import FrameState, find_frames
from mithaq.evidence.weighing.model import TenantTable, dump, hypotheses_from
from mithaq.evidence.weighing.parallel import in_processes
from mithaq.evidence.weighing.questions import LN10, Calibration, raw_difference, raw_pattern, stores_sets
from mithaq.evidence.weighing.simulate import SimulatedStream, generator, simulate
from mithaq.terms.vocabulary import DataKind, Rhythm

SEED: Final = 20_260_907
TENANTS: Final = 640
"""Simulated tenants per workload that make up the densities."""
CALIBRATION_TENANTS: Final = 120
"""Further tenants per workload for calibration and limits."""
CALIBRATION_OF_A_KIND: Final = 360
"""Calibration tenants of each kind of data: a third of them is the largest ratio that can refute it."""
MOST_POINTS: Final = 640
"""Tenants that a density keeps at most; only companion records have more."""
DECIMALS: Final = 4
"""Coordinates are rounded, so that the last bit of another machine's logarithm changes nothing."""
WORDS: Final = frozenset({"label", "source", "tag"})
"""Fields of a workload that only tell people of it."""
LIMIT_QUANTILE: Final = 0.998
"""Share of calibration tenants that are closer to their own workload than the limit of novelty."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A simulated stream with the id of the hypothesis that it truly belongs to."""

    hypothesis: str
    simulated: SimulatedStream


@dataclass(frozen=True, slots=True)
class Draw:
    """Simulated tenants to be drawn: the seed and its purpose, a workload, and how many."""

    seed: int
    purpose: str
    workload: Workload
    count: int

    def samples(self) -> Iterator[Sample]:
        """Give the tenants' streams, side streams under the hypothesis of companion records."""
        rng = generator(self.seed, self.purpose, self.workload.id)
        for streams in simulate(self.workload, self.count, rng):
            for simulated in streams:
                yield Sample(self.workload.id if simulated.main else COMPANION, simulated)


def drawn(draw: Draw) -> list[Sample]:
    """Draw the streams of simulated tenants."""
    return list(draw.samples())


@dataclass(frozen=True, slots=True)
class FittedDraw:
    """Simulated tenants to be drawn and compared with densities that have not seen them."""

    draw: Draw
    tables: Sequence[TenantTable]


def fitted(each: FittedDraw) -> list[tuple[Sample, StreamFit]]:
    """Draw tenants and say how well every hypothesis fits them; limits of novelty are still to be found."""
    hypotheses = hypotheses_from(each.tables)
    nowhere = dict.fromkeys(BLOCKS, 1.0)
    return [(s, fit_stream(s.simulated.stream, hypotheses, nowhere)) for s in each.draw.samples()]


def rounded(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Round coordinates as they are stored."""
    return np.round(matrix, DECIMALS).astype(np.float32)


def tenant_tables(samples: Sequence[Sample], workloads: Mapping[str, Workload]) -> list[TenantTable]:
    """Gather the samples of each hypothesis into its table; one without any gets none."""
    tables: list[TenantTable] = []
    for name in [*workloads, COMPANION]:
        own = _evenly([sample.simulated for sample in samples if sample.hypothesis == name])
        if not own:
            continue
        streams = [simulated.stream for simulated in own]
        workload = workloads.get(name)
        rhythm = [list(Rhythm).index(simulated.rhythm) if workload else -1 for simulated in own]
        tables.append(
            TenantTable(
                id=name,
                kind=workload.kind if workload else None,
                leaves_open=workload.leaves_open if workload else None,
                violating=workload.violating if workload else False,
                purpose=workload.purpose if workload else None,
                blocks={block: rounded(block_matrix(streams, block)) for block in BLOCKS},
                given=rounded(np.array([conditions(stream) for stream in streams])),
                rhythm=np.array(rhythm, np.int8),
                frames=_frame_share(streams),
            )
        )
    return tables


def _evenly(own: Sequence[SimulatedStream]) -> list[SimulatedStream]:
    """Give at most MOST_POINTS of a hypothesis's streams, as many of each workload's as they have of all."""
    every = max(1.0, len(own) / MOST_POINTS)
    return [own[int(place * every)] for place in range(min(len(own), MOST_POINTS))]


def _frame_share(streams: Sequence[Stream]) -> float:
    """Share of streams that show call-like frames, half a stream added on both sides."""
    shown = sum(find_frames(stream).state is FrameState.CALL_LIKE for stream in streams)
    return (shown + 0.5) / (len(streams) + 1)


def calibrations(
    samples: Sequence[tuple[Sample, StreamFit]], tables: Sequence[TenantTable]
) -> dict[str, Calibration]:
    """Calibrate every question on tenants that the densities have not seen."""
    hypotheses = hypotheses_from(tables)
    found: dict[str, Calibration] = {}
    for kind in DataKind:
        if not any(table.kind is kind for table in tables):
            continue
        sets = stores_sets(hypotheses, kind)
        used = [(s, f) for s, f in samples if hypotheses[s.hypothesis].leaves_open is not kind]
        raw = [raw_difference(f, hypotheses, *sets).raw for _, f in used]
        truth = [hypotheses[s.hypothesis].kind is kind for s, _ in used]
        found[f"stores:{kind}"] = calibrate(raw, truth, [s.hypothesis for s, _ in used])
    mains = [(s, f) for s, f in samples if s.simulated.main]
    for rhythm in Rhythm:
        raw = [raw_pattern(f, rhythm).raw for _, f in mains]
        truth = [s.simulated.rhythm is rhythm for s, _ in mains]
        found[f"pattern:{rhythm}"] = calibrate(raw, truth, [s.hypothesis for s, _ in mains])
    found["pair"] = _pairs(mains, hypotheses)
    return found


def _pairs(samples: Sequence[tuple[Sample, StreamFit]], hypotheses: Mapping[str, Hypothesis]) -> Calibration:
    """Calibrate one hypothesis against one other, over all pairs with the true one on one side.

    Slope and cap are taken; the offset is 0, because a pair has no direction. Twins make the slope flatter
    than pairs of different kinds alone would: deliberately modest.
    """
    raw: list[float] = []
    truth: list[bool] = []
    group: list[str] = []
    for sample, fit in samples:
        own = sum(fit.blocks[sample.hypothesis].values())
        for name in hypotheses:
            if name != sample.hypothesis:
                ratio = (own - sum(fit.blocks[name].values())) / LN10
                raw += [ratio, -ratio]
                truth += [True, False]
                group += [sample.hypothesis] * 2
    fitted = calibrate(raw, truth, group)
    cap = bearable(len(samples))
    return Calibration(fitted.slope, 0.0, cap, cap)


def limits(samples: Sequence[tuple[Sample, StreamFit]]) -> dict[str, float]:
    """Give, per block, the distance to the nearest simulated tenant that only two in a thousand exceed.

    Not below one kernel width, in which nothing is told apart: blocks of few coordinates are so densely
    filled that next to nothing would already be new.
    """
    return {
        block: round(
            max(1.0, float(np.quantile([f.distance(block) for _, f in samples], LIMIT_QUANTILE))), DECIMALS
        )
        for block in BLOCKS
    }


def workloads_digest(workloads: Mapping[str, Workload] = WORKLOADS) -> str:
    """Give a digest over every figure of every workload: a model of other figures is another model."""
    digest = hashlib.sha256()
    for name, workload in sorted(workloads.items()):
        for path, found in _figures(workload, ""):
            digest.update(f"{name} {path} {found}\n".encode())
    return "sha256:" + digest.hexdigest()


def _figures(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Walk a workload; what only tells people of it is left out."""
    if isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _figures(item, f"{path}[{number}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in WORDS:
                yield from _figures(getattr(value, field.name), f"{path}.{field.name}")
    else:
        yield path, repr(value)


def build(
    seed: int,
    tenants: int,
    calibration_tenants: int,
    workloads: Mapping[str, Workload] = WORKLOADS,
    *,
    processes: int = 1,
) -> tuple[bytes, bytes]:
    """Simulate, fit and calibrate; give the model's two files, the same for any number of processes."""

    def enough(workload: Workload) -> int:
        """Give more tenants of kinds with few workloads, or no sample could bear to refute them."""
        alike = sum(each.kind is workload.kind for each in workloads.values())
        least = CALIBRATION_OF_A_KIND if workload.kind else 0
        return max(calibration_tenants, -(-least // alike))

    first = [Draw(seed, "densities", workload, tenants) for workload in workloads.values()]
    samples = list(chain.from_iterable(in_processes(drawn, first, processes)))
    tables = tenant_tables(samples, workloads)
    further = [
        FittedDraw(Draw(seed, "calibration", workload, enough(workload)), tables)
        for workload in workloads.values()
    ]
    compared = list(chain.from_iterable(in_processes(fitted, further, processes)))
    about = {
        "seed": seed,
        "version": version("mithaq"),
        "tenants": tenants,
        "calibration_tenants": calibration_tenants,
        "workloads": workloads_digest(workloads),
    }
    return dump(tables, calibrations(compared, tables), limits(compared), about)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the model's two files into the package (or another folder)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "model")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--tenants", type=int, default=TENANTS)
    parser.add_argument("--calibration-tenants", type=int, default=CALIBRATION_TENANTS)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(arguments)
    coordinates, description = build(
        options.seed, options.tenants, options.calibration_tenants, processes=options.processes
    )
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "coordinates.npz").write_bytes(coordinates)
    (options.out / "model.json").write_bytes(description)
    sys.stdout.write(f"{len(coordinates) + len(description)} bytes in {options.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
