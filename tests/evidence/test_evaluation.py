"""The evaluation judges tenants as a review does, and says with every rate how sure it is."""

from __future__ import annotations

import json

import pytest
from tests.evidence.worlds import default_pack

from mithaq.evidence.evaluation import Extent, Trial, evaluate
from mithaq.evidence.figures_of_merit import evaluation_document, rate
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.model import stored_model
from mithaq.kernel.canonical import pretty
from mithaq.terms import Rhythm

SOME = {name: WORKLOADS[name] for name in ("bulk-call-interception", "call-bundles", "cctv")}
EXTENT = Extent(turning=6, others=6, evasions=0)


@pytest.fixture(scope="module")
def trials() -> list[Trial]:
    return list(evaluate(stored_model(), default_pack(), 99, EXTENT, workloads=SOME))


def test_every_tenant_is_judged_once_and_none_wrongly(trials: list[Trial]) -> None:
    assert len(trials) == 18
    for trial in trials:
        wrong = Verdict.REFUTED if trial.truth else Verdict.SUPPORTED
        assert trial.stores[0] is not wrong
        assert trial.patterns[trial.rhythm][0] is not Verdict.REFUTED


def test_bundles_have_no_truth_and_other_kinds_are_also_judged_as_unlisted(trials: list[Trial]) -> None:
    by_name = {name: [trial for trial in trials if trial.workload == name] for name in SOME}
    assert all(trial.truth is None for trial in by_name["call-bundles"])
    assert all(trial.left_out is not None for trial in by_name["cctv"])
    assert all(set(trial.patterns) == set(Rhythm) for trial in trials)
    assert all(trial.t5["nothing"] != "indicated" for trial in by_name["bulk-call-interception"])


def test_the_document_is_plain_json_without_gaps(trials: list[Trial]) -> None:
    document = evaluation_document(stored_model(), 99, EXTENT, trials, [])
    assert document["mithaq"] == "evaluate/v1"
    assert json.loads(pretty(document)) == document
    assert {"from_2000_a_day", "all_volumes", "by_workload", "by_volume", "by_days", "evasions"} <= set(
        document
    )


def test_rates_stand_with_clopper_pearson_bounds() -> None:
    assert rate(0, 3000) == {"hits": 0, "of": 3000, "rate": 0.0, "low": 0.0, "high": 0.00123}
    half = rate(5, 10)
    assert half["low"] == pytest.approx(0.18709, abs=1e-5)
    assert half["high"] == pytest.approx(0.81291, abs=1e-5)
    assert rate(0, 0)["rate"] is None
