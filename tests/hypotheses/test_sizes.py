"""Sizes: whole codec frames, the declared medians, and what padding and packing do to them."""

from dataclasses import replace

import numpy as np
import pytest

from mithaq.evidence.hypotheses import WORKLOADS, DurationFamily, Evasion, codecs, draw_tenant
from mithaq.evidence.hypotheses.ranges import always, assumed
from mithaq.evidence.hypotheses.sizes import (
    AudioSizes,
    BundleSizes,
    ChunkSizes,
    Dressing,
    Durations,
    FixedAudio,
    FixedDurations,
    Sampler,
    dressed,
)
from mithaq.telemetry.lake.schema import RESIDUE_MODULI

MOBILE = FixedDurations(4.27, 0.89, 1.0, 7200.0, DurationFamily.LOGNORMAL)


def sample(
    sampler: Sampler, count: int = 20_000, seed: int = 1
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return sampler.sample(np.random.default_rng(seed), count)


def test_mobile_calls_last_as_long_as_the_sources_say() -> None:
    seconds = MOBILE.sample(np.random.default_rng(1), 200_000)
    assert np.median(seconds) == pytest.approx(72, rel=0.02)
    assert seconds.mean() == pytest.approx(107, rel=0.05)
    assert (seconds < 90).mean() == pytest.approx(0.6, abs=0.02)


def test_the_other_family_has_the_same_median_and_a_heavier_tail() -> None:
    other = replace(MOBILE, family=DurationFamily.LOG_LOGISTIC).sample(np.random.default_rng(1), 200_000)
    same = MOBILE.sample(np.random.default_rng(1), 200_000)
    assert np.median(other) == pytest.approx(np.median(same), rel=0.02)
    assert np.quantile(other, 0.999) > 1.3 * np.quantile(same, 0.999)
    assert other.max() <= 7200


@pytest.mark.parametrize(
    ("codec", "modulus"),
    [
        (codecs.AMR_NB, 32),
        (codecs.AMR_WB, 33),
        (codecs.GSM_FR, 33),
        (codecs.G711, 160),
        (codecs.G729, 20),
        (codecs.PCM16, 320),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_codecs_with_frames_leave_one_residue(codec: codecs.Codec, modulus: int) -> None:
    assert modulus in RESIDUE_MODULI
    for header in codec.headers:
        residues = sample(FixedAudio(MOBILE, codec, 1, header)) % modulus
        assert set(residues.tolist()) == {header % modulus}


@pytest.mark.parametrize("codec", [codecs.OPUS, codecs.AMR_NB_DTX, codecs.AAC], ids=lambda codec: codec.name)
def test_codecs_without_frames_leave_none(codec: codecs.Codec) -> None:
    sizes = sample(FixedAudio(MOBILE, codec, 1, codec.headers[0]))
    for modulus in RESIDUE_MODULI:
        shares = np.bincount(sizes % modulus, minlength=modulus) / sizes.size
        assert shares.max() < 2.0 / modulus + 0.01


@pytest.mark.parametrize(
    "codec",
    [codecs.AMR_NB, codecs.GSM_FR, codecs.G711, codecs.PCM16, codecs.OPUS],
    ids=lambda codec: codec.name,
)
def test_bytes_over_seconds_are_the_codecs_rate(codec: codecs.Codec) -> None:
    sizes = sample(FixedAudio(MOBILE, codec, 1, 0), 200_000)
    seconds = MOBILE.sample(np.random.default_rng(2), 200_000)
    assert sizes.mean() / seconds.mean() == pytest.approx(codec.bytes_per_second, rel=0.03)


def test_both_sides_of_a_call_take_twice_the_bytes() -> None:
    one, two = (sample(FixedAudio(MOBILE, codecs.G711, channels, 44)) for channels in (1, 2))
    assert np.array_equal(two - 44, 2 * (one - 44))


def test_padding_hides_the_frames_and_shows_its_own_block() -> None:
    calls = FixedAudio(MOBILE, codecs.GSM_FR, 1, 0)
    plain = sample(calls)
    padded = sample(dressed(calls, Dressing.PADDED_4096, np.random.default_rng(0)))
    assert set((padded % 4096).tolist()) == {0}
    assert (padded > plain).all()
    assert (np.bincount(padded % 33, minlength=33) / padded.size).max() < 0.1


def test_sealing_adds_the_same_bytes_to_all_and_keeps_the_frames() -> None:
    calls = FixedAudio(MOBILE, codecs.G711, 1, 44)
    added = sample(dressed(calls, Dressing.SEALED, np.random.default_rng(0))) - sample(calls)
    assert len(set(added.tolist())) == 1


def test_compression_makes_objects_smaller_and_hides_the_frames() -> None:
    calls = FixedAudio(MOBILE, codecs.PCM16, 1, 44)
    packed = sample(dressed(calls, Dressing.COMPRESSED, np.random.default_rng(0)))
    assert packed.mean() < sample(calls).mean()
    assert (np.bincount(packed % 320, minlength=320) / packed.size).max() < 0.02


def test_chunks_are_length_times_rate_with_little_spread() -> None:
    template = ChunkSizes(always(10.0), assumed(2000, 2000, "test"), assumed(0.1, 0.1, "test"))
    sizes = sample(template.draw(np.random.default_rng(0), DurationFamily.LOGNORMAL))
    assert sizes.mean() == pytest.approx(10 * 2000 * 125, rel=0.01)
    assert sizes.std() / sizes.mean() == pytest.approx(0.1, rel=0.05)


def test_a_bundle_weighs_as_much_as_its_members() -> None:
    audio = AudioSizes(
        Durations(assumed(4.27, 4.27, "test"), assumed(0.89, 0.89, "test")),
        always(codecs.G711),
        always(Dressing.PLAIN),
    )
    bundles = BundleSizes(audio, assumed(200, 200, "test"), assumed(0, 0, "test"), blocked=1.0)
    sizes = sample(bundles.draw(np.random.default_rng(0), DurationFamily.LOGNORMAL), 4_000)
    assert sizes.mean() == pytest.approx(200 * 107 * 8000, rel=0.1)
    assert set((sizes % 512).tolist()) == {0}


@pytest.mark.parametrize("name", WORKLOADS)
def test_sizes_are_whole_and_not_negative(name: str) -> None:
    for seed in range(3):
        for stream in draw_tenant(WORKLOADS[name], np.random.default_rng(seed)).streams:
            sizes = sample(stream.sizes, 2_000)
            assert sizes.dtype == np.int64
            assert sizes.min() >= 0
            assert sample(stream.sizes, 0).shape == (0,)


def test_functions_blobs_follow_the_published_quantiles() -> None:
    medians = [
        np.median(sample(draw_tenant(WORKLOADS["iot"], np.random.default_rng(seed)).streams[0].sizes))
        for seed in range(60)
    ]
    assert np.exp(np.mean(np.log(medians))) == pytest.approx(5302, rel=0.35)


def test_a_tenant_that_pads_its_objects_shows_no_frames() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        tenant = draw_tenant(WORKLOADS["bulk-call-interception"], rng, evasion=Evasion.PADDING)
        assert set((sample(tenant.streams[0].sizes) % 4096).tolist()) == {0}
