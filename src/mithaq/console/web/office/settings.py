"""The settings: days of each duty, which administrators set, what the environment says, and health."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import django
import duckdb
from django import forms
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mithaq import __version__
from mithaq.console.service.lately import lately
from mithaq.console.web.doing import DoingForm, do
from mithaq.console.web.navigation import ROLE_NAMES
from mithaq.console.web.office.frame import ask
from mithaq.console.web.office.words import DUTIES
from mithaq.console.web.pages import FORM, ActingRequest, page
from mithaq.console.web.templatetags.mithaq import number
from mithaq.intake.places import terms_pack
from mithaq.ledger import queries as ledger
from mithaq.people.permissions import Permission
from mithaq.review import acts
from mithaq.review.queries import days_now, overdue
from mithaq.review.runs.queries import runs_waiting
from mithaq.review.stages import DAYS, ROLE_OF, Duty

MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the environment says; `value` is empty where nothing is set, or it must not be shown."""

    title: str | Promise
    variable: str
    value: str
    is_set: bool


class DaysForm(DoingForm):
    """How many days each duty has; only what differs from now is an act."""

    restrictive = True

    def __init__(self, *args: Any, days: Mapping[Duty, int], **values: Any) -> None:  # noqa: ANN401  # passed through as given
        super().__init__(*args, **values)
        for duty in Duty:
            self.fields[duty.value] = forms.IntegerField(
                label=str(DUTIES[duty]),
                help_text=ROLE_NAMES[ROLE_OF[duty].value],
                min_value=0,
                max_value=MOST_DAYS,
                initial=days[duty],
                widget=forms.NumberInput(attrs={"dir": "ltr"}),
            )


def _set_days(request: ActingRequest, given: Mapping[str, Any]) -> int:
    """Set what differs, each as an act of its own, all of them or none; gives how many there were."""
    now = days_now()
    changed = [duty for duty in Duty if given[duty.value] != now[duty]]
    with transaction.atomic():
        for duty in changed:
            acts.set_days(request.acting, duty, given[duty.value])
    return len(changed)


def _done(changed: int) -> str:
    return ngettext(
        "The days of %(written)s duty were set.", "The days of %(written)s duties were set.", changed
    ) % {"written": number(changed)}


@page(Permission.SETTINGS_WRITE, FORM)
def settings(request: ActingRequest) -> HttpResponse:
    """Show the settings, and set the days of duties."""
    form = DaysForm(request.POST or None, days=days_now())
    gone = do(request, form, lambda given: _set_days(request, given), done=_done)
    context = {
        "first": [(DUTIES[duty], DAYS[duty]) for duty in Duty],
        "said": _said(os.environ),
        "versions": _versions(),
        **_health(request.acting.now),
    }
    return gone or ask(request, "office/settings.html", form, context)


def _health(now: datetime) -> dict[str, object]:
    """Give how the ledger, the queues and the worker fare, as the metrics tell it."""
    return {
        "entries": ledger.tree_size(),
        "waiting": ledger.waiting(),
        "checkpoint": ledger.latest_checkpoint(),
        "overdue": overdue(now),
        "runs": runs_waiting(),
        "turns": lately(django_settings.HOME),
    }


_SHOWN: Final[Sequence[tuple[str | Promise, str, str]]] = (
    (_("Address of the console"), "MITHAQ_URL", ""),
    (_("Host names that are answered"), "MITHAQ_HOSTS", "localhost,127.0.0.1,[::1]"),
    (_("Trusted proxies in front"), "MITHAQ_PROXIES", "0"),
    (_("Requests a minute to the API by one token"), "MITHAQ_API_RATE", "1200"),
    (_("Lake"), "MITHAQ_LAKE", ""),
    (_("Terms pack"), "MITHAQ_TERMS", "default"),
    (_("Name of the ledger"), "MITHAQ_LEDGER_ORIGIN", ""),
    (_("Seconds between checkpoints"), "MITHAQ_LEDGER_EVERY", "60"),
    (_("Folder of the published ledger"), "MITHAQ_LEDGER_DIR", ""),
    (_("The organisation's own sign-in"), "MITHAQ_OIDC_SERVER", ""),
    (_("What Mithaq is called there"), "MITHAQ_OIDC_CLIENT", ""),
)
"""Title, variable, and what holds where it is not set."""

_HIDDEN: Final[Sequence[tuple[str | Promise, str]]] = (
    (_("Key of the lake"), "MITHAQ_KEY_FILE"),
    (_("Signing key of the ledger"), "MITHAQ_LEDGER_KEY"),
    (_("Checkpoint kept outside"), "MITHAQ_LEDGER_KEPT"),
    (_("Secret of the organisation's own sign-in"), "MITHAQ_OIDC_SECRET_FILE"),
    (_("Secret of the metrics"), "MITHAQ_METRICS_TOKEN_FILE"),
)
"""Where secrets lie, and what guards them: that it is set is all that a page says."""


def _said(environment: Mapping[str, str]) -> list[Said]:
    """Give what the environment says, without any secret: not even where one lies."""
    shown = [
        Said(title, name, environment.get(name) or without, bool(environment.get(name)))
        for title, name, without in _SHOWN
    ]
    hidden = [Said(title, name, "", bool(environment.get(name))) for title, name in _HIDDEN]
    return shown + hidden


def _versions() -> list[tuple[str, str]]:
    """Give the program, what it is built on, and the terms, each with its version."""
    return [
        ("Mithaq", __version__),
        ("Python", platform.python_version()),
        ("Django", django.__version__),
        ("DuckDB", duckdb.__version__),
        ("PostgreSQL" if connection.vendor == "postgresql" else "SQLite", _database_version()),
        (terms_pack(os.environ).id, terms_pack(os.environ).digest),
    ]


@cache
def _database_version() -> str:
    question = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])
