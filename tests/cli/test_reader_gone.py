"""Whoever reads a command's output may go away; whoever asks a server may too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from tests.conftest import Mithaq


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["at its end", "as it writes"])
def test_a_command_whose_reader_has_gone_ends_quietly(unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mithaq", "sources"],
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_no_command_has_its_process_end_at_a_connection_that_breaks(mithaq: Mithaq) -> None:
    assert mithaq("sources").code == 0
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN
