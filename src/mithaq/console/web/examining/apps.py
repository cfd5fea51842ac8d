"""The Django application that brings these pages' templates and catalogue."""

from __future__ import annotations

from django.apps import AppConfig


class ExaminingConfig(AppConfig):
    """The pages of a case's examination."""

    name = "mithaq.console.web.examining"
    label = "examining"
