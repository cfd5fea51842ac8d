"""The workloads as data: complete, sourced, in both languages."""

from dataclasses import fields

import numpy as np
import pytest

from mithaq.evidence.hypotheses import SIMULATED_PER_DAY, WORKLOADS, Role, Tag, Workload, draw_tenant
from mithaq.terms import DataKind, Purpose, Rhythm

EVERY = pytest.mark.parametrize("workload", WORKLOADS.values(), ids=WORKLOADS)

NAMED = [
    "bulk-call-interception",
    "message-interception",
    "bulk-face-identification",
    "call-centre",
    "hotline-24h",
    "call-recording-service",
    "consumer-call-recorder",
    "voicemail",
    "telecom-operator",
    "messaging-platform",
    "cctv",
    "backup",
    "photo-app",
    "iot",
    "data-lake",
    "podcast",
    "telemedicine",
    "targeted-lawful-interception",
    "speech-corpus",
    "voice-notes",
    "scanned-documents",
    "saved-app-state",
    "small-event-records",
    "call-bundles",
    "office-files",
    "web-hosting",
    "generic-upload",
    "generic-record",
]


def test_the_table_holds_exactly_the_named_workloads() -> None:
    assert sorted(WORKLOADS) == sorted(NAMED)
    assert all(name == workload.id for name, workload in WORKLOADS.items())


def test_every_purpose_that_can_be_declared_has_a_workload() -> None:
    explained = {workload.purpose for workload in WORKLOADS.values()}
    assert set(Purpose) <= explained


def test_a_workload_is_called_by_the_purpose_that_explains_it_where_one_has_that_name() -> None:
    for purpose in Purpose:
        assert WORKLOADS[purpose.value].purpose is purpose


def test_violating_workloads_have_no_purpose_that_would_explain_them() -> None:
    violating = {name for name, workload in WORKLOADS.items() if workload.violating}
    assert violating == {"bulk-call-interception", "message-interception", "bulk-face-identification"}
    assert all(WORKLOADS[name].purpose is None for name in violating)


def test_the_consumer_recorder_equals_interception_in_everything_that_metadata_shows() -> None:
    violation, twin = WORKLOADS["bulk-call-interception"], WORKLOADS["consumer-call-recorder"]
    differing = {
        entry.name
        for entry in fields(Workload)
        if getattr(violation, entry.name) != getattr(twin, entry.name)
    }
    assert differing == {"id", "label", "violating", "purpose"}


def test_bundles_hold_no_call_of_their_own_and_leave_call_recordings_open() -> None:
    bundles = WORKLOADS["call-bundles"]
    assert bundles.kind is None
    assert bundles.leaves_open is DataKind.CALL_RECORDINGS
    assert all(workload.leaves_open is None for name, workload in WORKLOADS.items() if name != "call-bundles")


@EVERY
def test_every_figure_is_a_range_with_a_tag_and_a_source(workload: Workload) -> None:
    parameters = workload.parameters()
    assert len(parameters) > 15
    for path, figure in parameters.items():
        assert figure.low <= figure.high, path
        assert figure.tag in Tag, path
        assert figure.source.strip(), path
        assert not figure.log or figure.low > 0, path


@EVERY
def test_shares_are_shares(workload: Workload) -> None:
    for stream in workload.streams:
        for share in (stream.reads.share, stream.reads.software, stream.reads.portion):
            assert 0 <= share.low <= share.high <= 1
        for choice in stream.deletions:
            assert 0 <= choice.value.share.low <= choice.value.share.high <= 1


@EVERY
def test_every_label_is_written_in_english_and_arabic(workload: Workload) -> None:
    assert workload.label.en.isascii()
    assert any("\u0600" <= letter <= "\u06ff" for letter in workload.label.ar)


@EVERY
def test_the_main_stream_comes_first_and_no_other_has_more_objects(workload: Workload) -> None:
    main, *others = workload.streams
    assert main.role is Role.MAIN
    assert main.per_object is None
    for stream in others:
        assert stream.role is Role.INDEX
        assert stream.per_object is not None
        assert stream.per_object.high < 1


@EVERY
def test_drawn_parameters_lie_within_their_ranges(workload: Workload) -> None:
    low, high = SIMULATED_PER_DAY
    for seed in range(20):
        tenant = draw_tenant(workload, np.random.default_rng(seed))
        assert low <= tenant.per_day <= high
        assert workload.growth.low <= tenant.growth <= workload.growth.high
        for stream, template in zip(tenant.streams, workload.streams, strict=False):
            if stream.role is template.role:
                assert template.reads.share.low <= stream.reads.share <= template.reads.share.high


def test_a_tenant_follows_from_its_seed() -> None:
    workload = WORKLOADS["photo-app"]
    first, again, other = (draw_tenant(workload, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_volume_that_is_asked_for_is_taken() -> None:
    tenant = draw_tenant(WORKLOADS["call-centre"], np.random.default_rng(0), objects_per_day=1234.0)
    assert tenant.per_day == 1234.0


def test_rhythms_are_drawn_where_the_table_allows_several() -> None:
    workload = WORKLOADS["generic-record"]
    drawn = {draw_tenant(workload, np.random.default_rng(seed)).rhythm for seed in range(60)}
    assert drawn == set(Rhythm)


def test_where_data_lie_carries_no_meaning_but_home_or_abroad() -> None:
    def regions(name: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for seed in range(600):
            region = draw_tenant(WORKLOADS[name], np.random.default_rng(seed), objects_per_day=300).region
            counts[region] = counts.get(region, 0) + 1
        return counts

    for name in ("bulk-call-interception", "backup"):
        counts = regions(name)
        assert len(counts) == 12
        assert max(counts.values()) < 2.2 * min(counts.values())
