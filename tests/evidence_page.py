"""Brings the figures of `mithaq evaluate` into docs/evidence.md: `python -m tests.evidence_page FOLDER`.

The record itself lies beside the page as docs/evidence/evaluate.json; tests compare the page with it, and it
with the model that is stored.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from mithaq.kernel.canonical import pretty

DOCS: Final = Path(__file__).parent.parent / "docs"
PAGE: Final = DOCS / "evidence.md"
RECORD: Final = DOCS / "evidence" / "evaluate.json"
CHARTS: Final = ("reliability", "by-volume", "by-days", "by-workload")

Document: TypeAlias = Mapping[str, Any]
_CALLS: Final = "call-recordings"
_NONE, _REPORTED, _ALL = "0", "reported", "all"

ROWS: Final = (
    ("`stores: call-recordings`, false claim supported", "0 of ≥ 3,000", "stores.{calls}.false_supported"),
    ("true claim refuted", "0 of ≥ 3,000", "stores.{calls}.true_refuted"),
    ("true claim supported", _REPORTED, "stores.{calls}.true_supported"),
    ("false claim refuted", _REPORTED, "stores.{calls}.false_refuted"),
    ("decided (supported or refuted)", _REPORTED, "stores.{calls}.decided"),
    ("Cllr; of it lost by calibration", "≤ 0.10", "stores.{calls}.cllr"),
    ("own workload left out: false claim supported", "≤ 1 %", "left_out.stores.{calls}.false_supported"),
    ("own workload left out: true claim refuted", _REPORTED, "left_out.stores.{calls}.true_refuted"),
    ("bundles undetermined", _ALL, "stores.{calls}.must_stay_open_undetermined"),
    ("bundles left out of the hypotheses: undetermined", _REPORTED,
     "left_out.stores.{calls}.must_stay_open_undetermined"),
    ("`pattern`, false claim supported", _NONE, "pattern.false_supported"),
    ("`pattern`, true claim refuted", _NONE, "pattern.true_refuted"),
    ("`pattern`, decided", "≥ 90 %", "pattern.decided"),
    ("`pattern`, Cllr; of it lost by calibration", "≤ 0.10", "pattern.cllr"),
    ("`pattern`, own workload left out: false claim supported", "≤ 1 %", "left_out.pattern.false_supported"),
    ("`pattern`, own workload left out: true claim refuted", _REPORTED, "left_out.pattern.true_refuted"),
    ("T5, interception that declares a purpose of another kind: indicated", "≥ 95 %",
     "t5.violators_declaring_falsely_indicated"),
    ("T5, interception that declares nothing: indicated", _NONE, "t5.violators_declaring_nothing_indicated"),
    ("T5, innocent that declares truthfully: indicated", _NONE,
     "t5.innocents_declaring_truthfully_indicated"),
    ("T5, innocent that declares nothing: indicated", _NONE, "t5.innocents_declaring_nothing_indicated"),
    ("T5, innocent that declares falsely: indicated", _REPORTED, "t5.innocents_declaring_falsely_indicated"),
    ("T5, consumer call recorder (the twin): undetermined", _ALL, "t5.twins_undetermined"),
    ("T5, message interception that declares falsely: indicated", _REPORTED,
     "t5.message_violators_declaring_falsely_indicated"),
    *(
        (f"{clause}, {who}: indicated", target, f"{clause.lower()}.{path}_indicated")
        for clause in ("T6", "T9")
        for who, target, path in (
            ("identification of faces that declares a purpose of another kind", _REPORTED,
             "violators_declaring_falsely"),
            ("identification of faces that declares nothing", _REPORTED, "violators_declaring_nothing"),
            ("innocent that declares truthfully", _NONE, "innocents_declaring_truthfully"),
            ("innocent that declares nothing", _NONE, "innocents_declaring_nothing"),
            ("innocent that declares falsely", _REPORTED, "innocents_declaring_falsely"),
        )
    ),
    ("`purpose-mismatch`, truthful declaration: supported", _REPORTED, "purpose_mismatch.false_supported"),
    ("`purpose-mismatch`, declaration of another kind: supported", _REPORTED,
     "purpose_mismatch.true_supported"),
    *(
        row
        for kind in ("messages", "call-records", "face-images")
        for row in (
            (f"`stores: {kind}`, false claim supported", _REPORTED, f"stores.{kind}.false_supported"),
            (f"`stores: {kind}`, true claim refuted", _REPORTED, f"stores.{kind}.true_refuted"),
            (f"`stores: {kind}`, true claim supported", _REPORTED, f"stores.{kind}.true_supported"),
        )
    ),
)  # fmt: skip
"""Figures from 2,000 objects a day on: words, target, path in the summary."""


def percent(value: float) -> str:
    """Write a share as a percentage of three figures."""
    return f"{100 * value:.3g}"


def rate(found: Document) -> str:
    """Write a rate with its bounds."""
    if not found["of"]:
        return "not tried"
    bounds = f"[{percent(found['low'])}, {percent(found['high'])}]"
    return f"{found['hits']:,} of {found['of']:,}: {percent(found['rate'])} % {bounds}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _at(summary: Document, path: str) -> tuple[Document, str]:
    """Follow a path to its last step."""
    *steps, last = path.format(calls=_CALLS).split(".")
    found = summary
    for step in steps:
        found = found[step]
    return found, last


def _targets(document: Document) -> str:
    rows = []
    for words, target, path in ROWS:
        found, last = _at(document["from_2000_a_day"], path)
        if last == "cllr":
            measured = f"{found['cllr']:.3f}; {found['calibration_loss']:.3f}"
        else:
            measured = rate(found[last])
        rows.append((words, target, measured))
    return table(("from 2,000 objects a day", "target", "measured"), rows)


def _classes(name: str, classes: Sequence[tuple[str, Document]]) -> str:
    rows = [
        (
            label,
            rate(one["stores"][_CALLS]["decided"]),
            rate(one["pattern"]["decided"]),
            *(
                "{hits} of {of:,}".format(**one["pattern"][each])
                for each in ("false_supported", "true_refuted")
            ),
        )
        for label, one in classes
    ]
    head = (
        name,
        "`stores` decided",
        "`pattern` decided",
        "`pattern` false supported",
        "`pattern` true refuted",
    )
    return table(head, rows)


def _cases(document: Document) -> str:
    words = {
        "machine-read": "software reads every object at once",
        "padding": "every object padded to 4,096 bytes",
        "own-models": "no speech service of the provider's is called",
        "hidden": "interception among one to five harmless workloads",
        "harmless": "two to six harmless workloads",
    }
    columns = ("stores_supported", "stores_refuted", "t5_indicated_declaring_falsely")
    rows = [(words[one["case"]], *(rate(one[column]) for column in columns)) for one in document["cases"]]
    return table(("case", "`stores` supported", "`stores` refuted", "T5 indicated, declaring falsely"), rows)


def _confused(document: Document) -> str:
    """List where rhythms and kinds were answered wrongly, by workload."""
    rows = []
    for one in document["by_workload"]:
        wrong = (
            one["pattern_false_supported"],
            one["pattern_true"]["refuted"],
            one["left_out_pattern_false_supported"],
            one["left_out_pattern_true"]["refuted"],
            one["left_out_stores"][_CALLS]["supported" if one["kind"] != _CALLS else "refuted"],
        )
        if any(wrong):
            rows.append((one["workload"], str(one["trials"]), *map(str, wrong)))
    head = ("workload", "tenants", "rhythm: false supported", "true refuted", "left out: false supported",
            "left out: true refuted", "left out: calls answered wrongly")  # fmt: skip
    return table(head, rows)


def tables(document: Document) -> dict[str, str]:
    """Give the page's tables by the name of their place."""
    volumes = [(f"{one['from']:,} to {one['to']:,}", one) for one in document["by_volume"]]
    days = [(f"{one['days']} days", one) for one in document["by_days"]]
    extent = document["extent"]
    return {
        "extent": (
            f"Seed {document['seed']}; {extent['turning']:,} tenants of each workload that a clause turns "
            f"on, {extent['others']:,} of each other, {extent['evasions']:,} of each evasion or mixture; "
            f"{document['from_2000_a_day']['trials']:,} tenants of known workloads have 2,000 objects a "
            f"day or more. Model `{document['model']['digest'][:19]}`."
        ),
        "targets": _targets(document),
        "volume": _classes("objects a day", volumes),
        "days": _classes("days", days),
        "confusions": _confused(document),
        "cases": _cases(document),
    }


def _put(text: str, place: re.Match[str]) -> str:
    return f"{place[1]}{text}{place[2]}"


def written(page: str, document: Document) -> str:
    """Put the tables into their places in the page."""
    for name, text in tables(document).items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        page, places = place.subn(partial(_put, text), page)
        if places != 1:
            raise SystemExit(f"{PAGE} has {places} places for {name}; there must be one")
    return page


def main() -> None:
    """Bring an evaluation's record, charts and tables into the documentation."""
    folder = Path(sys.argv[1])
    document = json.loads((folder / "evaluate.json").read_text(encoding="utf-8"))
    RECORD.write_text(pretty(document), encoding="utf-8")
    html = (folder / "evaluate.html").read_text(encoding="utf-8")
    drawn = re.findall(r'<svg [^>]*aria-labelledby="en-figure-\d-title".*?</svg>', html, re.DOTALL)
    for name, svg in zip(CHARTS, drawn, strict=True):
        alone = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" ', 1)
        (RECORD.parent / f"{name}.svg").write_text(alone + "\n", encoding="utf-8")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), document), encoding="utf-8")


if __name__ == "__main__":
    main()
