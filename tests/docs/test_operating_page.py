"""The page on operating names the settings, the jobs and the options that there are."""

from __future__ import annotations

import re
from pathlib import Path

from mithaq.console.service.jobs import JOBS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
OF_THE_CLIENT = {"MITHAQ_NOW", "MITHAQ_TOKEN"}
"""The clock of tests, and what a command on somebody's own machine needs."""


def test_every_setting_of_the_service_is_named() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    # A header of a request, as servers name it, is no setting: its name does not begin so.
    read = set(re.findall(r"\bMITHAQ_[A-Z]+(?:_[A-Z]+)*", source)) - OF_THE_CLIENT
    assert set(re.findall(r"`(MITHAQ_[A-Z_]+)`", PAGE)) == read


def test_every_job_of_the_worker_is_described_and_no_other() -> None:
    jobs = PAGE.partition("## The worker")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", jobs, re.MULTILINE) == [job.name for job in JOBS]
