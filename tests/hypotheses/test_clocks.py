"""Rhythms: people, organisations and machines, free of time zone and of which days are rest days."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from mithaq.evidence.hypotheses import WORKLOADS, Tenant, draw_tenant
from mithaq.evidence.hypotheses.clocks import PopulationClock
from mithaq.evidence.hypotheses.ranges import assumed
from mithaq.evidence.hypotheses.tables import common
from mithaq.evidence.hypotheses.timeline import minute_counts
from mithaq.terms import Rhythm

MONDAY = 20_703
"""2026-09-07 in days since the epoch."""


def weeks(name: str, count: int) -> list[npt.NDArray[np.float64]]:
    drawn = (draw_tenant(WORKLOADS[name], np.random.default_rng(seed)) for seed in range(count))
    return [np.array(tenant.clock.week).reshape(7, 24) for tenant in drawn]


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_clock_has_a_rate_for_every_hour_and_a_mean_of_one(name: str) -> None:
    for seed in range(5):
        clock = draw_tenant(WORKLOADS[name], np.random.default_rng(seed)).clock
        assert len(clock.week) == 168
        assert len(clock.minutes) == 60
        assert min(clock.week) >= 0
        assert np.mean(clock.week) == pytest.approx(1)
        assert np.mean(clock.minutes) == pytest.approx(1)


def test_calls_by_people_have_a_busy_hour_two_peaks_and_a_light_night() -> None:
    for week in weeks("bulk-call-interception", 40):
        day = week.mean(axis=0) / week.mean(axis=0).sum()
        assert 0.065 <= day.max() <= 0.13
        nights = np.sort(day)[:6].sum()
        assert 0.0 < nights < 0.11


def test_the_busy_hour_is_the_share_that_was_asked_for() -> None:
    template = common.CALLS_BY_PEOPLE
    assert isinstance(template, PopulationClock)
    sharp = replace(template, busy_hour=assumed(0.12, 0.12, "test"), zones=common.ONE)
    shares = []
    for seed in range(20):
        week = np.array(sharp.draw(np.random.default_rng(seed)).week).reshape(7, 24)
        shares.append((week.mean(axis=0) / week.mean(axis=0).sum()).max())
    # Half-hour time zones smear the peak over two hours.
    assert max(shares) == pytest.approx(0.12, abs=0.002)
    assert min(shares) > 0.1


def test_an_organisation_is_quiet_at_night_and_on_its_rest_days() -> None:
    for week in weeks("office-files", 40):
        hours = np.sort(week.ravel())
        assert hours[:60].sum() / hours.sum() < 0.06
        # A rest day is a stretch of 24 hours wherever midnight falls.
        wrapped = np.concatenate([week.ravel(), week.ravel()[:23]])
        stretches = np.convolve(wrapped, np.ones(24), "valid")
        assert stretches.min() < 0.35 * np.median(stretches)


def test_people_never_fall_silent_for_a_day() -> None:
    for week in weeks("hotline-24h", 40):
        days = np.sort(week.sum(axis=1))
        assert days[0] > 0.55 * days[-1]


@pytest.mark.parametrize("name", ["office-files", "call-centre"])
def test_rest_days_fall_on_every_day_of_the_week_alike(name: str) -> None:
    quietest = np.bincount([int(week.sum(axis=1).argmin()) for week in weeks(name, 420)], minlength=7)
    assert quietest.min() > 30
    assert quietest.max() < 95


@pytest.mark.parametrize("name", ["office-files", "bulk-call-interception"])
def test_time_zones_are_drawn_evenly(name: str) -> None:
    busiest = np.bincount([int(week.sum(axis=0).argmax()) for week in weeks(name, 600)], minlength=24)
    assert busiest.min() > 7
    assert busiest.max() < 50


def steady(tenant: Tenant, *, metronome: bool = False) -> Tenant:
    """Keep the clock's week without its irregularity."""
    clock = replace(tenant.clock, day_noise=0.0, hour_noise=0.0, clump=0.0, metronome=metronome)
    return replace(tenant, growth=0.0, active_days=1.0, clock=clock)


def test_the_mean_number_of_objects_is_the_declared_one() -> None:
    for name in ("call-centre", "bulk-call-interception", "cctv", "backup"):
        tenant = steady(draw_tenant(WORKLOADS[name], np.random.default_rng(3), objects_per_day=5_000))
        counts = minute_counts(tenant, np.random.default_rng(4), MONDAY, 28)
        assert counts.sum() / 28 == pytest.approx(5_000, rel=0.02)


def test_growth_is_relative_and_per_day() -> None:
    tenant = steady(draw_tenant(WORKLOADS["cctv"], np.random.default_rng(3), objects_per_day=20_000))
    counts = minute_counts(replace(tenant, growth=0.02), np.random.default_rng(4), MONDAY, 28)
    days = counts.reshape(28, -1).sum(axis=1)
    assert days[-7:].sum() / days[:7].sum() == pytest.approx(np.exp(0.02 * 21), rel=0.03)


@pytest.mark.parametrize("clump", [0.0, 4.0])
def test_the_variance_of_a_minute_is_one_plus_the_clump_times_its_mean(clump: float) -> None:
    tenant = steady(draw_tenant(WORKLOADS["cctv"], np.random.default_rng(3), objects_per_day=28_800))
    flat = replace(tenant, clock=replace(tenant.clock, week=(1.0,) * 168, clump=clump))
    counts = minute_counts(flat, np.random.default_rng(5), MONDAY, 28)
    assert counts.mean() == pytest.approx(20, rel=0.02)
    assert counts.var() / counts.mean() == pytest.approx(1 + clump, rel=0.06)


def test_devices_on_timers_vary_less_than_chance() -> None:
    tenant = steady(
        draw_tenant(WORKLOADS["cctv"], np.random.default_rng(3), objects_per_day=28_800), metronome=True
    )
    flat = replace(tenant, clock=replace(tenant.clock, week=(1.0,) * 168))
    counts = minute_counts(flat, np.random.default_rng(5), MONDAY, 7)
    assert counts.var() / counts.mean() < 0.05


def test_a_batch_interval_shows_in_the_minutes_of_the_hour() -> None:
    tenants = (draw_tenant(WORKLOADS["telecom-operator"], np.random.default_rng(seed)) for seed in range(20))
    for tenant in tenants:
        assert tenant.rhythm is Rhythm.MACHINE
        if max(tenant.clock.minutes) > 1.5:
            quiet = sorted(tenant.clock.minutes)[:20]
            assert max(quiet) < 0.7


def test_a_corpus_is_loaded_in_episodes() -> None:
    drawn = draw_tenant(WORKLOADS["speech-corpus"], np.random.default_rng(3), objects_per_day=2_000)
    days = (
        minute_counts(replace(drawn, active_days=0.3), np.random.default_rng(6), MONDAY, 90)
        .reshape(90, -1)
        .sum(axis=1)
    )
    assert 10 < (days == 0).sum() < 85
