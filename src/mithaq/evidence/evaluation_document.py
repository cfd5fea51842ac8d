"""The evaluation as one document: what was asked, what was true, what was found, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from mithaq.evidence.evaluation import CLAUSES, VIOLATOR, Case, Extent
from mithaq.evidence.figures_of_merit import Pair, costs, count_by, reliability, share
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.result import Assessment, Verdict
from mithaq.evidence.weighing.model import Model
from mithaq.evidence.weighing.trial import KINDS, Answer, Trial
from mithaq.kernel.canonical import Json
from mithaq.terms.vocabulary import DataKind, Rhythm

FORMAT: Final = "evaluate/v3"
LARGE: Final = 2_000.0
"""Objects a day from which the targets hold."""
WEEK: Final = 7
VOLUME_EDGES: Final = (0, 500, 1_000, 2_000, 5_000, 20_000, 1_000_000)
DECIDED: Final = (Verdict.SUPPORTED, Verdict.REFUTED)
CALLS: Final = DataKind.CALL_RECORDINGS
TWIN: Final = "consumer-call-recorder"
FACES: Final = "bulk-face-identification"
INDICATED: Final = Assessment.INDICATED.value


def evaluation_document(
    model: Model, seed: int, extent: Extent, found: Iterable[tuple[Case, Trial]]
) -> dict[str, Json]:
    """Give the evaluation as one document."""
    judged = list(found)
    trials = [trial for case, trial in judged if case is Case.KNOWN]
    large = [trial for trial in trials if trial.per_day >= LARGE]
    workloads = list(dict.fromkeys(trial.workload for trial in trials))
    families = list(dict.fromkeys(trial.family for trial in trials))
    cases = [case for case in Case if case is not Case.KNOWN]
    return {
        "mithaq": FORMAT,
        "seed": seed,
        "model": {"digest": model.digest, "seed": model.seed, "version": model.version},
        "extent": {"turning": extent.turning, "others": extent.others, "evasions": extent.evasions},
        "from_2000_a_day": summary(large),
        "all_volumes": summary(trials),
        "by_workload": [of_workload(name, [t for t in large if t.workload == name]) for name in workloads],
        "by_volume": [
            {"from": low, "to": high, **summary([t for t in trials if low <= t.per_day < high])}
            for low, high in pairwise(VOLUME_EDGES)
        ],
        "by_days": [
            {"days": days, **summary([t for t in large if (t.days > WEEK) is (days > WEEK)])}
            for days in (WEEK, 2 * WEEK)
        ],
        "by_family": [
            {"family": name, **summary([t for t in large if t.family == name])} for name in families
        ],
        "by_streams": [
            {"streams": name, **summary([t for t in large if (t.streams > 1) is several])}
            for name, several in (("one", False), ("several", True))
        ],
        "cases": [
            of_case(case, [t for each, t in judged if each is case and t.per_day >= LARGE]) for case in cases
        ],
    }


def summary(trials: Sequence[Trial]) -> dict[str, Json]:
    """Give all figures of known workloads."""
    return {
        "trials": len(trials),
        "stores": {kind.value: _stores(trials, kind, lambda t: t.stores) for kind in KINDS},
        "pattern": _pattern(trials, lambda t: t.patterns),
        "left_out": {
            "stores": {kind.value: _stores(trials, kind, lambda t: t.left_out_stores) for kind in KINDS},
            "pattern": _pattern(trials, lambda t: t.left_out_patterns),
        },
        "t5": _t5(trials),
        "t6": _by_faces(trials, "T6"),
        "t9": _by_faces(trials, "T9"),
        "purpose_mismatch": _mismatch(trials),
    }


def _stores(
    trials: Sequence[Trial], kind: DataKind, of: Callable[[Trial], Mapping[DataKind, Answer]]
) -> dict[str, Json]:
    """Give the figures of a claim that a kind is stored; what must be left open is neither true nor false."""
    true = [of(t)[kind] for t in trials if t.kind is kind]
    false = [of(t)[kind] for t in trials if t.kind is not kind and t.opens is not kind]
    left_open = [of(t)[kind] for t in trials if t.opens is kind]
    return {
        **_verdicts(true, false),
        "must_stay_open_undetermined": share(v is Verdict.UNDETERMINED for v, _ in left_open),
        "must_stay_open_supported": share(v is Verdict.SUPPORTED for v, _ in left_open),
        "must_stay_open_refuted": share(v is Verdict.REFUTED for v, _ in left_open),
    }


def _pattern(trials: Sequence[Trial], of: Callable[[Trial], Mapping[Rhythm, Answer]]) -> dict[str, Json]:
    true = [of(t)[rhythm] for t in trials for rhythm in Rhythm if t.rhythm is rhythm]
    false = [of(t)[rhythm] for t in trials for rhythm in Rhythm if t.rhythm is not rhythm]
    return _verdicts(true, false)


def _verdicts(true: Sequence[Answer], false: Sequence[Answer]) -> dict[str, Json]:
    pairs: list[Pair] = [*((value, True) for _, value in true), *((value, False) for _, value in false)]
    return {
        "false_supported": share(v is Verdict.SUPPORTED for v, _ in false),
        "true_refuted": share(v is Verdict.REFUTED for v, _ in true),
        "true_supported": share(v is Verdict.SUPPORTED for v, _ in true),
        "false_refuted": share(v is Verdict.REFUTED for v, _ in false),
        "decided": share(v in DECIDED for v, _ in [*true, *false]),
        **costs(pairs),
        "reliability": reliability(pairs),
    }


def _t5(trials: Sequence[Trial]) -> dict[str, Json]:
    """Say how often T5 is indicated, by who declares what; violators of messages on their own."""
    violators = [t for t in trials if t.workload == VIOLATOR.id]
    innocent = [t for t in trials if "truth" in t.clauses.get("T5", {})]
    return {
        "violators_declaring_falsely_indicated": _indicated(violators, "T5", "false"),
        "violators_declaring_nothing_indicated": _indicated(violators, "T5", "nothing"),
        "message_violators_declaring_falsely_indicated": _indicated(
            [t for t in trials if t.workload == "message-interception"], "T5", "false"
        ),
        "innocents_declaring_truthfully_indicated": _indicated(innocent, "T5", "truth"),
        "innocents_declaring_nothing_indicated": _indicated(innocent, "T5", "nothing"),
        "innocents_declaring_falsely_indicated": _indicated(innocent, "T5", "false"),
        "twins_undetermined": share(
            t.clauses["T5"]["truth"] == Assessment.UNDETERMINED.value
            for t in trials
            if t.workload == TWIN and "T5" in t.clauses
        ),
    }


def _by_faces(trials: Sequence[Trial], clause: str) -> dict[str, Json]:
    """Say how often a clause about tracking or faces is indicated: those who identify faces violate it."""
    violators = [t for t in trials if t.workload == FACES]
    innocent = [t for t in trials if not WORKLOADS[t.workload].violating]
    return {
        "violators_declaring_falsely_indicated": _indicated(violators, clause, "false"),
        "violators_declaring_nothing_indicated": _indicated(violators, clause, "nothing"),
        "innocents_declaring_truthfully_indicated": _indicated(innocent, clause, "truth"),
        "innocents_declaring_nothing_indicated": _indicated(innocent, clause, "nothing"),
        "innocents_declaring_falsely_indicated": _indicated(innocent, clause, "false"),
    }


def _indicated(trials: Sequence[Trial], clause: str, declared: str) -> dict[str, Json]:
    return share(assessment == INDICATED for assessment in _assessed(trials, clause, declared))


def _assessed(trials: Sequence[Trial], clause: str, declared: str) -> list[str]:
    """Give a clause's assessments for those who declare so; none where the pack lacks the clause."""
    found = (t.clauses.get(clause, {}).get(declared) for t in trials)
    return [assessment for assessment in found if assessment is not None]


