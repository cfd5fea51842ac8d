"""The Django application that brings these pages' templates and catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class DecidingConfig(AppConfig):
    """The pages of deciding."""

    name = "mithaq.console.web.deciding"
    label = "deciding"
