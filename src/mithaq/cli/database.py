"""Opening the state for a command that needs it: Django's settings, and the database they name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import django
from django.apps import apps
from django.db import OperationalError, connection

from mithaq.console.home import home_from
from mithaq.kernel.errors import StateError

HOME_HELP: Final = "Folder of the state; else MITHAQ_HOME, else mithaq-home in the present folder."

_ENTRIES: Final = "ledger_entry"


class NoDatabase(StateError):
    """There is no database of a running Mithaq where the environment says."""

    code = "no-database"


def begin(home: Path | None = None, *, connecting: bool = True) -> Path:
    """Choose the home and set this process up for its database, which may be empty yet; gives the home.

    Connecting makes an empty SQLite database where there is none. Raises NoDatabase when the
    home cannot be used or the database does not answer.
    """
    if home is not None:
        os.environ["MITHAQ_HOME"] = str(home.absolute())
    folder = home_from(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mithaq.console.settings")
    try:
        django.setup()
        if connecting:
            connection.ensure_connection()
    except OSError as error:
        raise NoDatabase(
            f"the folder of the state cannot be used: {error.strerror}",
            file=str(folder),
            hint="Name one that you may write to, with --home or MITHAQ_HOME.",
        ) from error
    except OperationalError as error:
        raise _no_answer(error) from error
    return folder


def _no_answer(error: OperationalError) -> NoDatabase:
    return NoDatabase(
        "the database does not answer",
        hint=f"Start it, or correct DATABASE_URL. It said: {error}".strip(),
    )


def open_database(home: Path | None = None) -> None:
    """Make the tables usable in this process; raises NoDatabase rather than making an empty one."""
    if home is not None:
        os.environ["MITHAQ_HOME"] = str(home.absolute())
    if apps.ready:
        return
    file = home_from(os.environ) / "mithaq.sqlite3"
    if not os.environ.get("DATABASE_URL") and not file.exists():
        raise NoDatabase(
            "there is no database of Mithaq",
            file=str(file),
            hint="Name its folder with MITHAQ_HOME, or the database itself with DATABASE_URL.",
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mithaq.console.settings")
    django.setup()
    try:
        tables = connection.introspection.table_names()
    except OperationalError as error:
        raise _no_answer(error) from error
    if _ENTRIES not in tables:
        raise NoDatabase(
            "the database has no tables of Mithaq", hint="Name the one that mithaq serve has set up."
        )
