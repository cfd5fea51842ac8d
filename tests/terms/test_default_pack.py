"""The terms pack that comes with Mithaq, and how packs are found and read."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from mithaq.terms import (
    AssessedBy,
    CaseRole,
    ClaimKind,
    DataKind,
    InForce,
    PackError,
    Purpose,
    RestrictedOperation,
    UnknownClause,
    assess,
    clauses_for,
    load_allegation,
    load_pack,
    needed_claims,
    packaged_packs,
)

CONTRACT = (Path(__file__).parent / "contract.yaml").read_text(encoding="utf-8")
BASE = (Path(__file__).parent / "golden" / "base.yaml").read_text(encoding="utf-8")
COMPUTED = ["T5", "T6", "T9"]


def test_it_has_the_eleven_clauses_in_the_order_people_count() -> None:
    assert list(load_pack().clauses) == [f"T{number}" for number in range(1, 12)]
    assert packaged_packs() == ("default",)


def test_three_clauses_are_computed_and_the_others_left_to_people() -> None:
    clauses = load_pack().clauses
    assert [each for each in clauses if clauses[each].assessed_by is AssessedBy.COMPUTATION] == COMPUTED


@pytest.mark.parametrize("clause_id", COMPUTED)
def test_a_computed_clause_carries_all_three_roles_of_cases_and_they_come_out(clause_id: str) -> None:
    clause = load_pack().clauses[clause_id]
    assert {case.role for case in clause.cases} == set(CaseRole)
    for case in clause.cases:
        came_out = assess(
            clause, case.verdicts, open_explanations=case.open_explanations, declared=case.declared
        )
        assert came_out.assessment is case.expect, case.name.en


def test_mass_surveillance_needs_what_the_contract_says_and_knows_its_innocent_explanations() -> None:
    clause = load_pack().clauses["T5"]
    assert [need.kind for need in clause.needs] == [ClaimKind.STORES, ClaimKind.PATTERN, ClaimKind.SCALE]
    assert clause.innocent_purposes == (
        Purpose.CALL_CENTRE,
        Purpose.CALL_RECORDING_SERVICE,
        Purpose.CONSUMER_CALL_RECORDER,
        Purpose.VOICEMAIL,
        Purpose.MESSAGING_PLATFORM,
        Purpose.TELECOM_OPERATOR,
    )


def test_no_measure_takes_data_away_from_the_customer() -> None:
    for clause in load_pack().clauses.values():
        for measure in clause.measures:
            assert not {RestrictedOperation.READ, RestrictedOperation.LIST} & set(measure.operations)
            assert measure.review_after_days <= 30


def test_no_clause_can_be_indicated_by_a_region() -> None:
    for clause in load_pack().clauses.values():
        assert ClaimKind.REGION not in {need.kind for need in clause.needs}


def test_thresholds_are_the_evidence_scale_of_one_hundred() -> None:
    thresholds = load_pack().thresholds
    assert (thresholds.supports_at, thresholds.partly_at, thresholds.refutes_at) == (2.0, 1.0, -2.0)


def test_the_prohibitions_of_the_ai_act_did_not_bind_before_they_applied() -> None:
    pack, allegation = load_pack(), load_allegation(CONTRACT)
    assert pack.at("T10", allegation.start, allegation.end)[1] is InForce.WHOLE
    earlier = load_allegation(
        CONTRACT.replace("from: 2026-09-07, to: 2026-09-21", "from: 2024-01-01, to: 2024-01-02")
    )
    assert pack.at("T10", earlier.start, earlier.end)[1] is InForce.NOT


def test_an_open_allegation_is_examined_under_the_clauses_whose_needs_its_claims_meet() -> None:
    allegation = load_allegation(CONTRACT.replace("clauses: [T5]\n", ""))
    assert clauses_for(load_pack(), allegation) == ("T5",)


def test_an_open_allegation_about_faces_is_examined_under_the_clause_about_faces() -> None:
    text = (
        CONTRACT.replace("clauses: [T5]\n", "")
        .replace(DataKind.CALL_RECORDINGS, DataKind.FACE_IMAGES)
        .replace("speech-to-text", "face-recognition")
    )
    assert clauses_for(load_pack(), load_allegation(text)) == ("T6", "T9")


def test_named_clauses_are_examined_in_their_order_even_without_claims_for_them() -> None:
    allegation = load_allegation(CONTRACT.replace("[T5]", "[T9, T1]"))
    assert clauses_for(load_pack(), allegation) == ("T9", "T1")


def test_a_clause_that_the_pack_does_not_have_is_refused_with_its_field() -> None:
    with pytest.raises(UnknownClause) as refused:
        clauses_for(load_pack(), load_allegation(CONTRACT.replace("[T5]", "[T5, t6]")))
    assert refused.value.field == "clauses[1]"
    assert refused.value.hint == 'Did you mean "T6"?'


def test_the_digest_is_what_sha256sum_says_of_the_folder() -> None:
    folder = resources.files("mithaq.terms") / "packs" / "default"
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name
    )
    listing = "".join(f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in files)
    assert load_pack().digest == f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"


def test_a_folder_and_a_single_file_are_packs_too(tmp_path: Path) -> None:
    head, clauses = BASE.split("clauses:\n")
    single = tmp_path / "single.yaml"
    single.write_text(BASE, encoding="utf-8")
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text(head, encoding="utf-8")
    (folder / "README.txt").write_text("not part of it", encoding="utf-8")
    (folder / ".hidden.yaml").write_text("not part of it", encoding="utf-8")
    for number, each in enumerate(clauses.split("  - id: X")[1:]):
        clause = "\n".join(line[4:] for line in f"    id: X{each}".splitlines())
        (folder / f"clause-{number}.yaml").write_text(f"mithaq: clause/v1\n{clause}\n", encoding="utf-8")
    assert load_pack(folder).clauses == load_pack(single).clauses
    assert load_pack(folder).digest != load_pack(single).digest


def test_a_clause_that_changes_has_two_versions_and_each_binds_in_its_own_time(tmp_path: Path) -> None:
    earlier = BASE.replace(
        "    valid-from: 2024-01-01\n    assessed-by: person",
        "    valid-from: 2024-01-01\n    valid-to: 2025-01-01\n    assessed-by: person",
    )
    later = (
        "\n".join(BASE.splitlines()[-5:])
        .replace("2024-01-01", "2025-01-01")
        .replace("Play fair.", "Play fairly.")
    )
    path = tmp_path / "pack.yaml"
    path.write_text(earlier + later + "\n", encoding="utf-8")
    pack = load_pack(path)
    allegation = load_allegation(
        CONTRACT.replace("from: 2026-09-07, to: 2026-09-21", "from: 2024-05-01, to: 2024-06-01")
    )
    assert [each.version for each in pack.versions["X2"]] == ["X2@2024-01-01", "X2@2025-01-01"]
    assert pack.clauses["X2"].version == "X2@2025-01-01"
    bound, in_force = pack.at("X2", allegation.start, allegation.end)
    assert (bound.text.en, in_force) == ("Play fair.", InForce.WHOLE)


def test_a_pack_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(PackError) as refused:
        load_pack("defualt")
    assert refused.value.hint == 'Did you mean "default"?'


@pytest.mark.parametrize("path", ["x" * 5_000, "no\0where"])
def test_a_path_that_cannot_be_is_refused(path: str) -> None:
    with pytest.raises(PackError):
        load_pack(path)


def test_a_file_that_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "X3.yml").write_text("", encoding="utf-8")
    with pytest.raises(PackError, match=r"X3\.yml"):
        load_pack(tmp_path)


def test_a_clause_may_need_processing_egress_and_a_purpose_that_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    needs = "{processes: [translation], moves-out: {bytes: 1.0e+12}, purpose-mismatch: any}"
    verdicts = ("{stores: supported, scale: supported}", "{stores: refuted, scale: supported}")
    text = BASE.replace("\n      stores: [call-recordings]\n      scale: {objects-per-day: 200}", f" {needs}")
    for old in verdicts:
        text = text.replace(old, old.replace("stores", "moves-out").replace("scale", "processes")[:-1]
                            + ", purpose-mismatch: supported}")  # fmt: skip
    path.write_text(text, encoding="utf-8")
    clause = load_pack(path).clauses["X1"]
    claims = load_allegation(CONTRACT.replace("speech-to-text", "translation")).claims
    assert [claim.id for claim in needed_claims(clause, claims)] == ["c5", "c6", "c7"]


def test_an_empty_folder_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="0 YAML files"):
        load_pack(tmp_path)


def test_a_folder_without_a_head_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "X.yaml").write_text(
        "mithaq: clause/v1\nid: X\ntitle: {en: A, ar: أ}\ntext: {en: A, ar: أ}\n"
        "valid-from: 2020-01-01\nassessed-by: person\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError, match=r"terms-pack/v1"):
        load_pack(tmp_path)


def test_a_pack_has_one_head(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BASE.split("clauses:\n")[0], encoding="utf-8")
    with pytest.raises(PackError, match="has its head too"):
        load_pack(tmp_path)


def test_mistakes_of_several_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(BASE.replace("id: trial", "id: Trial"), encoding="utf-8")
    (tmp_path / "a.yaml").write_text("mithaq: clause/v1\nid: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    (tmp_path / "c.yaml").write_text("- clause", encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_pack(tmp_path)
    assert [Path(problem.file or "").name for problem in refused.value.problems] == [
        "a.yaml", "b.yaml", "c.yaml", "pack.yaml",
    ]  # fmt: skip
