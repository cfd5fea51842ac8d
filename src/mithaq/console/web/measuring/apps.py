"""The Django application that brings these pages' templates and catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class MeasuringConfig(AppConfig):
    """The pages of a case's measures."""

    name = "mithaq.console.web.measuring"
    label = "measuring"
