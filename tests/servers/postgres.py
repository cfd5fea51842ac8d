"""A PostgreSQL cluster of the tests' own, in a folder of their own, on this machine only."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

BINARIES: Final = Path("/usr/lib/postgresql/15/bin")
_TRIES: Final = 5


@contextmanager
def cluster() -> Iterator[str]:
    """Make and start a cluster; gives the URL of an empty database in it, and removes it all at the end.

    Durability is as in production: fsync and synchronous_commit stay on, since tests kill processes. The
    folder is none of pytest's: those are tidied away by any other run of pytest on the machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="mithaq-postgres-"))
    try:
        with _running_in(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running_in(folder: Path) -> Iterator[str]:
    user = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*arguments: str) -> None:
        command = [*user, *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"

    run(str(BINARIES / "initdb"), "-D", str(data), "-U", "mithaq", "-A", "trust", "-E", "UTF8", "--no-locale")
    port = _start(run, folder, data)
    try:
        run(str(BINARIES / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "mithaq", "mithaq")
        yield f"postgresql://mithaq@127.0.0.1:{port}/mithaq"
    finally:
        run(str(BINARIES / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


def _start(run: object, folder: Path, data: Path) -> int:
    assert callable(run)
    for attempt in range(_TRIES):
        port = random.SystemRandom().randrange(20_000, 32_000)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
        try:
            run(
                str(BINARIES / "pg_ctl"),
                "-D",
                str(data),
                "-l",
                str(folder / "log"),
                "-o",
                options,
                "-w",
                "start",
            )
        except AssertionError:
            if attempt == _TRIES - 1:
                raise
            continue
        return port
    raise AssertionError
