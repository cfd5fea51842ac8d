"""Two workers that start at the same moment write the same files, and neither stands in the other's way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mithaq.ledger.folder import write_durably


def test_writers_of_one_file_at_once_all_succeed_and_leave_it_whole(tmp_path: Path) -> None:
    path, content = tmp_path / "ledger" / "key.pub", b"x" * 100_000
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(write_durably, path, content) for _ in range(200)]:
            done.result()
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
