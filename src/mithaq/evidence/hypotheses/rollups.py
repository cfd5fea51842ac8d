"""From a tenant's parameters straight to rows of the lake, without single events.

Writes are drawn per minute and sizes per object; reads, deletions and sketches follow as their expected
rates and Poisson draws, which is what many single events would come to. Reads of objects written before the
window come from the same laws, applied to the expected writes of the thirty days before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mithaq.evidence.hypotheses.kernels import tally_sizes
from mithaq.evidence.hypotheses.sizes import Sampler
from mithaq.evidence.hypotheses.sketch import pool_registers
from mithaq.evidence.hypotheses.streams import HISTORY_HOURS, Stream, TenantParameters
from mithaq.evidence.hypotheses.tables_out import Activity, Builder, StreamName
from mithaq.evidence.hypotheses.timeline import (
    MINUTES_PER_DAY,
    archive_reads,
    minute_counts,
    past_writes,
    weekly_rates,
)
from mithaq.evidence.hypotheses.workload import DeletionKind
from mithaq.telemetry.lake.bins import SIZE_EDGES
from mithaq.telemetry.lake.schema import (
    BINS_PER_DOUBLING,
    RESIDUE_MODULI,
    SAMPLE_ONE_IN,
    SKETCH_REGISTERS,
    Table,
)
from mithaq.telemetry.regions import UNKNOWN
from mithaq.telemetry.vocabulary import Operation, Service

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

HourLaw: TypeAlias = Callable[[int], Floats]
"""Share of a lag in each hour after the hour of the write, for so many hours."""

_MODULI: Final = np.array(RESIDUE_MODULI, np.int64)
_FEW: Final = 4096
_SOON_SECONDS: Final = 600
"""Software that reads within this time is drawn from the minutes of the writes, slower from their hours."""


@dataclass(frozen=True, slots=True)
class Window:
    """The simulated window and which of its hours logs cover."""

    start_day: int
    days: int
    covered: npt.NDArray[np.bool_]
    """One flag per hour."""

    @property
    def hours(self) -> int:
        """Hours of the window."""
        return self.days * 24

    def seen(self, minutes: Ints) -> Ints:
        """Keep the counts of covered hours."""
        return minutes * np.repeat(self.covered, 60)


def tenant_rollups(
    tenant: TenantParameters,
    rng: np.random.Generator,
    subscription: str,
    start_day: int,
    days: int,
    missing_hours: frozenset[int],
    source: str,
) -> dict[Table, pa.Table]:
    """Simulate a tenant's rows of the lake; see `Tenant.rollups`."""
    covered = np.array([start_day * 24 + hour not in missing_hours for hour in range(days * 24)], np.bool_)
    window = Window(start_day, days, covered)
    builder = Builder(subscription, start_day, tenant.region)
    main = minute_counts(tenant, rng, start_day, days)
    for stream in tenant.streams:
        written = main if stream.per_object >= 1.0 else rng.binomial(main, stream.per_object)
        _add_stream(builder, tenant, stream, written, window, rng, source)
    for calls in tenant.calls:
        expected = np.roll(main, calls.delay_minutes) * calls.per_object
        expected[: calls.delay_minutes] = expected.mean()
        made = window.seen(rng.poisson(expected))
        builder.activity(Activity(StreamName("cloudtrail", "", ""), calls.service, Operation.INFER, made))
    return builder.tables()


