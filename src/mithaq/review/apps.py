<<<<<<< HEAD
"""A new case stands in the queue from its opening on: said once, when the program starts."""
=======
"""The review keeps queues of cases from the moment at which they are opened."""
>>>>>>> 2be8189 (The inbox, opening a case, the allegation's page, acts that move a case and the timeline; what is expected of whom as a projection)

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
<<<<<<< HEAD
    """The review of cases."""

    name = "mithaq.review"

    def ready(self) -> None:
        """Let new cases come into the queue."""
        from mithaq.intake.opening import when_opened  # noqa: PLC0415  # tables exist from here on only
        from mithaq.review.acts.desk import enqueue  # noqa: PLC0415  # as above

        when_opened(enqueue)
=======
    """Casework."""

    name = "mithaq.review"
    label = "review"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Be told of cases that are opened."""
        from mithaq.intake.opened import when_opened  # noqa: PLC0415  # tables exist from here on only
        from mithaq.review.acts.queue import queue_opened  # noqa: PLC0415  # as above

        when_opened("review", queue_opened)
>>>>>>> 2be8189 (The inbox, opening a case, the allegation's page, acts that move a case and the timeline; what is expected of whom as a projection)
