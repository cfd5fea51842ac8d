"""The page on evidence says what was measured, of the model that is stored."""

from __future__ import annotations

import json

from tests.evidence_page import PAGE, RECORD, written

from mithaq.evidence.weighing.model import stored_model


def test_the_figures_were_measured_with_the_model_that_is_stored() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert record["model"]["digest"] == stored_model().digest


def test_the_page_s_tables_are_those_of_the_record() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, record) == page
