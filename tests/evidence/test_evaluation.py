"""The evaluation judges tenants as a review does, and says with every rate how sure it is."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from tests.evidence.worlds import default_pack

from mithaq.evidence.evaluation import CLAUSES, Case, Extent, Portion, evaluate, portions
from mithaq.evidence.evaluation_document import evaluation_document
from mithaq.evidence.figures_of_merit import costs, rate, reliability
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.measured import render
from mithaq.evidence.result import Verdict
from mithaq.evidence.weighing.model import stored_model
from mithaq.evidence.weighing.trial import Trial
from mithaq.evidence.weighing.trial_clauses import declarations
from mithaq.kernel.canonical import pretty
from mithaq.terms import DataKind, Purpose, Rhythm

SOME = {name: WORKLOADS[name] for name in ("bulk-call-interception", "call-bundles", "cctv")}
EXTENT = Extent(turning=6, others=6, evasions=2)
CALLS = DataKind.CALL_RECORDINGS


def work(seed: int = 99) -> list[Portion]:
    return portions(stored_model(), default_pack(), seed, EXTENT, SOME)


@pytest.fixture(scope="module")
def found() -> list[tuple[Case, Trial]]:
    return list(evaluate(work()))


def known(found: Sequence[tuple[Case, Trial]]) -> list[Trial]:
    return [trial for case, trial in found if case is Case.KNOWN]


def test_every_tenant_is_judged_once_and_none_wrongly(found: list[tuple[Case, Trial]]) -> None:
    trials = known(found)
    assert len(trials) == 18
    for trial in trials:
        wrong = Verdict.REFUTED if trial.kind is CALLS else Verdict.SUPPORTED
        if trial.opens is not CALLS:
            assert trial.stores[CALLS][0] is not wrong
        assert trial.patterns[trial.rhythm][0] is not Verdict.REFUTED


def test_every_tenant_is_also_judged_as_if_its_workload_had_never_been_thought_of(
    found: list[tuple[Case, Trial]],
) -> None:
    for trial in known(found):
        assert set(trial.left_out_stores) == set(trial.stores)
        assert set(trial.left_out_patterns) == set(trial.patterns) == set(Rhythm)
    bundles = [trial for trial in known(found) if trial.workload == "call-bundles"]
    assert all(trial.kind is None and trial.opens is CALLS for trial in bundles)


def test_half_of_the_tenants_have_call_lengths_of_a_family_that_was_not_fitted(
    found: list[tuple[Case, Trial]],
) -> None:
    families = [trial.family for trial in known(found)]
    assert families.count("lognormal") == families.count("log-logistic") == 9


def test_no_interception_is_indicated_that_declares_nothing(found: list[tuple[Case, Trial]]) -> None:
    violators = [trial for trial in known(found) if trial.workload == "bulk-call-interception"]
    assert all(trial.clauses["T5"]["nothing"] != "indicated" for trial in violators)


def test_evasions_and_mixtures_are_tried(found: list[tuple[Case, Trial]]) -> None:
    cases = [case for case, _ in found if case is not Case.KNOWN]
    assert {case: cases.count(case) for case in Case if case is not Case.KNOWN} == {
        Case.MACHINE_READ: 2,
        Case.PADDING: 2,
        Case.OWN_MODELS: 2,
        Case.HIDDEN: 2,
        Case.HARMLESS: 2,
    }


def test_how_many_processes_share_the_work_changes_nothing() -> None:
    few = [portion for portion in work() if portion.case in (Case.PADDING, Case.HARMLESS)]
    assert list(evaluate(few, processes=2)) == list(evaluate(few))


def test_the_document_is_plain_json_without_gaps(found: list[tuple[Case, Trial]]) -> None:
    document = evaluation_document(stored_model(), 99, EXTENT, found)
    assert document["mithaq"] == "evaluate/v3"
    assert json.loads(pretty(document)) == document
    assert {"from_2000_a_day", "all_volumes", "by_workload", "by_volume", "by_days", "cases"} <= set(document)


def test_the_page_shows_targets_and_charts_in_both_languages_without_script(
    found: list[tuple[Case, Trial]],
) -> None:
    page = render(evaluation_document(stored_model(), 99, EXTENT, found))
    assert page == render(evaluation_document(stored_model(), 99, EXTENT, found))
    assert "<script" not in page
    assert "style=" not in page
    assert page.count("<svg") >= 8
    for words in ("Targets and figures", "الأهداف والأرقام", 'lang="ar" dir="rtl"', 'lang="en" dir="ltr"'):
        assert words in page


def test_rates_stand_with_clopper_pearson_bounds() -> None:
    assert rate(0, 3000) == {"hits": 0, "of": 3000, "rate": 0.0, "low": 0.0, "high": 0.00123}
    half = rate(5, 10)
    assert half["low"] == pytest.approx(0.18709, abs=1e-5)
    assert half["high"] == pytest.approx(0.81291, abs=1e-5)
    assert rate(0, 0)["rate"] is None


def test_ratios_that_say_nothing_cost_a_bit_and_none_of_it_is_the_calibration_s() -> None:
    nothing = [(0.0, own) for own in (True, False) * 20]
    assert costs(nothing) == {"cllr": 1.0, "calibration_loss": 0.0}
    boastful = [(3.0, number % 2 == 0) for number in range(40)] + [(-3.0, False)] * 40
    found = costs(boastful)
    # Half of what is said at 1000 to 1 is wrong: nearly all of the cost would vanish with a humbler scale.
    assert 0.5 < float(str(found["calibration_loss"])) < float(str(found["cllr"]))
    assert costs([(1.0, True)]) == {"cllr": None, "calibration_loss": None}


def test_reliability_gives_the_ratio_that_was_observed_in_each_class() -> None:
    pairs = [(0.5, True)] * 30 + [(0.5, False)] * 3 + [(-0.5, False)] * 27
    classes = {(one["from"], one["to"]): one for one in reliability(pairs)}  # type: ignore[index,call-overload]  # JSON
    assert classes[0.0, 1.0]["observed"] == pytest.approx(0.93, abs=0.01)  # type: ignore[index,call-overload]  # JSON
    assert classes[1.0, 2.0]["observed"] is None  # type: ignore[index,call-overload]  # JSON


def test_what_is_declared_falsely_is_never_an_innocent_explanation_of_the_clause() -> None:
    for clause in (default_pack().clauses[name] for name in CLAUSES):
        for number in range(6):
            declared = declarations(WORKLOADS["photo-app"], number, clause)
            assert declared["false"] not in {*clause.innocent_purposes, Purpose.PHOTO_APP}
            assert declared["truth"] is Purpose.PHOTO_APP


def test_faces_are_judged_by_the_clauses_about_tracking_and_about_faces() -> None:
    """Identification has no twin: the evidence alone may exclude every innocent explanation of it."""
    extent = Extent(turning=4, others=4, evasions=1)
    faces = {name: WORKLOADS[name] for name in ("bulk-face-identification", "photo-app")}
    only = [
        each for each in portions(stored_model(), default_pack(), 5, extent, faces) if each.case is Case.KNOWN
    ]
    trials = [trial for _, trial in evaluate(only)]
    assert len(trials) == 8
    assert all(set(trial.clauses) == {"T5", "T6", "T9"} for trial in trials)
    innocent = [trial for trial in trials if trial.workload == "photo-app"]
    for trial in innocent:
        for clause in ("T6", "T9"):
            assert "indicated" not in {trial.clauses[clause][declared] for declared in ("nothing", "truth")}
    violators = [trial for trial in trials if trial.workload == "bulk-face-identification"]
    assert any(trial.clauses["T9"]["false"] == "indicated" for trial in violators)
