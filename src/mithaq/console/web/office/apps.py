"""The Django application that brings these pages' templates and catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The pages beside the cases."""

    name = "mithaq.console.web.office"
    label = "office"
