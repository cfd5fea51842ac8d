"""What simulation shares with ingest: sketch registers, and the shapes of keys."""

import numpy as np
import pytest

from mithaq.evidence.hypotheses import WORKLOADS, sketch_entry
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.evidence.hypotheses.sketch import pool_registers
from mithaq.telemetry.kernels import aggregate
from mithaq.telemetry.kernels.shape import EXTENSION_WORDS, EXTENSIONS, SHAPE_BYTES, blind_keys
from mithaq.telemetry.lake.schema import SKETCH_REGISTERS

FORMS = {
    choice.value for workload in WORKLOADS.values() for stream in workload.streams for choice in stream.keys
}


def estimate(ranks: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """HyperLogLog's estimate with its correction for small numbers (Flajolet 2007)."""
    raw = 0.7182725932495458 * SKETCH_REGISTERS**2 / (2.0 ** -ranks.astype(np.float64)).sum()
    empty = int((ranks == 0).sum())
    return (
        float(SKETCH_REGISTERS * np.log(SKETCH_REGISTERS / empty))
        if raw < 2.5 * 256 and empty
        else float(raw)
    )


def test_an_entry_is_what_ingest_raises() -> None:
    rng = np.random.default_rng(0)
    special = [1, 2**63, 2**64 - 1, 2**56 - 1, 2**56, 0x00FF << 48, (1 << 55) | ((1 << 55) - 1)]
    hashes = np.concatenate([rng.integers(1, 2**64, 5_000, dtype=np.uint64), np.array(special, np.uint64)])
    registers, ranks = sketch_entry(hashes)
    assert ranks.min() == 1
    assert ranks.max() == 57
    for number in range(hashes.shape[0]):
        raised = np.zeros((1, SKETCH_REGISTERS), np.uint8)
        aggregate.raise_registers(np.zeros(1, np.int64), hashes[number : number + 1], raised)
        assert raised[0, registers[number]] == ranks[number]
        assert np.count_nonzero(raised) == 1


@pytest.mark.parametrize("pool", [1, 40, 3_000, 60_000, 2_000_000])
def test_a_days_sketch_estimates_how_many_of_the_pool_came(pool: int) -> None:
    draws = max(pool // 2, 4)
    expected = pool * (1 - (1 - 1 / pool) ** draws)
    estimates = [
        estimate(pool_registers(np.random.default_rng(seed), pool, np.array([draws]))[0])
        for seed in range(30)
    ]
    assert np.mean(estimates) == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("pool", [200, 50_000])
def test_the_same_ids_come_back_on_other_days(pool: int) -> None:
    days = pool_registers(np.random.default_rng(1), pool, np.full(14, 3 * pool))
    assert estimate(days.max(axis=0)) == pytest.approx(pool, rel=0.2)


def test_a_day_without_events_raises_nothing() -> None:
    for pool in (10, 100_000):
        assert not pool_registers(np.random.default_rng(1), pool, np.array([0])).any()


def shape_of(key: str) -> tuple[str, bool]:
    """Shape and whether there is a subject, by ingest's own kernel."""
    raw = np.frombuffer(key.encode(), np.uint8).copy()
    shapes, lengths = np.zeros(SHAPE_BYTES, np.uint8), np.zeros(1, np.int64)
    objects, subjects = np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    blind_keys(
        raw, np.zeros(1, np.int64), np.array([raw.size]), np.zeros(1, np.uint64),
        np.arange(1, 5, dtype=np.uint64), EXTENSION_WORDS, np.zeros(4096, np.uint8),
        shapes, lengths, objects, subjects,
    )  # fmt: skip
    return shapes[: lengths[0]].tobytes().decode(), bool(subjects[0])


@pytest.mark.parametrize("form", sorted(FORMS, key=repr), ids=lambda form: form.shape)
def test_a_key_has_the_shape_that_its_form_says(form: KeyForm) -> None:
    rng = np.random.default_rng(5)
    for number in range(40):
        token = rng.bytes(16).hex()
        found = shape_of(form.key("2026-09-07", int(rng.integers(1_000_000)), token))
        assert found == (form.shape, form.by_subject), number


def test_extensions_are_on_the_closed_list() -> None:
    assert {form.extension for form in FORMS} - {""} <= set(EXTENSIONS)


def test_different_subjects_and_objects_have_different_keys() -> None:
    rng = np.random.default_rng(5)
    tokens = [rng.bytes(16).hex() for _ in range(3_000)]
    for name in Name:
        form = KeyForm("w", name, "")
        assert len({form.key("2026-09-07", 1, token) for token in tokens}) == 3_000
        assert len({form.key("2026-09-07", number, tokens[0]) for number in range(3_000)}) == 3_000
