"""Opening the state for a command that needs it: Django's settings, and the database they name."""

from __future__ import annotations

import os
from typing import Final

import django
from django.apps import apps
from django.db import OperationalError, connection

from mithaq.console.home import home_from
from mithaq.kernel.errors import StateError

_ENTRIES: Final = "ledger_entry"


class NoDatabase(StateError):
    """There is no database of a running Mithaq where the environment says."""

    code = "no-database"


def open_database() -> None:
    """Make the tables usable in this process; raises NoDatabase rather than making an empty one."""
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
        raise NoDatabase(
            "the database does not answer",
            hint=f"Start it, or correct DATABASE_URL. It said: {error}".strip(),
        ) from error
    if _ENTRIES not in tables:
        raise NoDatabase(
            "the database has no tables of Mithaq", hint="Name the one that mithaq serve has set up."
        )
