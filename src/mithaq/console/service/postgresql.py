"""PostgreSQL's own programs for copies: pg_dump and pg_restore, as Debian's client package brings them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.db import connection

from mithaq.kernel.errors import StateError

_PLAIN: Final = ("--no-owner", "--no-privileges", "--no-password")


class NoClient(StateError):
    """PostgreSQL's client programs are not on this machine."""

    code = "no-postgresql-client"


class ClientFailed(StateError):
    """PostgreSQL's client program did not do its work."""

    code = "postgresql-client-failed"


def dump(file: Path, *, leave_out: Sequence[str]) -> None:
    """Write a copy of the database at one moment, without the rows of some tables; raises as above."""
    skipping = [f"--exclude-table-data={table}" for table in leave_out]
    _run("pg_dump", "--format=custom", *_PLAIN, *skipping, f"--file={file}")


def restore(file: Path) -> None:
    """Fill an empty database, whole or not at all; raises as above."""
    database = connection.settings_dict["NAME"]
    _run("pg_restore", "--exit-on-error", "--single-transaction", *_PLAIN, f"--dbname={database}", str(file))


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise NoClient(
            f"{program} is not on this machine",
            hint="Install PostgreSQL's client: apt install postgresql-client.",
        )
    done = subprocess.run(  # noqa: S603  # a program of PostgreSQL with arguments of ours
        [found, *arguments], env=os.environ | _reaching(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClientFailed(
            f"{program} ended with {done.returncode}",
            hint=f"It said: {done.stderr.strip()}. It must not be older than the server.",
        )


def _reaching() -> dict[str, str]:
    """Say how the database is reached in variables: arguments are seen by everybody on the machine."""
    settings = connection.settings_dict
    named = {
        "NAME": "PGDATABASE",
        "USER": "PGUSER",
        "PASSWORD": "PGPASSWORD",
        "HOST": "PGHOST",
        "PORT": "PGPORT",
    }
    return {variable: str(settings[name]) for name, variable in named.items() if settings[name]}
