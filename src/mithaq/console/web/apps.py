"""The Django application that brings the pages' templates, catalogues and static files."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The console's pages."""

    name = "mithaq.console.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
