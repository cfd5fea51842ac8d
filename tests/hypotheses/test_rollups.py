"""Simulated rollups: the lake's own schemas, and sums that agree with each other."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from mithaq.evidence.hypotheses import WORKLOADS, DurationFamily, Evasion, Tenant, codecs, draw_tenant
from mithaq.evidence.hypotheses.sizes import FixedAudio, FixedDurations
from mithaq.evidence.hypotheses.streams import End
from mithaq.evidence.hypotheses.workload import DeletionKind
from mithaq.telemetry.lake.schema import RESIDUE_MIN_BYTES, RESIDUE_MODULI, SCHEMAS, Table

START = 20_703
TABLES = (Table.ACTIVITY, Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE)

Rollups = dict[Table, pa.Table]


def simulate(
    tenant: Tenant, seed: int = 7, days: int = 14, missing_hours: frozenset[int] = frozenset()
) -> Rollups:
    rng = np.random.default_rng(seed)
    return tenant.rollups(
        rng, subscription="s1_test", start_day=START, days=days, missing_hours=missing_hours
    )


def drawn(
    name: str,
    seed: int = 3,
    per_day: float = 2_000,
    *,
    durations: DurationFamily = DurationFamily.LOGNORMAL,
    evasion: Evasion | None = None,
) -> Tenant:
    rng = np.random.default_rng(seed)
    return draw_tenant(WORKLOADS[name], rng, objects_per_day=per_day, durations=durations, evasion=evasion)


def rows(table: pa.Table, **where: object) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if all(row[name] == value for name, value in where.items())]


def calls(tenant: Tenant, end: End | None = None) -> Tenant:
    """Give a tenant whose main stream is plain G.711 calls."""
    seconds = FixedDurations(4.27, 0.89, 1.0, 7200.0, DurationFamily.LOGNORMAL)
    main = tenant.streams[0]
    main = replace(main, sizes=FixedAudio(seconds, codecs.G711, 1, 44), end=end or main.end)
    return replace(tenant, streams=(main, *tenant.streams[1:]), burst=None)


@pytest.mark.parametrize("name", WORKLOADS)
def test_rows_have_the_lakes_schemas_and_their_sums_agree(name: str) -> None:
    tenant = drawn(name)
    made = simulate(tenant)
    assert tuple(made) == TABLES
    for table, content in made.items():
        assert content.schema == SCHEMAS[table]
    activity = made[Table.ACTIVITY].to_pylist()
    assert all(len(row["minutes"]) == 60 and sum(row["minutes"]) == row["events"] > 0 for row in activity)
    assert all(0 <= row["errors"] <= row["events"] for row in activity)
    for stream in tenant.streams:
        of = {"bucket": stream.bucket, "shape": stream.key.shape}
        created = [
            row for row in activity if row["operation"] == "create" and row["shape"] == stream.key.shape
        ]
        objects = sum(row["events"] - row["errors"] for row in created)
        sizes = rows(made[Table.SIZES], **of)
        assert sum(row["objects"] for row in sizes) == objects
        assert sum(row["bytes"] for row in sizes) == sum(row["bytes_in"] for row in created)
        for row in sizes:
            if row["bin"] >= 0:
                mean = row["bytes"] / row["objects"]
                assert 2 ** (row["bin"] / 4) - 1 <= mean <= 2 ** ((row["bin"] + 1) / 4) + 1
        large = sum(row["objects"] for row in sizes if 2 ** (row["bin"] / 4) >= RESIDUE_MIN_BYTES)
        for modulus in RESIDUE_MODULI:
            residues = rows(made[Table.RESIDUES], modulus=modulus, **of)
            assert all(len(row["counts"]) == modulus for row in residues)
            assert sum(row["objects"] for row in residues) == large
            assert sum(sum(row["counts"]) for row in residues) == large


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    tenant = drawn("photo-app")
    first, again, other = simulate(tenant, 1), simulate(tenant, 1), simulate(tenant, 2)
    assert all(first[table].equals(again[table]) for table in TABLES)
    assert not first[Table.ACTIVITY].equals(other[Table.ACTIVITY])


def test_frames_concentrate_the_residues_of_calls_and_of_nothing_else() -> None:
    made = simulate(calls(drawn("bulk-call-interception")))
    main = [row for row in made[Table.RESIDUES].to_pylist() if row["modulus"] == 160]
    counts = np.sum([row["counts"] for row in main if row["objects"] > 1_000], axis=0)
    assert counts[44] == counts.sum()
    scans = simulate(drawn("scanned-documents"))[Table.RESIDUES]
    flat = np.sum([row["counts"] for row in rows(scans, modulus=20)], axis=0)
    assert flat.max() / flat.sum() < 0.08


def test_hours_that_no_log_covers_have_no_rows_in_any_table() -> None:
    tenant = calls(drawn("bulk-call-interception"))
    whole_day = frozenset(range((START + 3) * 24, (START + 4) * 24))
    made = simulate(tenant, missing_hours=whole_day)
    hours = set(made[Table.ACTIVITY]["hour"].to_pylist())
    assert not hours & whole_day
    assert (START + 3) * 24 - 1 in hours
    for table in (Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE):
        assert START + 3 not in set(made[table]["day"].to_pylist())
        assert START + 4 in set(made[table]["day"].to_pylist())


def test_a_sixty_fourth_of_the_objects_is_followed() -> None:
    made = simulate(drawn("bulk-call-interception", per_day=20_000))
    created = sum(row["objects"] for row in rows(made[Table.LIFECYCLE], measure="created"))
    objects = pc.sum(made[Table.SIZES]["objects"]).as_py()
    assert created == pytest.approx(objects / 64, rel=0.06)


def test_a_lifecycle_rule_shows_as_one_age_and_as_expiries_at_midnight() -> None:
    tenant = calls(drawn("bulk-call-interception", per_day=10_000), end=End(DeletionKind.EXPIRY, 5.0, 1.0, 0))
    made = simulate(tenant)
    main = tenant.streams[0].key.shape
    ages = rows(made[Table.LIFECYCLE], measure="deletion-age", shape=main)
    seconds = [2 ** (row["bin"] / 4) for row in ages for _ in range(row["objects"])]
    assert len(seconds) > 500
    assert min(seconds) > 4.0 * 86400
    assert max(seconds) < 6.3 * 86400
    expired = rows(made[Table.ACTIVITY], operation="expire", shape=main)
    assert {row["hour"] % 24 for row in expired} <= set(range(5))
    per_day = sum(row["events"] for row in expired) / 14
    assert per_day == pytest.approx(10_000, rel=0.1)
    assert {row["region"] for row in expired} == {"unknown"}


def test_read_lags_are_those_of_software_or_of_people() -> None:
    def lags(tenant: Tenant) -> list[float]:
        found = rows(simulate(tenant)[Table.LIFECYCLE], measure="read-lag", shape=tenant.streams[0].key.shape)
        return [2 ** (row["bin"] / 4) for row in found for _ in range(row["objects"])]

    voicemail = lags(drawn("voicemail", per_day=20_000))
    assert 1_800 < np.median(voicemail) < 40_000
    machine = lags(drawn("bulk-call-interception", per_day=20_000, evasion=Evasion.MACHINE_READ))
    assert np.median(machine) < 400
    assert len(machine) > 0.95 * 20_000 * 14 / 64


def test_interception_is_hardly_read_and_a_photo_app_is() -> None:
    def ratio(name: str) -> float:
        activity = simulate(replace(drawn(name), burst=None))[Table.ACTIVITY].to_pylist()
        reads, creates = (
            sum(row["events"] for row in activity if row["operation"] == operation)
            for operation in ("read", "create")
        )
        return float(reads / creates)

    assert ratio("bulk-call-interception") < 0.6
    assert ratio("photo-app") > 2


def test_calls_of_services_are_hours_of_the_trail_without_bucket_or_shape() -> None:
    tenant = next(
        tenant
        for tenant in (drawn("bulk-call-interception", seed) for seed in range(50))
        if len(tenant.calls) == 3
    )
    made = simulate(tenant)
    inferred = rows(made[Table.ACTIVITY], operation="infer")
    assert {row["service"] for row in inferred} == {"speech-to-text", "translation", "language-model"}
    assert {(row["source"], row["bucket"], row["shape"]) for row in inferred} == {("cloudtrail", "", "")}
    objects = 2_000 * 14
    for use in tenant.calls:
        made_calls = sum(row["events"] for row in inferred if row["service"] == use.service.value)
        assert made_calls == pytest.approx(use.per_object * objects, rel=0.15)


def test_subjects_are_lines_for_interception_and_agents_for_a_call_centre() -> None:
    def registers(name: str) -> int:
        tenant = next(t for t in (drawn(name, seed, 20_000) for seed in range(50)) if t.streams[0].subjects)
        kept = rows(simulate(tenant, days=1)[Table.DISTINCT], kind="subject")
        return int(max(row["rank"] for row in kept))

    assert registers("bulk-call-interception") > registers("targeted-lawful-interception")


def test_repeated_exact_sizes_show_in_the_sketch_of_sizes() -> None:
    def filled(name: str) -> int:
        tenant = drawn(name, per_day=5_000)
        shape = tenant.streams[0].key.shape
        return len(rows(simulate(tenant, days=1)[Table.DISTINCT], kind="size", shape=shape))

    assert filled("scanned-documents") > 250
    backup = replace(drawn("backup", per_day=5_000))
    sizes = backup.streams[0].sizes.sample(np.random.default_rng(1), 5_000)
    assert len(set(sizes.tolist())) < 0.75 * 5_000


def test_a_burst_moves_much_of_the_archive_out_within_days() -> None:
    tenant = next(
        t for t in (drawn("bulk-call-interception", seed) for seed in range(400)) if t.burst is not None
    )
    calm, burst = simulate(replace(tenant, burst=None)), simulate(tenant)

    def sent(made: Rollups) -> int:
        total: int = pc.sum(made[Table.ACTIVITY]["bytes_out"]).as_py()
        return total

    assert sent(burst) > 3 * sent(calm)


def test_other_forms_of_duration_can_be_asked_for() -> None:
    usual = drawn("bulk-call-interception", 3)
    other = drawn("bulk-call-interception", 3, durations=DurationFamily.LOG_LOGISTIC)
    assert usual.streams[0].sizes != other.streams[0].sizes
    assert usual.clock == other.clock
