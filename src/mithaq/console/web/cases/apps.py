"""The Django application that brings the case pages' templates and catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The pages of a case."""

    name = "mithaq.console.web.cases"
    label = "cases"
