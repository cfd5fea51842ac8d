"""A new case stands in the queue from its opening on: said once, when the program starts."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The review of cases."""

    name = "mithaq.review"

    def ready(self) -> None:
        """Let new cases come into the queue."""
        from mithaq.intake.opening import when_opened  # noqa: PLC0415  # tables exist from here on only
        from mithaq.review.acts.desk import enqueue  # noqa: PLC0415  # as above

        when_opened(enqueue)
