"""A mistake in a terms pack is answered as a good compiler would: place, caret, hint; frozen as golden files.

`MITHAQ_UPDATE_GOLDEN=1` writes the golden files anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from mithaq.terms import PackError, load_pack

GOLDEN = Path(__file__).parent / "golden"
UPDATE = "MITHAQ_UPDATE_GOLDEN"


SECOND_MEASURE = """\
      - id: stop-writes
        label: {en: No new objects at all, ar: لا كائنات جديدة البتّة}
        service: database
        operations: [create]
        review-after-days: 30
    cases:"""


@dataclass(frozen=True)
class Mistake:
    """A change to the valid pack of `golden/base.yaml`: each `old` is replaced by its `new`, once."""

    name: str
    edits: tuple[tuple[str, str], ...]


MISTAKES = [
    Mistake("unknown-field", (("    keep-list:", "    keeplist:"),)),
    Mistake("unknown-word", (("innocent-purposes: [voicemail", "innocent-purposes: [voicemial"),)),
    Mistake("word-without-likeness", (("stores: [call-recordings]", "stores: [xylophones]"),)),
    Mistake("word-under-arabic", (("ar: حسن السلوك}", "ar: حسن السلوك, fr: Politesse}"),)),
    Mistake("field-twice", (("    valid-from: 2024-01-01", "    id: X9\n    valid-from: 2024-01-01"),)),
    Mistake("alias", (("stores: [call-recordings]", "stores: *kinds"),)),
    Mistake("anchor", (("stores: [call-recordings]", "stores: &kinds [call-recordings]"),)),
    Mistake("tag", (("id: trial", "id: !!str trial"),)),
    Mistake("not-yaml", (("stores: [call-recordings]", "stores: [call-recordings"),)),
    Mistake("tab-indentation", (("    valid-from: 2024-01-01", "\tvalid-from: 2024-01-01"),)),
    Mistake("wrong-format", (("mithaq: terms-pack/v1", "mithaq: term-pack/v1"),)),
    Mistake("missing-language", (("{en: Play fair., ar: تعامَلوا بإنصاف.}", "{en: Play fair.}"),)),
    Mistake("language-not-translated", (("ar: لا كائنات جديدة", "ar: No new objects"),)),
    Mistake("languages-swapped", (("{en: Listening in, ar: التنصّت}", "{en: التنصّت, ar: Listening in}"),)),
    Mistake("bad-date", (("valid-from: 2024-01-01", "valid-from: 2024-02-30"),)),
    Mistake("date-that-is-a-number", (("valid-from: 2024-01-01", "valid-from: 20240101"),)),
    Mistake(
        "ends-before-it-begins",
        (("valid-from: 2024-01-01", "valid-from: 2024-01-01\n    valid-to: 2023-01-01"),),
    ),
    Mistake("region-need", (("      stores: [call-recordings]", "      region: [eu-west-1]"),)),
    Mistake(
        "no-need",
        (("      stores: [call-recordings]\n      scale: {objects-per-day: 200}", "      {}"),),
    ),
    Mistake("scale-without-unit", (("scale: {objects-per-day: 200}", "scale: {}"),)),
    Mistake("need-with-too-much", (("scale: {objects-per-day: 200}", "purpose-mismatch: backup"),)),
    Mistake("measure-id-twice", (("    cases:", SECOND_MEASURE),)),
    Mistake("number-with-underscore", (("objects-per-day: 200", "objects-per-day: 1_000"),)),
    Mistake("number-out-of-range", (("objects-per-day: 200", "objects-per-day: 0"),)),
    Mistake("infinite-threshold", (("excludes-at: 2.0", "excludes-at: .inf"),)),
    Mistake("thresholds-out-of-order", (("partly-at: 1.0", "partly-at: 3.0"),)),
    Mistake("refutes-above-zero", (("refutes-at: -2.0", "refutes-at: 2.0"),)),
    Mistake(
        "no-boundary-case",
        (("role: boundary", "role: innocent"),),
    ),
    Mistake("case-comes-out-otherwise", (("fit: unfit}]", "fit: possible}]"),)),
    Mistake(
        "violating-case-not-indicated",
        (("        declared: [{purpose: backup, fit: unfit}]\n", ""),
         ("        expect: indicated", "        expect: undetermined")),
    ),
    Mistake(
        "innocent-case-indicated",
        (("stores: refuted", "stores: supported"), ("expect: not-indicated", "expect: indicated")),
    ),
    Mistake(
        "case-beside-the-clause",
        (("{stores: refuted, scale: supported}", "{stores: refuted, pattern: supported}"),
         ("[voicemail]\n        expect: undetermined", "[cctv]\n        expect: undetermined")),
    ),
    Mistake("computed-without-rule", (("assessed-by: person", "assessed-by: computation"),)),
    Mistake(
        "person-with-rule",
        (("    assessed-by: person", "    assessed-by: person\n    keep-list: [security]"),),
    ),
    Mistake("measure-hinders-export", (("operations: [create, part]", "operations: [create, read]"),)),
    Mistake("measure-deletes", (("operations: [create, part]", "operations: [create, delete]"),)),
    Mistake("version-overlap", (("  - id: X2", "  - id: X1"),)),
    Mistake("bad-clause-id", (("  - id: X2", "  - id: 2X"),)),
    Mistake("fit-without-purpose", (("{purpose: backup, fit: unfit}", "{fit: unfit}"),)),
    Mistake("purpose-without-fit", (("{purpose: backup, fit: unfit}", "{purpose: backup}"),)),
    Mistake(
        "several-at-once",
        (("id: trial", "id: Trial"), ("objects-per-day: 200", "objects-per-week: 200"),
         ("service: storage", "service: storrage"), ("expect: undetermined", "expect: guilty")),
    ),
]  # fmt: skip


def base() -> str:
    return (GOLDEN / "base.yaml").read_text(encoding="utf-8")


def changed(mistake: Mistake) -> str:
    text = base()
    for old, new in mistake.edits:
        assert old in text, f"{mistake.name}: the valid pack has no {old!r}"
        text = text.replace(old, new, 1)
    return text


def test_the_pack_that_the_mistakes_are_put_into_is_valid(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(base(), encoding="utf-8")
    assert list(load_pack(tmp_path).clauses) == ["X1", "X2"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered_with_its_place_a_caret_and_a_hint(
    mistake: Mistake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trial.yaml").write_text(changed(mistake), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PackError) as refused:
        load_pack("trial.yaml")
    answer = f"{refused.value}\n"
    golden = GOLDEN / f"{mistake.name}.txt"
    if os.environ.get(UPDATE):
        golden.write_text(answer, encoding="utf-8")
    assert answer == golden.read_text(encoding="utf-8"), f"set {UPDATE}=1 to accept the new answer"


def test_every_golden_file_belongs_to_a_mistake() -> None:
    known = {f"{mistake.name}.txt" for mistake in MISTAKES}
    assert {path.name for path in GOLDEN.glob("*.txt")} == known


def test_the_error_document_names_the_first_problem(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(changed(MISTAKES[0]), encoding="utf-8")
    with pytest.raises(PackError) as refused:
        load_pack(path)
    document = refused.value.document()
    assert document["code"] == "bad-terms-pack"
    assert (document["file"], document["line"], document["field"]) == (str(path), 16, "clauses[0].keeplist")
    assert document["hint"] == 'Did you mean "keep-list"?'
