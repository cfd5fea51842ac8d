"""The progress of an ingest: seen on a terminal, nowhere else, and never with a file's name."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

from tests.outcome import NOW
from tests.telemetry import logs

MITHAQ = [sys.executable, "-c", "import mithaq.cli; mithaq.cli.main()"]
NAMED = "a-name-with-the-account-111122223333"


def on_a_terminal(command: list[str]) -> tuple[str, str]:
    """Give what a command writes on stdout, and what on a stderr that is a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    shown = bytearray()

    def listen() -> None:
        # The other side's end is told as an error on Linux.
        try:
            while piece := os.read(ours, 4096):
                shown.extend(piece)
        except OSError:
            return

    listener = threading.Thread(target=listen)
    listener.start()
    environment = {**os.environ, "MITHAQ_NOW": NOW, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=True, env=environment)
    os.close(theirs)
    listener.join(20)
    os.close(ours)
    return done.stdout.decode(), shown.decode()


def test_a_terminal_shows_files_bytes_and_events_a_second_and_the_time_left(tmp_path: Path) -> None:
    folder = tmp_path / NAMED
    folder.mkdir()
    for number in range(3):
        lines = logs.s3_lines(2000, bucket=f"bucket-{number}")
        (folder / f"{NAMED}-{number}").write_bytes(logs.text(lines))
    out, shown = on_a_terminal(
        [*MITHAQ, "ingest", "s3-access-log", str(folder), "--lake", str(tmp_path / "lake"), "--json"]
    )
    assert out.startswith("{")
    assert "[" not in out.split('"files_rejected"')[0], "no sign of the terminal's is on stdout"
    for told in (r"3/3 files", r"100 %", r"[\d.]+ MB/s", r"[\d,]+ events/s", r"\d:\d\d:\d\d"):
        assert re.search(told, shown), told
    assert NAMED not in out + shown
