"""The review's two files are written whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mithaq.cli.review import write_both
from mithaq.evidence.errors import OutputError

BOTH = {"review.json": "{}\n", "review.html": "<p>\n"}


def test_both_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    write_both(tmp_path / "out", BOTH)
    assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == BOTH


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(OutputError) as refused:
        write_both(tmp_path / "out", BOTH)
    assert refused.value.hint
    assert refused.value.exit_code == 1


def test_a_failure_midway_leaves_what_was_there(tmp_path: Path) -> None:
    write_both(tmp_path, {"review.json": "old\n", "review.html": "old\n"})
    with pytest.raises(OutputError):
        write_both(tmp_path, {"review.json": "new\n", "no/such/folder.html": "new\n"})
    assert (tmp_path / "review.json").read_text() == "old\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["review.html", "review.json"]
