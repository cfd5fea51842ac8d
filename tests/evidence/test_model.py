"""The stored model is small, quick, whole, and can be rebuilt."""

from __future__ import annotations

import json
import time
from importlib.resources import files

import numpy as np
import pytest

from mithaq.evidence.errors import ModelError
from mithaq.evidence.fit import Draw, build, tenant_tables, workloads_digest
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.weighing.calibrate import bearable, calibrate, cllr
from mithaq.evidence.weighing.model import dump, parse, stored_model
from mithaq.evidence.weighing.questions import Calibration
from mithaq.evidence.weighing.verbal import strength

FEW = {name: WORKLOADS[name] for name in ("call-centre", "cctv", "photo-app")}


def small() -> tuple[bytes, bytes]:
    draws = [Draw(7, "densities", workload, 6) for workload in FEW.values()]
    tables = tenant_tables([sample for draw in draws for sample in draw.samples()], FEW)
    about = {"seed": 7, "version": "0"}
    return dump(tables, {"pair": Calibration(0.5, 0.0, 2.0, 2.0)}, {"clock": 1.0}, about)


def test_the_same_seed_gives_the_same_bytes_in_any_number_of_processes() -> None:
    """One workload of each rhythm, each with tenants enough for densities of it."""
    one_of_each = {name: WORKLOADS[name] for name in ("photo-app", "office-files", "cctv")}
    alone = build(7, 14, 4, one_of_each)
    assert build(7, 14, 4, one_of_each, processes=2) == alone
    assert parse(*alone).seed == 7


def test_the_stored_model_loads_in_half_a_second() -> None:
    stored_model.cache_clear()
    began = time.process_time()
    model = stored_model()
    assert time.process_time() - began < 0.5
    assert set(WORKLOADS) <= set(model.hypotheses)
    assert model.digest.startswith("sha256:")


def test_the_stored_model_was_fitted_on_the_workloads_as_they_are() -> None:
    about = json.loads((files("mithaq.evidence") / "model" / "model.json").read_text())
    assert about["workloads"] == workloads_digest()


def test_an_altered_model_is_refused() -> None:
    coordinates, description = small()
    with pytest.raises(ModelError, match="belong together") as refused:
        parse(coordinates + b"x", description)
    assert "mithaq.evidence.fit" in refused.value.hint
    about = json.loads(description)
    about["features"]["clock"] = ["something-else"]
    with pytest.raises(ModelError, match="other features"):
        parse(coordinates, json.dumps(about).encode())


def test_no_ratio_is_larger_than_the_calibration_sample_can_bear() -> None:
    calibration = Calibration(1.0, 0.0, 2.5, 2.0)
    assert calibration.apply(40.0) == 2.5
    assert calibration.apply(-40.0) == -2.0
    assert bearable(3000) == 3.0
    for found in stored_model().calibrations.values():
        assert found.cap_for <= 4
        assert 0 < found.slope <= 1


def test_calibration_tempers_overconfident_ratios() -> None:
    rng = np.random.default_rng(2)
    truth = rng.random(4000) < 0.5
    honest = np.where(truth, rng.normal(1, np.sqrt(2), 4000), rng.normal(-1, np.sqrt(2), 4000))
    raw = 4 * honest / np.log(10)
    found = calibrate(raw.tolist(), truth.tolist(), ["a" if own else "b" for own in truth])
    assert found.slope == pytest.approx(0.25, abs=0.03)
    assert cllr(np.array([found.apply(value) for value in raw]), truth) < cllr(raw, truth)


def test_saying_nothing_costs_one_bit() -> None:
    truth = np.array([True, False] * 10)
    assert cllr(np.zeros(20), truth) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("log10_lr", "word"),
    [
        (0.0, "none"),
        (0.5, "weak"),
        (-1.5, "moderate"),
        (2.0, "moderately-strong"),
        (3.5, "strong"),
        (-4.1, "very-strong"),
    ],
)
def test_ratios_have_words(log10_lr: float, word: str) -> None:
    assert strength(log10_lr) == word