def _mismatch(trials: Sequence[Trial]) -> dict[str, Json]:
    """Give the figures of the claim that the declared purpose does not fit what is seen."""
    truthful = [t.mismatch["truth"] for t in trials if "truth" in t.mismatch]
    untruthful = [t.mismatch["false"] for t in trials if "false" in t.mismatch]
    return _verdicts(untruthful, truthful)


def of_workload(name: str, trials: Sequence[Trial]) -> dict[str, Json]:
    """Give the verdicts of one workload: what is confused with what."""
    verdicts = [verdict.value for verdict in Verdict]
    assessments = [assessment.value for assessment in Assessment]
    declared = ("nothing", "false", "truth")
    kind = WORKLOADS[name].kind
    return {
        "workload": name,
        "kind": kind.value if kind else None,
        "trials": len(trials),
        "stores": {
            kind.value: count_by((t.stores[kind][0].value for t in trials), verdicts) for kind in KINDS
        },
        "left_out_stores": {
            kind.value: count_by((t.left_out_stores[kind][0].value for t in trials), verdicts)
            for kind in KINDS
        },
        "pattern_true": count_by((t.patterns[t.rhythm][0].value for t in trials), verdicts),
        "pattern_false_supported": _wrong_rhythms(trials, lambda t: t.patterns),
        "left_out_pattern_true": count_by((t.left_out_patterns[t.rhythm][0].value for t in trials), verdicts),
        "left_out_pattern_false_supported": _wrong_rhythms(trials, lambda t: t.left_out_patterns),
        "clauses": {
            clause: {each: count_by(_assessed(trials, clause, each), assessments) for each in declared}
            for clause in CLAUSES
        },
        "purpose_mismatch": {
            each: count_by((t.mismatch[each][0].value for t in trials if each in t.mismatch), verdicts)
            for each in declared[1:]
        },
    }


def _wrong_rhythms(trials: Sequence[Trial], of: Callable[[Trial], Mapping[Rhythm, Answer]]) -> int:
    return sum(
        of(t)[rhythm][0] is Verdict.SUPPORTED for t in trials for rhythm in Rhythm if rhythm is not t.rhythm
    )


def of_case(case: Case, trials: Sequence[Trial]) -> dict[str, Json]:
    """Give the figures of an evasion or a mixture. In harmless mixtures every claim of calls is false."""
    return {
        "case": case.value,
        "trials": len(trials),
        "stores_supported": share(t.stores[CALLS][0] is Verdict.SUPPORTED for t in trials),
        "stores_refuted": share(t.stores[CALLS][0] is Verdict.REFUTED for t in trials),
        "population_supported": share(t.patterns[Rhythm.POPULATION][0] is Verdict.SUPPORTED for t in trials),
        "population_refuted": share(t.patterns[Rhythm.POPULATION][0] is Verdict.REFUTED for t in trials),
        "t5_indicated_declaring_falsely": _indicated(trials, "T5", "false"),
        "t5_indicated_declaring_nothing": _indicated(trials, "T5", "nothing"),
    }
