"""Loaded once into the server that test processes are forked from: one ingest, so that all is compiled."""

from __future__ import annotations

import os
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from tests.telemetry import logs

from mithaq.cli.app import run

with (
    tempfile.TemporaryDirectory() as _scratch,
    Path(os.devnull).open("w") as _nowhere,
    redirect_stdout(_nowhere),
):
    _access, _trail = Path(_scratch, "access"), Path(_scratch, "trail")
    _access.write_bytes(logs.text(logs.s3_lines(200)))
    _trail.write_bytes(logs.document(logs.event(_number) for _number in range(3)))
    for _source, _path in (("s3-access-log", _access), ("cloudtrail", _trail)):
        run(["ingest", _source, str(_path), "--lake", str(Path(_scratch, "lake"))])