def _add_stream(
    builder: Builder,
    tenant: TenantParameters,
    stream: Stream,
    written: Ints,
    window: Window,
    rng: np.random.Generator,
    source: str,
) -> None:
    """Add all rows of one stream."""
    seen = window.seen(written)
    sizes = stream.sizes.sample(rng, int(seen.sum()))
    per_day = _daily(seen)
    failed = rng.poisson(seen * stream.failures) if stream.failures > 0 else np.zeros_like(seen)
    name = StreamName(source, stream.bucket, stream.key.shape)
    builder.activity(
        Activity(
            name, Service.STORAGE, Operation.CREATE, seen + failed,
            errors=_hourly(failed), bytes_in=_sums(sizes, _hourly(seen)),
        )
    )  # fmt: skip
    _add_sizes(builder, name, sizes, per_day)
    reads, read_bytes = _reads(tenant, stream, written, window, rng)
    builder.activity(Activity(name, Service.STORAGE, Operation.READ, reads, bytes_out=read_bytes))
    callers = seen + failed + reads
    if stream.end.kind is not DeletionKind.NONE:
        removed = _deletions(tenant, stream, written, window, rng)
        expired = stream.end.kind is DeletionKind.EXPIRY
        operation = Operation.EXPIRE if expired else Operation.DELETE
        # A rule's own log lines name no host, and so no region.
        region = UNKNOWN if expired else None
        builder.activity(Activity(name, Service.STORAGE, operation, removed, region=region))
        callers = callers if expired else callers + removed
    if stream.subjects:
        builder.distinct(name, "subject", pool_registers(rng, stream.subjects, per_day))
    principals = pool_registers(rng, stream.principals, _daily(callers))
    if stream.end.kind is DeletionKind.EXPIRY:
        # The store itself is one more caller.
        principals = np.maximum(principals, pool_registers(rng, 1, _daily(removed)))
    builder.distinct(name, "principal", principals)
    _add_lives(builder, name, stream, seen, window, rng)


def _add_sizes(builder: Builder, name: StreamName, sizes: Ints, per_day: Ints) -> None:
    """Add size bins, the residues of the larger objects and the sketch of distinct sizes."""
    days = per_day.shape[0]
    bins = np.zeros((days, 2, SIZE_EDGES.shape[0] + 1), np.int64)
    residues = np.zeros((days, int(_MODULI.sum())), np.int64)
    registers = np.zeros((days, SKETCH_REGISTERS), np.uint8)
    tally_sizes(sizes, per_day, SIZE_EDGES, _MODULI, bins, residues, registers)
    builder.sizes(name, bins[:, 0], bins[:, 1])
    builder.residues(name, residues)
    builder.distinct(name, "size", registers.astype(np.int64))


def _reads(
    tenant: TenantParameters, stream: Stream, written: Ints, window: Window, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Draw the reads of each minute, and the bytes they take in each hour."""
    reads = stream.reads
    hourly: Floats = np.zeros(window.hours)
    soon: Floats = np.zeros(written.shape[0])
    by_software = reads.share * reads.software
    if reads.software_seconds <= _SOON_SECONDS:
        delay = round(reads.software_seconds / 60)
        soon = np.roll(written, delay).astype(np.float64) * by_software
        soon[:delay] = soon.mean()
    else:
        hourly += by_software * _after(tenant, stream, written, window, stream.software_reads)
    hourly += (reads.share - by_software) * _after(tenant, stream, written, window, stream.people_reads)
    audience = archive_reads(tenant, stream, rng, window.start_day, window.days)
    made = window.seen(rng.poisson(soon + np.repeat((hourly + audience) / 60, 60)))
    total = hourly + audience + soon.reshape(-1, 60).sum(axis=1)
    portion = np.divide(audience * (1 - reads.portion), total, out=np.zeros_like(total), where=total > 0)
    taken = _totals(rng, stream.sizes, _hourly(made)) * (1 - portion)
    return made, taken.astype(np.int64)


def _after(tenant: TenantParameters, stream: Stream, written: Ints, window: Window, law: HourLaw) -> Floats:
    """Give how many objects reach a lag in each hour of the window, those written before it included."""
    past = np.concatenate([past_writes(tenant, stream, window.start_day), _hourly(written)])
    return np.convolve(past, law(past.shape[0]))[HISTORY_HOURS : HISTORY_HOURS + window.hours]


def _deletions(
    tenant: TenantParameters, stream: Stream, written: Ints, window: Window, rng: np.random.Generator
) -> Ints:
    """Draw the deletions of each minute."""
    end = stream.end
    if end.kind is DeletionKind.USERS:
        hourly = end.share * _after(tenant, stream, written, window, end.people_hours)
    else:
        age = int(end.days) + 1
        ended = np.zeros(window.days)
        for day in range(window.days):
            if day >= age:
                ended[day] = written[(day - age) * MINUTES_PER_DAY : (day - age + 1) * MINUTES_PER_DAY].sum()
            else:
                rates = weekly_rates(tenant.clock, window.start_day, 24, offset=(day - age) * 24)
                noise = tenant.clock.day_noise
                factor = np.exp(noise * rng.standard_normal() - noise**2 / 2)
                ended[day] = stream.per_day * rates.mean() * factor
        spread = np.zeros(24)
        spread[: end.hours().shape[0]] = end.hours()
        hourly = (ended[:, None] * end.share * spread[None, :]).ravel()
    return window.seen(rng.poisson(np.repeat(hourly / 60, 60)))


def _add_lives(
    builder: Builder,
    name: StreamName,
    stream: Stream,
    seen: Ints,
    window: Window,
    rng: np.random.Generator,
) -> None:
    """Add what is known of the sampled objects' lives inside the window."""
    total = int(seen.sum())
    picks = (
        np.sort(rng.integers(0, total, rng.binomial(total, 1 / SAMPLE_ONE_IN)))
        if total
        else np.zeros(0, np.int64)
    )
    minutes = np.searchsorted(np.cumsum(seen), picks, side="right")
    created: Floats = minutes.astype(np.float64) * 60.0 + rng.uniform(0, 60, picks.shape[0])
    lags: Floats = np.where(
        rng.random(picks.shape[0]) < stream.reads.share, stream.reads.draw(rng, picks.shape[0]), np.inf
    )
    ages = stream.end.draw(rng, created)
    day_of = (minutes // MINUTES_PER_DAY).astype(np.int64)
    builder.lives(name, "created", np.bincount(day_of, minlength=window.days)[:, None])
    read = window_holds(created + lags, window) & (lags < ages)
    for measure, spans, kept in (
        ("read-lag", lags, read),
        ("deletion-age", ages, window_holds(created + ages, window)),
    ):
        bins = np.floor(np.log2(np.floor(spans[kept]) + 1) * BINS_PER_DOUBLING).astype(np.int64)
        width = int(bins.max()) + 1 if bins.size else 1
        cells = np.bincount(day_of[kept] * width + bins, minlength=window.days * width)
        builder.lives(name, measure, cells.reshape(window.days, width))


def window_holds(times: Floats, window: Window) -> npt.NDArray[np.bool_]:
    """Tell which times lie in a covered hour of the window."""
    inside = times < window.hours * 3600.0
    hours = np.where(inside, times, 0.0) // 3600
    return inside & window.covered[hours.astype(np.int64)]


def _hourly(minutes: Ints) -> Ints:
    """Add minutes up to hours."""
    hours: Ints = minutes.reshape(-1, 60).sum(axis=1)
    return hours


def _daily(minutes: Ints) -> Ints:
    """Add minutes up to days."""
    days: Ints = minutes.reshape(-1, MINUTES_PER_DAY).sum(axis=1)
    return days


def _sums(sizes: Ints, counts: Ints) -> Ints:
    """Add up sizes in groups of `counts`, in order."""
    totals = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    ends = np.cumsum(counts)
    sums: Ints = totals[ends] - totals[ends - counts]
    return sums


def _totals(rng: np.random.Generator, sampler: Sampler, counts: Ints) -> Floats:
    """Draw the bytes of so many reads: sizes one by one where there are few, else by mean and variance."""
    count = int(counts.sum())
    if count <= _FEW:
        return _sums(sampler.sample(rng, count), counts).astype(np.float64)
    pool = sampler.sample(rng, _FEW).astype(np.float64)
    mean, variance = float(pool.mean()), float(pool.var())
    total: Floats = counts.astype(np.float64) * mean
    return total if variance <= 0 else rng.gamma(total * mean / variance, variance / mean)
