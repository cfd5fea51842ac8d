"""The review keeps queues of cases from the moment at which they are opened."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Casework."""

    name = "mithaq.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be told of cases that are opened."""
        from mithaq.intake.opened import when_opened  # noqa: PLC0415  # tables exist from here on only
        from mithaq.review.acts.queue import queue_opened  # noqa: PLC0415  # as above

        when_opened("review", queue_opened)
